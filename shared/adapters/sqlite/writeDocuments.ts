/** Carries out the writes of one batch on a container's table. Runs inside the caller's transaction. */
import {
  checkBatchSize,
  checkDocument,
  checkId,
  checkPatch,
  patchOperations,
} from "../../domain/documentLimits.ts";
import type { Document, PartitionKey, Write } from "../../ports/documentStore.ts";
import type { Statements } from "./statements.ts";
import { columnValues } from "./tables.ts";
import type { Table } from "./tables.ts";

/** A write with its document as text, checked against the limits that all stores share. */
export type CheckedWrite =
  | { kind: "create"; doc: Document; text: string; ttlSeconds: number | undefined }
  | { kind: "replace"; doc: Document; text: string; etag: string; ttlSeconds: number | undefined }
  | Extract<Write, { kind: "patch" | "delete" }>;

/** @throws AppError `invalid-fields` or `too-large`. */
export function checkWrites(
  table: Table,
  key: PartitionKey,
  writes: readonly Write[],
): CheckedWrite[] {
  let bytes = 0;
  let operations = 0;
  const checked = writes.map((write): CheckedWrite => {
    operations += write.kind === "patch" ? patchOperations(write.set, write.remove) : 1;
    if (write.kind === "create" || write.kind === "replace") {
      checkDocument(table.definition, key, write.doc, write.ttlSeconds);
      const text = JSON.stringify(write.doc);
      bytes += Buffer.byteLength(text);
      return { ttlSeconds: undefined, ...write, text };
    }
    checkId(write.id);
    if (write.kind === "patch") {
      checkPatch(table.definition, write.set, write.remove);
      bytes += Buffer.byteLength(JSON.stringify(write.set));
    }
    return write;
  });
  checkBatchSize(operations, bytes);
  return checked;
}

export interface WriteContext {
  statements: Statements;
  table: Table;
  key: PartitionKey;
  /** Milliseconds since 1970. */
  now: number;
  nextEtag(): string;
}

/** Whether the write's condition held; when not, nothing was written. */
export function applyWrite(context: WriteContext, write: CheckedWrite): boolean {
  if (write.kind === "create") return create(context, write);
  if (write.kind === "replace") return update(context, write, write);
  if (write.kind === "patch") return patch(context, write);
  return remove(context, write);
}

/** An expired document's id is free. */
function create(
  context: WriteContext,
  { doc, text, ttlSeconds }: { doc: Document; text: string; ttlSeconds: number | undefined },
): boolean {
  const { statements, table, key, now } = context;
  const fields = table.valueColumns;
  const columns = [
    ...table.keyColumns,
    "id",
    "etag",
    "ttl_seconds",
    "expires_at",
    ...fields,
    "doc",
  ];
  const values = ["etag", "ttl_seconds", "expires_at", ...fields, "doc"];
  const statement = statements.get(
    `INSERT INTO ${table.name} (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})
     ON CONFLICT DO UPDATE SET ${values.map((column) => `${column} = excluded.${column}`).join(", ")}
     WHERE expires_at <= ?`,
  );
  const { changes } = statement.run(
    ...key,
    doc.id,
    context.nextEtag(),
    ...expiry(ttlSeconds, now),
    ...columnValues(table, doc),
    text,
    now,
  );
  return changes === 1;
}

function update(
  context: WriteContext,
  { doc, text }: { doc: Document; text: string },
  { etag, ttlSeconds }: { etag: string; ttlSeconds: number | undefined },
): boolean {
  const { statements, table, key, now } = context;
  const values = ["etag", "ttl_seconds", "expires_at", ...table.valueColumns, "doc"];
  const statement = statements.get(
    `UPDATE ${table.name} SET ${values.map((column) => `${column} = ?`).join(", ")}
     WHERE ${addressed(table)} AND etag = ?`,
  );
  const { changes } = statement.run(
    context.nextEtag(),
    ...expiry(ttlSeconds, now),
    ...columnValues(table, doc),
    text,
    ...key,
    doc.id,
    now,
    etag,
  );
  return changes === 1;
}

function patch(context: WriteContext, write: Extract<Write, { kind: "patch" }>): boolean {
  const { statements, table, key, now } = context;
  const row = statements
    .get(`SELECT doc, etag, ttl_seconds FROM ${table.name} WHERE ${addressed(table)}`)
    .get(...key, write.id, now);
  if (row === undefined) return false;
  const etag = String(row["etag"]);
  if (write.etag !== undefined && write.etag !== etag) return false;
  const current: Document = JSON.parse(String(row["doc"]));
  const doc: Document = { ...current, ...write.set };
  for (const field of write.remove ?? []) delete doc[field];
  const ttlSeconds = typeof row["ttl_seconds"] === "number" ? row["ttl_seconds"] : undefined;
  return update(context, { doc, text: JSON.stringify(doc) }, { etag, ttlSeconds });
}

function remove(context: WriteContext, write: Extract<Write, { kind: "delete" }>): boolean {
  const { statements, table, key, now } = context;
  const sql = `DELETE FROM ${table.name} WHERE ${addressed(table)} AND etag = coalesce(?, etag)`;
  return statements.get(sql).run(...key, write.id, now, write.etag ?? null).changes === 1;
}

/** The live document with this key and id; parameters: the key's parts, the id, now. */
export const addressed = (table: Table): string =>
  `${table.keyColumns.map((column) => `${column} = ?`).join(" AND ")} AND id = ?
   AND (expires_at IS NULL OR expires_at > ?)`;

const expiry = (ttlSeconds: number | undefined, now: number): [number | null, number | null] =>
  ttlSeconds === undefined ? [null, null] : [ttlSeconds, now + ttlSeconds * 1000];
