/** Answers to requests with an Idempotency-Key: container `control`, a document for each, expiring by itself. */
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";

import { ANSWER_KEPT_SECONDS, BODY_BYTES_MAX } from "../domain/idempotency.ts";
import type { DocumentStore, Write } from "../ports/documentStore.ts";
import { IdempotencyPart, IdempotencyRecord } from "../schemas/idempotency.ts";
import { asDeepDocument } from "../schemas/json.ts";

const CONTAINER = "control";
/** Parts are written before their record: no record stands without them. */
const PART_KEPT_SECONDS = ANSWER_KEPT_SECONDS + 3600;

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

/** Writes a long body beside the record of this claim. @returns in how many parts. */
export async function saveBody(
  documents: DocumentStore,
  record: IdempotencyRecord,
  body: Uint8Array,
): Promise<number> {
  const text = (await promisify(gzip)(body)).toString("base64");
  const count = Math.ceil(text.length / BODY_BYTES_MAX);
  for (let n = 0; n < count; n += 1) {
    const part = text.slice(n * BODY_BYTES_MAX, (n + 1) * BODY_BYTES_MAX);
    const doc: IdempotencyPart = { type: "idempotency-part", id: partId(record, n), text: part };
    const write: Write = { kind: "create", doc, ttlSeconds: PART_KEPT_SECONDS };
    await documents.batch(CONTAINER, [doc.id], [write]);
  }
  return count;
}

/** The body that lies beside the record; `undefined` when a part of it is gone. */
export async function readBody(
  documents: DocumentStore,
  record: IdempotencyRecord,
  count: number,
): Promise<Uint8Array | undefined> {
  let text = "";
  for (let n = 0; n < count; n += 1) {
    const id = partId(record, n);
    const stored = await documents.read(CONTAINER, [id], id);
    if (stored === undefined) return undefined;
    text += IdempotencyPart.parse(stored.doc).text;
  }
  return await promisify(gunzip)(Buffer.from(text, "base64"));
}

const partId = ({ id, claim }: IdempotencyRecord, n: number): string => `${id}:${claim}:${n}`;
