/** Makes an API key for one integration. */
import { randomBytes } from "node:crypto";

import {
  API_KEYS_MAX,
  apiKeyAudit,
  issuedKey,
  keyIdOf,
  keyText,
  secretHash,
} from "../domain/apiKeys.ts";
import { AppError } from "../domain/errors.ts";
import { plusMs } from "../domain/time.ts";
import type { Deps } from "../ports/deps.ts";
import { apiKeyPepper } from "../repositories/apiKeyPepper.ts";
import * as apiKeys from "../repositories/apiKeys.ts";
import type { ApiKeyRecord, CreateApiKeyBody, IssuedApiKey } from "../schemas/apiKeys.ts";
import type { Principal } from "../schemas/principal.ts";

type Needs = Pick<Deps, "clock" | "documents" | "ids" | "keys" | "log" | "queue">;

const DAY_MS = 86_400_000;

/**
 * A request that is run again after its process died, by its ids, finds the key and gives it a new secret: nobody has seen
 * the first one.
 * @returns the key with its text, which is kept nowhere.
 * @throws AppError `conflict` when the tenant has too many keys, or when
 *   the key that an earlier run made has been used or rotated: somebody has its secret then.
 */
export async function createApiKey(
  deps: Needs,
  principal: Principal,
  body: CreateApiKeyBody,
): Promise<IssuedApiKey> {
  const now = deps.clock.now();
  const keyId = keyIdOf(deps.ids.next("key")) ?? "";
  const left = await apiKeys.read(deps.documents, keyId);
  if (left !== undefined) return await taken(deps, principal, left, now);
  const known = await apiKeys.countActive(deps.documents, principal.tenant_id, now);
  if (known >= API_KEYS_MAX) {
    throw new AppError("conflict", `There are ${API_KEYS_MAX} keys already; revoke one first.`);
  }
  const { expires_in_days, ...fields } = body;
  const text = keyText(keyId, randomBytes(32));
  const key: ApiKeyRecord = {
    ...fields,
    scopes: [...new Set(body.scopes)],
    type: "key",
    id: "key",
    key_id: keyId,
    tenant_id: principal.tenant_id,
    secret_hash: secretHash(text, await apiKeyPepper(deps)),
    previous: null,
    expires_at: plusMs(now, expires_in_days * DAY_MS).toISOString(),
    rotated_at: null,
    revoked_at: null,
    revoked_by: null,
    created_by: principal.email ?? principal.name,
    created_at: now.toISOString(),
    updated_at: now.toISOString(),
  };
  const audit = apiKeyAudit(principal, "api_key.create", key, Object.keys(body), now);
  const outcome = await apiKeys.save(deps, key, undefined, [audit]);
  if (outcome === "conflict") throw exists();
  return issuedKey(key, text, now);
}

const exists = (): AppError =>
  new AppError(
    "conflict",
    "An earlier request made this key, and somebody has its secret or is being given it; rotate it for a new one.",
  );

/** The key that an earlier run of the same request left, under a secret that opens from now on alone. */
async function taken(
  deps: Needs,
  principal: Principal,
  { key, etag }: apiKeys.StoredApiKey,
  now: Date,
): Promise<IssuedApiKey> {
  const isUntouched = key.rotated_at === null && key.revoked_at === null;
  const isOwn = key.tenant_id === principal.tenant_id && isUntouched;
  if (!isOwn || (await apiKeys.readUse(deps.documents, key.key_id)) !== undefined) throw exists();
  const text = keyText(key.key_id, randomBytes(32));
  const secret_hash = secretHash(text, await apiKeyPepper(deps));
  const renewed: ApiKeyRecord = { ...key, secret_hash, updated_at: now.toISOString() };
  const audit = apiKeyAudit(principal, "api_key.rotate", renewed, ["secret"], now);
  const outcome = await apiKeys.save(deps, renewed, etag, [audit]);
  if (outcome === "conflict") throw exists();
  return issuedKey(renewed, text, now);
}
