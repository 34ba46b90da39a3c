/** Functions of IP addresses and places. */
import { isIP, isIPv6 } from "node:net";

import { dynamicText, isInt64 } from "../convert.ts";
import type { KqlValue } from "../values.ts";
import { type FunctionTable, onDynamics, onReals, onTexts } from "./define.ts";

/** An address, or the network of the addresses that share its first bits. */
export interface Network {
  readonly address: bigint;
  /** Length of the prefix in bits. */
  readonly prefix: number;
}

function ipv4Bits(text: string): bigint | null {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return null;
  const parts = match.slice(1).map(Number);
  return parts.some((part) => part > 255)
    ? null
    : parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n);
}

/** IPv6 and, mapped into it, IPv4. */
function ipv6Bits(text: string): bigint | null {
  const v4 = ipv4Bits(text);
  if (v4 !== null) return 0xff_ff_00_00_00_00n + v4;
  if (!isIPv6(text)) return null;
  const dotted = /:(\d+\.\d+\.\d+\.\d+)$/.exec(text)?.[1];
  const tail = dotted === undefined ? null : ipv4Bits(dotted);
  const plain =
    dotted === undefined || tail === null
      ? text
      : `${text.slice(0, -dotted.length)}${(tail >> 16n).toString(16)}:${(tail & 0xff_ffn).toString(16)}`;
  const [head = "", rest] = (plain.split("%")[0] ?? "").split("::");
  const left = head === "" ? [] : head.split(":");
  const right = rest === undefined || rest === "" ? [] : rest.split(":");
  const zeros = Array<string>(Math.max(0, 8 - left.length - right.length)).fill("0");
  return [...left, ...zeros, ...right].reduce(
    (sum, part) => sum * 65_536n + BigInt(`0x${part}`),
    0n,
  );
}

function network(
  text: string,
  read: (address: string) => bigint | null,
  width: number,
): Network | null {
  const [address = "", prefix] = text.trim().split("/");
  const bits = read(address);
  if (bits === null) return null;
  if (prefix === undefined) return { address: bits, prefix: width };
  const isMapped = width === 128 && ipv4Bits(address) !== null;
  const length = Number(prefix) + (isMapped ? 96 : 0);
  return /^\d+$/.test(prefix) && length <= width ? { address: bits, prefix: length } : null;
}

export const ipv4 = (text: string): Network | null => network(text, ipv4Bits, 32);
export const ipv6 = (text: string): Network | null => network(text, ipv6Bits, 128);

/** Order of two addresses after both are cut to the shortest prefix: 0 means the same network. */
function order(a: Network | null, b: Network | null, width: number, mask = width): number | null {
  if (a === null || b === null) return null;
  const shift = BigInt(width - Math.min(a.prefix, b.prefix, mask));
  const [x, y] = [a.address >> shift, b.address >> shift];
  return x < y ? -1 : x > y ? 1 : 0;
}

const inNetwork = (address: Network | null, of: Network | null, width: number): boolean | null => {
  const result = order(address, of, width);
  return result === null ? null : result === 0;
};

const PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"].map(ipv4);

function isPrivate(text: string): boolean | null {
  const address = ipv4(text);
  return address === null ? null : PRIVATE.some((range) => inNetwork(address, range, 32) === true);
}

function inAny(
  text: string,
  ranges: readonly KqlValue[],
  read: (text: string) => Network | null,
  width: number,
): boolean | null {
  const address = read(text);
  if (address === null) return null;
  return ranges
    .flat()
    .some((range) => inNetwork(address, read(dynamicText(range)), width) === true);
}

const ipv4Text = (value: bigint): string =>
  [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join(".");

const EARTH_RADIUS_M = 6_371_008.8;

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

export function distance(longitude1 = 0, latitude1 = 0, longitude2 = 0, latitude2 = 0): number {
  const a =
    Math.sin(radians(latitude2 - latitude1) / 2) ** 2 +
    Math.cos(radians(latitude1)) *
      Math.cos(radians(latitude2)) *
      Math.sin(radians(longitude2 - longitude1) / 2) ** 2;
  return 2 * EARTH_RADIUS_M * Math.asin(Math.sqrt(a));
}

const prefixOf = (mask: string | undefined): number | undefined =>
  mask === undefined ? undefined : Number(mask);

/** Whether a text holds an IPv4 address with nothing that could be part of it around. */
function hasIpv4(text: string, sought: string): boolean {
  return [...text.matchAll(/\d{1,3}(?:\.\d{1,3}){3}/g)].some(([found]) => found === sought);
}

const hasIpv4Prefix = (text: string, prefix: string): boolean =>
  [...text.matchAll(/\d{1,3}(?:\.\d{1,3}){3}/g)].some(([found]) => found.startsWith(prefix));

export const networkFunctions: FunctionTable = {
  ipv4_is_private: onTexts(isPrivate),
  ipv4_is_in_range: onTexts((address, range = "") => inNetwork(ipv4(address), ipv4(range), 32)),
  ipv4_is_in_any_range: onDynamics((address = "", ...ranges) =>
    inAny(dynamicText(address), ranges, ipv4, 32),
  ),
  ipv4_is_match: onTexts((a, b = "", mask) => {
    const result = order(ipv4(a), ipv4(b), 32, prefixOf(mask));
    return result === null ? null : result === 0;
  }),
  ipv4_compare: onTexts((a, b = "", mask) => order(ipv4(a), ipv4(b), 32, prefixOf(mask))),
  ipv4_netmask_suffix: onTexts((text) => ipv4(text)?.prefix ?? null),
  parse_ipv4: onTexts((text) => {
    const found = ipv4(text);
    if (found === null) return null;
    const shift = BigInt(32 - found.prefix);
    return Number((found.address >> shift) << shift);
  }),
  parse_ipv4_mask: onTexts((text, prefix = "32") => {
    const bits = ipv4Bits(text);
    const shift = BigInt(32 - Number(prefix));
    return bits === null ? null : Number((bits >> shift) << shift);
  }),
  format_ipv4: onDynamics((value = null, prefix = 32) => {
    const bits = isInt64(value) ? BigInt(value) : (ipv4(dynamicText(value))?.address ?? null);
    if (bits === null) return "";
    const shift = BigInt(32 - Number(prefix));
    return ipv4Text((bits >> shift) << shift);
  }),
  has_ipv4: onTexts((text, sought = "") => hasIpv4(text, sought)),
  has_any_ipv4: onDynamics((text = "", ...sought) =>
    sought.flat().some((one) => hasIpv4(dynamicText(text), dynamicText(one))),
  ),
  has_ipv4_prefix: onTexts((text, prefix = "") => hasIpv4Prefix(text, prefix)),
  has_any_ipv4_prefix: onDynamics((text = "", ...prefixes) =>
    prefixes.flat().some((one) => hasIpv4Prefix(dynamicText(text), dynamicText(one))),
  ),
  ipv6_is_in_range: onTexts((address, range = "") => inNetwork(ipv6(address), ipv6(range), 128)),
  ipv6_is_in_any_range: onDynamics((address = "", ...ranges) =>
    inAny(dynamicText(address), ranges, ipv6, 128),
  ),
  ipv6_is_match: onTexts((a, b = "", mask) => {
    const result = order(ipv6(a), ipv6(b), 128, prefixOf(mask));
    return result === null ? null : result === 0;
  }),
  ipv6_compare: onTexts((a, b = "", mask) => order(ipv6(a), ipv6(b), 128, prefixOf(mask))),
  parse_ipv6: onTexts((text) => {
    const bits = isIP(text) === 0 ? null : ipv6Bits(text);
    return bits === null
      ? ""
      : (bits.toString(16).padStart(32, "0").match(/.{4}/g) ?? []).join(":");
  }),
  geo_distance_2points: onReals(distance),
};
