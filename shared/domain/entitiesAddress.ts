/** IP addresses as alerts write them: canonical text, and whether they mean something outside their network. */

/** Networks that say nothing elsewhere: RFC 1918, 6598, 3927, loopback, multicast, broadcast, "this network". */
const PRIVATE_V4: readonly (readonly [network: string, bits: number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
];
/** Unspecified, loopback, unique local, link-local, multicast (RFC 4291, 4193). */
const PRIVATE_V6 = /^(::1?$|f[cd]|fe[89ab]|ff)/;

/** Takes off a port, brackets and a zone; an IPv4 address inside an IPv6 one is the IPv4 address. */
export function addressOf(text: string): { address: string; isValid: boolean; isPrivate: boolean } {
  const bare = text.replace(/^\[(.*)\](:\d+)?$/, "$1").replace(/%.*$/, "");
  const withoutPort = /^\d+\.\d+\.\d+\.\d+:\d+$/.test(bare) ? bare.replace(/:\d+$/, "") : bare;
  const number = v4Number(withoutPort);
  if (number !== undefined) {
    return { address: withoutPort, isValid: true, isPrivate: isPrivateV4(number) };
  }
  const v6 = canonicalV6(withoutPort);
  if (v6 === undefined) return { address: text.toLowerCase(), isValid: false, isPrivate: false };
  const mapped = mappedV4(v6);
  if (mapped !== undefined) return addressOf(mapped);
  return { address: v6, isValid: true, isPrivate: PRIVATE_V6.test(v6) };
}

function v4Number(text: string): number | undefined {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) return undefined;
  const parts = text.split(".").map(Number);
  if (parts.some((part) => part > 255)) return undefined;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

const isPrivateV4 = (address: number): boolean =>
  PRIVATE_V4.some(([network, bits]) => {
    const size = 2 ** (32 - bits);
    return Math.floor(address / size) === Math.floor((v4Number(network) ?? 0) / size);
  });

/** The shortest form, as the URL standard writes it. */
function canonicalV6(text: string): string | undefined {
  if (!text.includes(":")) return undefined;
  return URL.parse(`http://[${text}]/`)?.hostname.slice(1, -1);
}

/** `::ffff:c0a8:1` is 192.168.0.1. */
function mappedV4(v6: string): string | undefined {
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(v6) ?? [];
  if (high === undefined || low === undefined) return undefined;
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return [a >> 8, a & 255, b >> 8, b & 255].join(".");
}
