/** Evidence bundles and the keys that sign them. */
import { z } from "zod";

import { publicEvidenceKeys } from "../../shared/repositories/evidenceKeys.ts";
import { EvidenceBundle, type EvidenceKeys } from "../../shared/schemas/evidenceBundle.ts";
import { exportBundle } from "../../shared/services/exportBundle.ts";
import { endpoint, publicEndpoint } from "../kit/endpoint.ts";

export const sessionsBundle = endpoint({
  name: "sessions-bundle",
  method: "GET",
  route: "v1/sessions/{id}/bundle",
  permission: "investigations:read",
  summary: "Export a session with its rows, queries and hashes, signed by the tenant's key.",
  params: z.object({ id: z.string().min(1).max(100) }),
  reply: EvidenceBundle,
  async handle({ deps, principal, params }) {
    return { status: 200, body: await exportBundle(deps, principal.tenant_id, params.id) };
  },
});

export const evidenceKeys = publicEndpoint({
  name: "evidence-keys",
  method: "GET",
  route: ".well-known/evidence-keys.json",
  permission: "public",
  summary: "Public keys that evidence bundles are signed with.",
  async handle({ deps }) {
    const stored = await publicEvidenceKeys(deps.documents);
    const keys: EvidenceKeys["keys"] = stored.map(({ kid, public_key }) => ({
      kid,
      kty: "OKP",
      crv: "Ed25519",
      x: public_key,
      use: "sig",
    }));
    return { status: 200, body: { keys } };
  },
});
