/** Which way a caller signs in: an API key, or an access token. */
import { AppError } from "../../shared/domain/errors.ts";
import type { Deps } from "../../shared/ports/deps.ts";
import type { ApiKeyUse } from "../../shared/schemas/apiKeys.ts";
import type { Principal } from "../../shared/schemas/principal.ts";
import { type Authenticate, createAuthenticator } from "./authenticate.ts";
import { clientAddress } from "./clientAddress.ts";
import { FailedKeys } from "./failedKeys.ts";
import { KeyUses } from "./keyUses.ts";
import { SeenUsers, type UserBook } from "./seenUsers.ts";

/** What the kit asks of the product about API keys. */
export interface KeyDoor {
  /**
   * `undefined` for what is no key.
   * @throws AppError `unauthenticated` or `forbidden` for a key that does not open any more, or from there.
   */
  principalOf(deps: Deps, key: string, address: string | undefined): Promise<Principal | undefined>;
  /** Who counts as one when wrong keys are counted; `undefined` when the front end told no address. */
  sourceOf(this: void, address: string | undefined): string;
  saveUse(deps: Deps, id: string, use: ApiKeyUse): Promise<void>;
}

const KEY_START = "sk_live_";

/** A key is taken from X-API-Key, or from Authorization as a bearer token for clients that know no other header. */
export function createSignIn(deps: Deps, door: KeyDoor & UserBook): Authenticate {
  const byToken = createAuthenticator(deps.settings.auth, deps.clock);
  const uses = new KeyUses({ deps, save: (id, use) => door.saveUse(deps, id, use) });
  const failures = new FailedKeys(deps.clock, door.sourceOf);
  const people = new SeenUsers(deps, door);
  return async (headers) => {
    const key = keyOf(headers);
    if (key === undefined) {
      const principal = await byToken(headers);
      if (principal.kind === "user") await people.note(principal);
      return principal;
    }
    const address = clientAddress(headers, deps.settings.edge.proxies);
    const principal = await failures.guard(key, address, () =>
      door.principalOf(deps, key, address),
    );
    await uses.note(principal.id, address);
    return principal;
  };
}

function keyOf(headers: { get(name: string): string | null }): string | undefined {
  const own = headers.get("x-api-key")?.trim();
  const authorization = headers.get("authorization");
  if (own !== undefined && authorization !== null) {
    // Two answers to "who is it" would leave it to us which rights hold.
    throw new AppError("unauthenticated", "Send either X-API-Key or Authorization, not both.");
  }
  if (own !== undefined) return own;
  const bearer = /^Bearer (\S+)$/i.exec(authorization ?? "")?.[1];
  return bearer?.startsWith(KEY_START) === true ? bearer : undefined;
}
