/** Evidence of a session: one document each, in the session's partition; many rows lie in the blob store. */
import { z } from "zod";

import type { Deps } from "../ports/deps.ts";
import type { Document } from "../ports/documentStore.ts";
import { asDeepDocument, type JsonObject } from "../schemas/json.ts";
import { Evidence, type SessionRecord } from "../schemas/sessions.ts";

type Bodies = Pick<Deps, "documents" | "blobs">;

/** Rows above this many bytes of JSON lie in the blob store, so that a document stays under 200 kB. */
const INLINE_ROWS_BYTES_MAX = 150_000;
/** More than any run asks. */
const EVIDENCE_MAX = 1000;

const Rows = Evidence.shape.rows;
const EvidenceRecord = Evidence.omit({ rows: true }).extend({
  evidence_id: z.string(),
  rows: Rows.optional(),
  /** Where the rows lie when they are not here. */
  rows_blob: z.string().optional(),
});

/**
 * The document of one piece of evidence. Large row sets are put into the blob store first: content
 * that is never referred to does no harm, a reference without content would.
 */
export async function toEvidenceDocument(
  deps: Pick<Deps, "blobs">,
  tenantId: string,
  { id, rows, ...rest }: Evidence,
): Promise<Document> {
  const head = { ...rest, id: `evidence:${id}`, type: "evidence", evidence_id: id } as const;
  const bytes = Buffer.from(JSON.stringify(rows));
  if (bytes.byteLength <= INLINE_ROWS_BYTES_MAX) return asDeepDocument({ ...head, rows });
  const rows_blob = await deps.blobs.put(tenantId, bytes, "application/json");
  return asDeepDocument({ ...head, rows_blob });
}

/** `undefined` when the session has no such evidence. */
export async function readEvidence(
  deps: Bodies,
  session: SessionRecord,
  evidenceId: string,
): Promise<Evidence | undefined> {
  if (!/^ev_[0-9A-Za-z_]{1,64}$/.test(evidenceId)) return undefined;
  const key = [session.tenant_id, session.session_id];
  const stored = await deps.documents.read("sessions", key, `evidence:${evidenceId}`);
  return stored === undefined ? undefined : await evidenceOf(deps.blobs, session, stored.doc);
}

/** Everything the session has gathered, as it is stored now. */
export async function allEvidence(deps: Bodies, session: SessionRecord): Promise<Evidence[]> {
  const page = await deps.documents.query("sessions", {
    partition: [session.tenant_id, session.session_id],
    where: [{ op: "eq", field: "type", value: "evidence" }],
    limit: EVIDENCE_MAX,
  });
  return Promise.all(page.items.map(({ doc }) => evidenceOf(deps.blobs, session, doc)));
}

async function evidenceOf(
  blobs: Deps["blobs"],
  session: SessionRecord,
  doc: JsonObject,
): Promise<Evidence> {
  const { evidence_id, rows, rows_blob, ...rest } = EvidenceRecord.parse(doc);
  if (rows !== undefined) return { ...rest, id: evidence_id, rows };
  // A blob that is gone leaves no rows to cite: every claim on them is struck.
  const bytes = rows_blob === undefined ? undefined : await blobs.get(session.tenant_id, rows_blob);
  const found: unknown = bytes === undefined ? [] : JSON.parse(Buffer.from(bytes).toString());
  return { ...rest, id: evidence_id, rows: Rows.parse(found) };
}
