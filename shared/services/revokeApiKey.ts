/** Closes a key for good, from the next request on. */
import { apiKeyAudit, keyIdOf } from "../domain/apiKeys.ts";
import { notFound } from "../domain/errors.ts";
import { retryOnConflict } from "../domain/retryOnConflict.ts";
import type { Deps } from "../ports/deps.ts";
import * as apiKeys from "../repositories/apiKeys.ts";
import type { ApiKeyRecord } from "../schemas/apiKeys.ts";
import type { Principal } from "../schemas/principal.ts";

type Needs = Pick<Deps, "clock" | "documents" | "log" | "queue">;

/** Revoking again changes nothing. @throws AppError `not-found`. */
export async function revokeApiKey(deps: Needs, principal: Principal, id: string): Promise<void> {
  const attempt = async (): Promise<"done" | "conflict"> => {
    const stored = await apiKeys.readOwn(deps.documents, principal.tenant_id, keyIdOf(id));
    if (stored === undefined) throw notFound("API key");
    if (stored.key.revoked_at !== null) return "done";
    const now = deps.clock.now();
    const revoked: ApiKeyRecord = {
      ...stored.key,
      previous: null,
      revoked_at: now.toISOString(),
      revoked_by: principal.email ?? principal.name,
      updated_at: now.toISOString(),
    };
    const audit = apiKeyAudit(principal, "api_key.revoke", revoked, ["revoked_at"], now);
    return await apiKeys.save(deps, revoked, stored.etag, [audit]);
  };
  await retryOnConflict(attempt, { what: "The key" });
}
