/** Brings stored secrets under the current version of the wrapping key, after it was rotated. */
import { randomBytes } from "node:crypto";

import { rewrap } from "../domain/sealing.ts";
import type { Deps } from "../ports/deps.ts";
import * as providers from "../repositories/providers.ts";

type Needs = Pick<Deps, "documents" | "keys" | "log">;

export interface RewrapOutcome {
  rewrapped: number;
  /** Secrets whose old key is gone or whose wrapping was changed; they stay as they are. */
  failed: number;
}

/**
 * Re-wraps the data key of every secret that another version of the key wrapped; the ciphertexts stay untouched.
 * Running twice, or next to a change of the provider, is harmless: who lost the race is done by the next run.
 * @throws AppError `store-unavailable` when the current key cannot be used at all.
 */
export async function rewrapSecrets({ documents, keys, log }: Needs): Promise<RewrapOutcome> {
  const stored = await providers.withSecret(documents);
  if (stored.length === 0) return { rewrapped: 0, failed: 0 };
  // The port tells which key wraps now only by wrapping something.
  const current = (await keys.wrap(randomBytes(32))).kid;
  const outcome: RewrapOutcome = { rewrapped: 0, failed: 0 };
  for (const one of stored) {
    const sealed = one.record.client_secret;
    if (sealed === undefined || sealed.kid === current) continue;
    try {
      const renewed = await rewrap(sealed, keys);
      const written = await providers.replaceSecret(documents, one, renewed);
      if (written === "done") outcome.rewrapped += 1;
    } catch (error) {
      outcome.failed += 1;
      const { tenant_id, id: provider_id } = one.record;
      log.error("secret.rewrap-failed", { tenant_id, provider_id, kid: sealed.kid, error });
    }
  }
  if (outcome.rewrapped + outcome.failed > 0) log.info("secret.rewrapped", { ...outcome, current });
  return outcome;
}
