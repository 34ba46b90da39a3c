/** Which addresses the product may post to: public ones, over TLS. */
import { isIP } from "node:net";

import ipaddr from "ipaddr.js";

/** Azure's host endpoint: publicly numbered, and answers only virtual machines, with their credentials. */
const AZURE_HOST_ENDPOINT = "168.63.129.16";
/** Of IPv6 only this block is routed publicly; the rest holds embedded, local and documentation addresses. */
const ROUTED_IPV6 = ipaddr.parseCIDR("2000::/3");
const HTTPS_PORT = 443;
const FIRST_UNPRIVILEGED_PORT = 1024;
const URL_LENGTH_MAX = 2000;
/** Names that only exist inside: none of them is meant for a receiver on the internet. */
const INSIDE_NAME = /(?:^|\.)(?:localhost|local|internal|intranet|lan|home|corp|localdomain|arpa)$/;

export interface AddressPolicy {
  /** The local run with its explicit setting: loopback receivers, also without TLS. */
  allowLoopback: boolean;
}

/** Whether a numeric address may be connected to. Mapped IPv6 is judged as the IPv4 address it means. */
export function isAllowedAddress(address: string, { allowLoopback }: AddressPolicy): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (allowLoopback && parsed.range() === "loopback") return true;
  if (parsed.range() !== "unicast" || parsed.toString() === AZURE_HOST_ENDPOINT) return false;
  return parsed.kind() === "ipv4" || parsed.match(ROUTED_IPV6);
}

/** Why the form of an address is refused, before any name is resolved; `undefined` when it is fine. */
export function refusalOf(text: string, policy: AddressPolicy): string | undefined {
  if (text.length > URL_LENGTH_MAX)
    return `The address is longer than ${URL_LENGTH_MAX} characters.`;
  const url = URL.parse(text);
  if (url === null) return "This is no address; begin with https://.";
  if (url.username !== "" || url.password !== "") {
    return "The address may carry no user or password; receivers check the signature instead.";
  }
  const host = hostOf(url);
  const isLoopback = isLoopbackHost(host);
  if (policy.allowLoopback && isLoopback && /^https?:$/.test(url.protocol)) return undefined;
  if (url.protocol !== "https:") return "Only https:// addresses are posted to.";
  if (isLoopback) return "The address is of this machine itself; give one on the internet.";
  const isLiteral = isIP(host) !== 0;
  if (isLiteral && !isAllowedAddress(host, policy)) {
    return "The address is private, reserved or of the platform itself; give a public one.";
  }
  if (!isLiteral && (INSIDE_NAME.test(host) || !host.includes("."))) {
    return "The name is of an inside network; give one on the internet.";
  }
  return portRefusal(url);
}

/** The host as it will be connected to: without the brackets of IPv6 and the root's dot, lower case. */
export const hostOf = (url: URL): string =>
  url.hostname
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "")
    .toLowerCase();

function portRefusal({ port }: URL): string | undefined {
  const number = port === "" ? HTTPS_PORT : Number(port);
  if (number === HTTPS_PORT || number >= FIRST_UNPRIVILEGED_PORT) return undefined;
  return `Port ${number} belongs to another service; receivers listen on 443 or from ${FIRST_UNPRIVILEGED_PORT} on.`;
}

function isLoopbackHost(host: string): boolean {
  if (host === "localhost" || host.endsWith(".localhost")) return true;
  return ipaddr.isValid(host) && ipaddr.process(host).range() === "loopback";
}
