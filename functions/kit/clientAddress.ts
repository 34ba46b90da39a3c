/** Where a request comes from, as the proxies that are ours tell it. */

/**
 * The client's address out of X-Forwarded-For. Each proxy adds the address it saw at the end, the platform's front end
 * with the port; what stands further to the left is what the client wrote itself.
 * @param proxies how many of them are ours. @returns `undefined` when they did not tell.
 */
export function clientAddress(
  headers: { get(name: string): string | null },
  proxies: number,
): string | undefined {
  const told = (headers.get("x-forwarded-for") ?? "").split(",");
  const seen = told.at(-proxies)?.trim();
  return seen === undefined || seen === "" ? undefined : withoutPort(seen);
}

/** `203.0.113.7:51234`, `[2001:db8::1]:51234`, or an address alone. */
function withoutPort(seen: string): string {
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(seen)?.[1];
  if (bracketed !== undefined) return bracketed;
  return /^([^:]+):\d+$/.exec(seen)?.[1] ?? seen;
}
