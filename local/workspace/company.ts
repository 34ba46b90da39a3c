/** The company behind a simulated workspace: its people, machines, addresses and the world around it. */
import type { Random } from "./random.ts";

export interface Place {
  readonly city: string;
  readonly state: string;
  readonly country: string;
  readonly latitude: number;
  readonly longitude: number;
}

export interface Host {
  readonly name: string;
  readonly fqdn: string;
  /** Defender's id, 40 hex digits. */
  readonly deviceId: string;
  readonly aadDeviceId: string;
  readonly ip: string;
}

export interface User {
  readonly upn: string;
  readonly name: string;
  readonly account: string;
  readonly id: string;
  readonly sid: string;
  readonly department: string;
  readonly title: string;
  readonly homeIp: string;
  readonly host: Host;
}

/** A mail sender outside of the company. */
export interface Sender {
  readonly address: string;
  readonly name: string;
  readonly domain: string;
  readonly ip: string;
  /** Domain that its links lead to. */
  readonly linkDomain: string;
}

/** Software with its publisher and the place it talks to. */
export interface Software {
  readonly file: string;
  readonly folder: string;
  readonly sha256: string;
  readonly signer: string;
  readonly domain: string;
  readonly ip: string;
}

/** An application in the directory. */
export interface CloudApp {
  readonly name: string;
  readonly appId: string;
  readonly servicePrincipalId: string;
  readonly ip: string;
}

export interface Estate {
  /** The first is the domain controller, the second the file server. */
  readonly servers: readonly Host[];
  readonly domainController: Host;
  readonly fileServer: Host;
  /** The administrator who patches the servers every Thursday from the management server. */
  readonly operator: User;
  readonly managementServer: Host;
  /** Reads every server every night. */
  readonly backup: User;
  /** A simulation of attacks that the security team runs every week. */
  readonly validation: Software;
  /** A vendor's program that updates itself on every laptop. */
  readonly updater: Software;
  /** Reads mail and calendars for everybody, with the administrators' consent. */
  readonly sanctionedApp: CloudApp;
}

export interface Company {
  readonly name: string;
  readonly domain: string;
  readonly workspaceId: string;
  readonly azureTenantId: string;
  readonly users: readonly User[];
  readonly office: Place;
  readonly officeIp: string;
  /** Where the corporate VPN leaves to the internet: another country. */
  readonly vpn: Place;
  readonly vpnIps: readonly string[];
  /** The company's own scanner, which tries passwords every week. */
  readonly scannerIp: string;
  /** Partners that write often. */
  readonly partners: readonly Sender[];
  /** The vendor of the phishing exercises. */
  readonly trainer: Sender;
  readonly estate: Estate;
}

const place = (
  city: string,
  state: string,
  country: string,
  latitude: number,
  longitude: number,
): Place => ({ city, state, country, latitude, longitude });

export const OFFICE = place("London", "England", "GB", 51.5074, -0.1278);
export const VPN = place("Frankfurt", "Hesse", "DE", 50.1109, 8.6821);

/** Where travellers go and attackers come from: the same places, so that a country alone says nothing. */
export const PLACES: readonly Place[] = [
  place("Lagos", "Lagos", "NG", 6.5244, 3.3792),
  place("Sao Paulo", "Sao Paulo", "BR", -23.5505, -46.6333),
  place("Singapore", "Singapore", "SG", 1.3521, 103.8198),
  place("Bucharest", "Bucuresti", "RO", 44.4268, 26.1025),
  place("Chicago", "Illinois", "US", 41.8781, -87.6298),
  place("Istanbul", "Istanbul", "TR", 41.0082, 28.9784),
  place("Mumbai", "Maharashtra", "IN", 19.076, 72.8777),
  place("Amsterdam", "Noord-Holland", "NL", 52.3676, 4.9041),
];

/** First octets of ordinary public addresses. */
const PUBLIC = [23, 34, 45, 62, 77, 81, 89, 91, 109, 141, 176, 185];

export const publicIp = (random: Random): string =>
  [random.pick(PUBLIC), random.int(1, 254), random.int(0, 254), random.int(1, 254)].join(".");
