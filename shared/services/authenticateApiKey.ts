/** Who stands behind a key that was presented. */
import { invalidKey, keyIdIn, keyPrincipal, refuseKey, secretHash } from "../domain/apiKeys.ts";
import type { Deps } from "../ports/deps.ts";
import { apiKeyPepper } from "../repositories/apiKeyPepper.ts";
import * as apiKeys from "../repositories/apiKeys.ts";
import type { Principal } from "../schemas/principal.ts";

type Needs = Pick<Deps, "clock" | "documents" | "keys" | "settings">;

/**
 * Reads the key each time: a point read, so that a revoked key is closed with the next request.
 * @param address the client's, as the front end saw it; `undefined` when it did not tell.
 * @throws AppError `unauthenticated` for a wrong, revoked or expired key; `forbidden` for a foreign address.
 */
export async function authenticateApiKey(
  deps: Needs,
  text: string,
  address: string | undefined,
): Promise<Principal> {
  const keyId = keyIdIn(text);
  if (keyId === undefined) throw invalidKey();
  const stored = await apiKeys.read(deps.documents, keyId);
  if (stored === undefined) throw invalidKey();
  const hash = secretHash(text, await apiKeyPepper(deps));
  refuseKey(stored.key, hash, address, deps.clock.now());
  // A tenant that may no longer sign in is locked out with its keys.
  if (!deps.settings.auth.tenantIds.includes(stored.key.tenant_id)) throw invalidKey();
  return keyPrincipal(stored.key);
}
