/** Exports a session as a signed bundle that can be checked without this product. */
import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";

import { AppError, notFound } from "../domain/errors.ts";
import { chainOf, keyId, publicKeyText, signBundle } from "../domain/evidenceBundle.ts";
import { open, seal } from "../domain/sealing.ts";
import type { Deps } from "../ports/deps.ts";
import { createEvidenceKey, readEvidenceKey } from "../repositories/evidenceKeys.ts";
import { exchangesOf } from "../repositories/modelExchanges.ts";
import { allEvidence } from "../repositories/sessionEvidence.ts";
import { readRunState, readSession, readSteps } from "../repositories/sessions.ts";
import { EvidenceBundle } from "../schemas/evidenceBundle.ts";
import type { SessionRecord } from "../schemas/sessions.ts";

type Needs = Pick<Deps, "blobs" | "clock" | "documents" | "keys">;

/**
 * A session that still runs is exported as far as it got.
 * @throws AppError `not-found`; `store-unavailable` when the tenant's key cannot be opened.
 */
export async function exportBundle(
  deps: Needs,
  tenantId: string,
  sessionId: string,
): Promise<EvidenceBundle> {
  const stored = await readSession(deps.documents, tenantId, sessionId);
  if (stored === undefined) throw notFound("session");
  const { report, feedback: _, ...session } = stored.session;
  const evidence = await allEvidence(deps, stored.session);
  const content = {
    format: "socmate-evidence-bundle/2",
    exported_at: deps.clock.now().toISOString(),
    session,
    report: report ?? null,
    state: (await readRunState(deps.documents, stored.session)) ?? null,
    steps: await readSteps(deps.documents, stored.session),
    evidence,
    chain: chainOf(evidence),
    model: await modelOf(deps, stored.session),
  } as const;
  const { content: shape } = EvidenceBundle.shape;
  return signBundle(shape.parse(content), await keyOf(deps, tenantId));
}

/** Which model was asked, and what, by hash; `null` when none was. */
async function modelOf({ documents }: Needs, session: SessionRecord) {
  const exchanges = await exchangesOf(documents, session);
  const name = exchanges[0]?.model_name;
  if (name === undefined) return null;
  return { name, prompt_hashes: exchanges.map(({ prompt_hash }) => prompt_hash) };
}

interface SigningKey {
  privateKey: KeyObject;
  publicKey: string;
}

/** The tenant's key; made at its first bundle. Of two first bundles at once both use the key that was stored first. */
async function keyOf(deps: Needs, tenantId: string): Promise<SigningKey> {
  const place = { tenant_id: tenantId, subject_id: "evidence-key", field: "private_key" };
  for (const _ of ["stored", "made", "made by another"]) {
    const stored = await readEvidenceKey(deps.documents, tenantId);
    if (stored !== undefined) {
      const der = Buffer.from(await open(stored.private_key, place, deps.keys), "base64url");
      const privateKey = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
      return { privateKey, publicKey: stored.public_key };
    }
    const pair = generateKeyPairSync("ed25519");
    const publicKey = publicKeyText(pair.publicKey);
    const der = pair.privateKey.export({ type: "pkcs8", format: "der" }).toString("base64url");
    await createEvidenceKey(deps.documents, {
      id: "evidence-key",
      type: "evidence-key",
      tenant_id: tenantId,
      kid: keyId(publicKey),
      public_key: publicKey,
      private_key: await seal(der, place, deps.keys, randomBytes),
      created_at: deps.clock.now().toISOString(),
    });
  }
  throw new AppError("store-unavailable", "The key that signs bundles cannot be stored.");
}
