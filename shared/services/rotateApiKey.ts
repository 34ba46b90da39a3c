/** Gives a key a new secret; the one before opens for a while longer, so that no integration stops meanwhile. */
import { randomBytes } from "node:crypto";

import { apiKeyAudit, issuedKey, keyIdOf, keyText, secretHash } from "../domain/apiKeys.ts";
import { AppError, notFound } from "../domain/errors.ts";
import { plusMs } from "../domain/time.ts";
import type { Deps } from "../ports/deps.ts";
import { apiKeyPepper } from "../repositories/apiKeyPepper.ts";
import * as apiKeys from "../repositories/apiKeys.ts";
import type { ApiKeyRecord, IssuedApiKey, RotateApiKeyQuery } from "../schemas/apiKeys.ts";
import type { Principal } from "../schemas/principal.ts";

type Needs = Pick<Deps, "clock" | "documents" | "keys" | "log" | "queue">;

const HOUR_MS = 3_600_000;

/**
 * A second rotation within the overlap ends the oldest secret: at most two open at a time. Scopes, limits and expiry stay.
 * @throws AppError `not-found`; `conflict` when the key was revoked, has expired, or is being changed by somebody else.
 */
export async function rotateApiKey(
  deps: Needs,
  principal: Principal,
  id: string,
  { overlap_hours }: RotateApiKeyQuery,
): Promise<IssuedApiKey> {
  const stored = await apiKeys.readOwn(deps.documents, principal.tenant_id, keyIdOf(id));
  if (stored === undefined) throw notFound("API key");
  const now = deps.clock.now();
  const { key } = stored;
  if (key.revoked_at !== null) throw new AppError("conflict", "This key was revoked.");
  if (key.expires_at <= now.toISOString()) {
    throw new AppError("conflict", "This key has expired; make a new one.");
  }
  const text = keyText(key.key_id, randomBytes(32));
  const valid_until = plusMs(now, overlap_hours * HOUR_MS).toISOString();
  const rotated: ApiKeyRecord = {
    ...key,
    secret_hash: secretHash(text, await apiKeyPepper(deps)),
    previous: overlap_hours === 0 ? null : { secret_hash: key.secret_hash, valid_until },
    rotated_at: now.toISOString(),
    updated_at: now.toISOString(),
  };
  const audit = apiKeyAudit(principal, "api_key.rotate", rotated, ["secret"], now);
  const outcome = await apiKeys.save(deps, rotated, stored.etag, [audit]);
  if (outcome === "conflict") {
    throw new AppError("conflict", "Somebody else is changing this key; look at it again.");
  }
  return issuedKey(rotated, text, now);
}
