/** The company behind a simulated workspace: its people, machines, addresses and the world around it. */
import { createEstate, type Estate } from "./estate.ts";
import { createRandom, type Random } from "./random.ts";

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

const OFFICE = place("London", "England", "GB", 51.5074, -0.1278);
const VPN = place("Frankfurt", "Hesse", "DE", 50.1109, 8.6821);

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

const FIRST =
  "Amara Ben Chloe Dmitri Elif Farid Grace Hugo Ines Jonas Keira Liam Maya Noor Oscar Priya Quentin Rosa Samir Tessa Umar Vera Wen Ximena Yusuf Zoe".split(
    " ",
  );
const LAST =
  "Abbott Bauer Castillo Dahl Evans Ferrari Garcia Hansen Ivanova Jensen Kaur Lopez Moreau Novak Okafor Petit Quinn Rossi Singh Tanaka Ueda Vargas Weber Xu Young Zieba".split(
    " ",
  );
const JOBS: readonly (readonly [string, string])[] = [
  ["Finance", "Accountant"],
  ["Finance", "Treasury Manager"],
  ["Sales", "Account Executive"],
  ["Engineering", "Developer"],
  ["Engineering", "Site Reliability Engineer"],
  ["Human Resources", "Recruiter"],
  ["Legal", "Counsel"],
  ["Operations", "Logistics Planner"],
  ["IT", "Service Desk Analyst"],
];

/** First octets of ordinary public addresses. */
const PUBLIC = [23, 34, 45, 62, 77, 81, 89, 91, 109, 141, 176, 185];

export const publicIp = (random: Random): string =>
  [random.pick(PUBLIC), random.int(1, 254), random.int(0, 254), random.int(1, 254)].join(".");

/** The same name and seed give the same company. */
export function createCompany(
  of: { name: string; workspaceId: string; azureTenantId: string },
  seed: string,
  userCount: number,
): Company {
  const random = createRandom(`${seed}/${of.name}/company`);
  const domain = `${of.name}.example`;
  const sidBase = [0, 0, 0].map(() => random.int(1_000_000_000, 4_000_000_000)).join("-");
  const users = Array.from({ length: userCount }, (_, index) =>
    createUser(random, domain, sidBase, index),
  );
  const sender = (name: string, at: string, linkDomain: string): Sender => ({
    address: `${name}@${at}`,
    name: at.split(".")[0] ?? at,
    domain: at,
    ip: publicIp(random),
    linkDomain,
  });
  return {
    ...of,
    domain,
    users,
    office: OFFICE,
    officeIp: publicIp(random),
    vpn: VPN,
    vpnIps: [publicIp(random), publicIp(random)],
    scannerIp: publicIp(random),
    partners: [
      sender("news", "harbourfreight.example", "mailing.harbourfreight.example"),
      sender("invoices", "northwindtraders.example", "portal.northwindtraders.example"),
      sender("events", "adatum.example", "events.adatum.example"),
    ],
    trainer: sender("it-desk", "mail-awareness.example", "login.mail-awareness.example"),
    estate: createEstate(random, { name: of.name, domain, users }, () => publicIp(random)),
  };
}

function createUser(random: Random, domain: string, sidBase: string, index: number): User {
  const first = FIRST[index % FIRST.length] ?? "Alex";
  const last = LAST[(index * 7 + Math.floor(index / FIRST.length)) % LAST.length] ?? "Doe";
  const number = index < FIRST.length ? "" : String(Math.floor(index / FIRST.length));
  const account = `${first}.${last}${number}`.toLowerCase();
  const [department, title] = random.pick(JOBS);
  const name = `${domain.slice(0, 3)}-lt-${String(index + 101)}`;
  return {
    upn: `${account}@${domain}`,
    name: `${first} ${last}`,
    account,
    id: random.guid(),
    sid: `S-1-5-21-${sidBase}-${1100 + index}`,
    department,
    title,
    homeIp: publicIp(random),
    host: {
      name,
      fqdn: `${name}.${domain}`,
      deviceId: random.hex(40),
      aadDeviceId: random.guid(),
      ip: `10.20.${Math.floor(index / 200)}.${(index % 200) + 20}`,
    },
  };
}
