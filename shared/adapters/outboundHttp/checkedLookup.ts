/** Name resolution that checks every address at the moment of connecting, so that the checked one is the one connected to. */
import type { LookupAddress } from "node:dns";
import { lookup as systemLookup } from "node:dns/promises";
import type { LookupFunction } from "node:net";
import { callbackify } from "node:util";

import { type AddressPolicy, isAllowedAddress } from "./addresses.ts";

/** All addresses of a name, as the system resolves it. */
export type Resolve = (hostname: string) => Promise<LookupAddress[]>;

export const resolveBySystem: Resolve = (hostname) => systemLookup(hostname, { all: true });

/** What the guard says of a name; told from network failures by its class. */
export class AddressRefused extends Error {}

/**
 * A `lookup` for sockets: resolves once for each connection and hands on what it has checked, so a name that changes its
 * answer between check and connection gains nothing. One inside address among the answers refuses the name.
 */
export function createCheckedLookup(policy: AddressPolicy, resolve: Resolve): LookupFunction {
  const resolveOnce = callbackify(resolve);
  const isRefused = ({ address }: LookupAddress): boolean => !isAllowedAddress(address, policy);
  return (hostname, { all }, callback) => {
    resolveOnce(hostname, (error, addresses) => {
      if (error !== null) return callback(error, "");
      const [first] = addresses;
      if (first === undefined || addresses.some(isRefused)) {
        return callback(
          new AddressRefused("The name resolves to an address that is not public."),
          "",
        );
      }
      return all === true ? callback(null, addresses) : callback(null, first.address, first.family);
    });
  };
}
