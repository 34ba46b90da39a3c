/** Makes an API key for one integration. */
import { randomBytes } from "node:crypto";

import {
  API_KEYS_MAX,
  apiKeyAudit,
  issuedKey,
  keyIdOf,
  keyText,
  refuseAdminScopes,
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
 * @returns the key with its text, which is kept nowhere.
 * @throws AppError `invalid-fields` for a scope of administration; `conflict` when the tenant has too many keys.
 */
export async function createApiKey(
  deps: Needs,
  principal: Principal,
  body: CreateApiKeyBody,
): Promise<IssuedApiKey> {
  refuseAdminScopes(body.scopes);
  const now = deps.clock.now();
  const known = await apiKeys.countActive(deps.documents, principal.tenant_id, now);
  if (known >= API_KEYS_MAX) {
    throw new AppError("conflict", `There are ${API_KEYS_MAX} keys already; revoke one first.`);
  }
  const { expires_in_days, ...fields } = body;
  const keyId = keyIdOf(deps.ids.next("key")) ?? "";
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
  if (outcome === "conflict") throw new AppError("conflict", "A key of this id exists.");
  return issuedKey(key, text, now);
}
