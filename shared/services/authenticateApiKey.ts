/** Who stands behind a key that was presented. */
import { hasSecret, keyIdIn, keyPrincipal, refuseKey, secretHash } from "../domain/apiKeys.ts";
import type { Deps } from "../ports/deps.ts";
import { apiKeyPepper } from "../repositories/apiKeyPepper.ts";
import * as apiKeys from "../repositories/apiKeys.ts";
import type { Principal } from "../schemas/principal.ts";

type Needs = Pick<Deps, "clock" | "documents" | "keys" | "settings">;

/**
 * Reads the key each time: a point read, so that a revoked key is closed with the next request.
 * @param address the client's, as the front end saw it; `undefined` when it did not tell.
 * @returns `undefined` for what is no key of ours, or has another secret.
 * @throws AppError `unauthenticated` for a revoked or expired key; `forbidden` for a foreign address.
 */
export async function authenticateApiKey(
  deps: Needs,
  text: string,
  address: string | undefined,
): Promise<Principal | undefined> {
  const keyId = keyIdIn(text);
  const stored = keyId === undefined ? undefined : await apiKeys.read(deps.documents, keyId);
  if (stored === undefined) return undefined;
  const { key } = stored;
  const now = deps.clock.now();
  if (!hasSecret(key, secretHash(text, await apiKeyPepper(deps)), now)) return undefined;
  refuseKey(key, address, now);
  // A tenant that may no longer sign in is locked out with its keys.
  return deps.settings.auth.tenantIds.includes(key.tenant_id) ? keyPrincipal(key) : undefined;
}
