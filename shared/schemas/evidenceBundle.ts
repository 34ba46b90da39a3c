/** A session as a file that proves itself: everything it rests on, hashes of every field, and the tenant's signature. */
import { z } from "zod";

import { JsonObject } from "./json.ts";
import { Evidence, Report, SessionRecord, Step } from "./sessions.ts";

const Hash = z.string();

export const BundleContent = z.object({
  format: z.literal("socmate-evidence-bundle/2"),
  exported_at: z.iso.datetime(),
  session: SessionRecord.omit({ report: true, feedback: true }),
  report: Report.nullable(),
  /** What the run knew and was told besides its rows: with it the report is checked against the rows again. */
  state: JsonObject.nullable(),
  steps: z.array(Step),
  evidence: z.array(Evidence),
  /** One link for each piece of evidence: SHA-256 over the link before and the evidence's canonical JSON, hex. */
  chain: z.array(Hash),
  /** Absent when no model took part. */
  model: z.object({ name: z.string(), prompt_hashes: z.array(Hash) }).nullable(),
});
export type BundleContent = z.infer<typeof BundleContent>;

/** Reply of GET /api/v1/sessions/{id}/bundle, and what `npm run verify-bundle FILE` reads. */
export const EvidenceBundle = z
  .object({
    content: BundleContent,
    /** By JSON pointer into `content`: the start of the SHA-256 of each value, to name what was changed. */
    fields: z.record(z.string(), z.string()),
    signature: z.object({
      alg: z.literal("Ed25519"),
      /** SHA-256 of the public key, base64url. */
      kid: z.string(),
      /** 32 bytes, base64url: `x` of the key under /api/.well-known/evidence-keys.json. */
      public_key: z.string(),
      /** SHA-256 over the canonical JSON of `content`, hex. */
      content_hash: Hash,
      /** The same over `fields`. */
      fields_hash: Hash,
      value: z.string(),
    }),
  })
  .meta({ id: "EvidenceBundle" });
export type EvidenceBundle = z.infer<typeof EvidenceBundle>;

/** Reply of GET /api/.well-known/evidence-keys.json: a JSON Web Key Set. */
export const EvidenceKeys = z.object({
  keys: z.array(
    z.object({
      kid: z.string(),
      kty: z.literal("OKP"),
      crv: z.literal("Ed25519"),
      x: z.string(),
      use: z.literal("sig"),
    }),
  ),
});
export type EvidenceKeys = z.infer<typeof EvidenceKeys>;
