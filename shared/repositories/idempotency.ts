/** Answers to requests with an Idempotency-Key: container `control`, a document for each, expiring by itself. */
import { ANSWER_KEPT_SECONDS } from "../domain/idempotency.ts";
import type { DocumentStore, Write } from "../ports/documentStore.ts";
import { IdempotencyRecord } from "../schemas/idempotency.ts";
import { asDeepDocument } from "../schemas/json.ts";

const CONTAINER = "control";

export interface StoredIdempotency {
  record: IdempotencyRecord;
  etag: string;
}

export async function read(
  documents: DocumentStore,
  id: string,
): Promise<StoredIdempotency | undefined> {
  const stored = await documents.read(CONTAINER, [id], id);
  return stored && { record: IdempotencyRecord.parse(stored.doc), etag: stored.etag };
}

/** @param etag of the version that was read; `undefined` for a new one. */
export function save(
  documents: DocumentStore,
  record: IdempotencyRecord,
  etag: string | undefined,
): Promise<"done" | "conflict"> {
  const doc = asDeepDocument(record);
  const ttlSeconds = ANSWER_KEPT_SECONDS;
  const write: Write =
    etag === undefined
      ? { kind: "create", doc, ttlSeconds }
      : { kind: "replace", doc, etag, ttlSeconds };
  return documents.batch(CONTAINER, [record.id], [write]);
}
