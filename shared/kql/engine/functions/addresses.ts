/** Functions that write addresses and ranges of them, and what is known about where an address is. */
import { dynamicText } from "../convert.ts";
import { type FunctionTable, onDynamics, onTexts } from "./define.ts";
import { ipv4, ipv6 } from "./network.ts";

const dotted = (bits: bigint): string =>
  [24n, 16n, 8n, 0n].map((shift) => String((bits >> shift) & 255n)).join(".");

const cut = (bits: bigint, prefix: number, width: number): bigint => {
  const shift = BigInt(width - prefix);
  return (bits >> shift) << shift;
};

const hexadecimal = (bits: bigint): string =>
  (bits.toString(16).padStart(32, "0").match(/.{4}/g) ?? []).join(":");

function formatMask(text: string, given: string | undefined): string {
  const network = ipv4(text);
  if (network === null) return "";
  const prefix = given === undefined ? network.prefix : Number(given);
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > 32) return "";
  return `${dotted(cut(network.address, prefix, 32))}/${prefix}`;
}

function parseIpv6Mask(text: string, given: string): string {
  const address = ipv6(text);
  const prefix = Number(given);
  if (address === null || !Number.isInteger(prefix) || prefix < 0 || prefix > 128) return "";
  // Of an IPv4 address the prefix counts the last 32 bits.
  const length = text.includes(":") ? prefix : Math.min(128, 96 + prefix);
  return hexadecimal(cut(address.address, length, 128));
}

/** The fewest networks that hold all addresses from the first to the last one, and no other. */
function networksOf(from: string, to: string): string[] | null {
  const [first, last] = [ipv4(from)?.address, ipv4(to)?.address];
  if (first === undefined || last === undefined) return null;
  const found: string[] = [];
  for (let at = first; at <= last;) {
    let size = 1n;
    while (at % (size * 2n) === 0n && at + size * 2n - 1n <= last && size < 1n << 32n) size *= 2n;
    found.push(`${dotted(at)}/${32 - (size.toString(2).length - 1)}`);
    at += size;
  }
  return found;
}

export const addressFunctions: FunctionTable = {
  format_ipv4_mask: onTexts((text, prefix) => formatMask(text, prefix)),
  parse_ipv6_mask: onTexts((text, prefix = "128") => parseIpv6Mask(text, prefix)),
  ipv4_range_to_cidr_list: onTexts((from, to = "") => networksOf(from, to)),
  /** No directory of places comes with the engine: every address is one that it does not know. */
  geo_info_from_ip_address: onDynamics((address = null) =>
    ipv6(dynamicText(address)) === null ? null : {},
  ),
};
