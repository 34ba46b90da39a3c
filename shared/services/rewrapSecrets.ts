/** Brings stored secrets under the current version of the wrapping key, after it was rotated. */
import { randomBytes } from "node:crypto";

import { rewrap } from "../domain/sealing.ts";
import type { Deps } from "../ports/deps.ts";
import { replacePrivateKey, storedEvidenceKeys } from "../repositories/evidenceKeys.ts";
import { sealedPepper } from "../repositories/apiKeyPepper.ts";
import * as models from "../repositories/models.ts";
import * as preferences from "../repositories/notificationPreferences.ts";
import * as providers from "../repositories/providers.ts";
import * as webhooks from "../repositories/webhooks.ts";
import type { SealedSecret } from "../schemas/providers.ts";

type Needs = Pick<Deps, "documents" | "keys" | "log">;

export interface RewrapOutcome {
  rewrapped: number;
  /** Secrets whose old key is gone or whose wrapping was changed; they stay as they are. */
  failed: number;
}

interface StoredSecret {
  tenant_id: string;
  /** Id of the record that holds it. */
  subject_id: string;
  sealed: SealedSecret;
  /** Writes it anew, unless its record changed meanwhile: `conflict` then. */
  replace: (renewed: SealedSecret) => Promise<"done" | "conflict">;
}

/**
 * Re-wraps the data key of every secret that another version of the key wrapped: the providers', the models', the webhooks',
 * people's chat addresses, the keys that sign evidence bundles, and the pepper of API keys. The ciphertexts stay untouched.
 * Running twice, or next to a change of a record, is harmless: who lost the race is done by the next run.
 * @throws AppError `store-unavailable` when the current key cannot be used at all.
 */
export async function rewrapSecrets({ documents, keys, log }: Needs): Promise<RewrapOutcome> {
  const stored = await allSecrets(documents);
  if (stored.length === 0) return { rewrapped: 0, failed: 0 };
  // The port tells which key wraps now only by wrapping something.
  const current = (await keys.wrap(randomBytes(32))).kid;
  const outcome: RewrapOutcome = { rewrapped: 0, failed: 0 };
  for (const { tenant_id, subject_id, sealed, replace } of stored) {
    if (sealed.kid === current) continue;
    try {
      const written = await replace(await rewrap(sealed, keys));
      if (written === "done") outcome.rewrapped += 1;
    } catch (error) {
      outcome.failed += 1;
      log.error("secret.rewrap-failed", { tenant_id, subject_id, kid: sealed.kid, error });
    }
  }
  if (outcome.rewrapped + outcome.failed > 0) log.info("secret.rewrapped", { ...outcome, current });
  return outcome;
}

async function allSecrets(documents: Deps["documents"]): Promise<StoredSecret[]> {
  const ofProviders = (await providers.withSecret(documents)).flatMap((stored) => {
    const { tenant_id, id: subject_id, client_secret: sealed } = stored.record;
    if (sealed === undefined) return [];
    const replace = (renewed: SealedSecret) => providers.replaceSecret(documents, stored, renewed);
    return [{ tenant_id, subject_id, sealed, replace }];
  });
  const ofBundles = (await storedEvidenceKeys(documents)).map((stored) => {
    const { tenant_id, id: subject_id, private_key: sealed } = stored.record;
    const replace = (renewed: SealedSecret) => replacePrivateKey(documents, stored, renewed);
    return { tenant_id, subject_id, sealed, replace };
  });
  const others = [
    ...(await models.sealedKeys(documents)),
    ...(await sealedPepper(documents)),
    ...(await webhooks.sealedSecrets(documents)),
    ...(await preferences.sealedSecrets(documents)),
  ];
  return [...ofProviders, ...ofBundles, ...others];
}
