/**
 * What every document store accepts: keys, ids, documents, batches. The strictest store sets the limits
 * (https://learn.microsoft.com/azure/cosmos-db/concepts-limits), so that moving between stores never surprises.
 */
import type { Json, JsonObject } from "../schemas/json.ts";
import { isFieldName } from "./documentQuery.ts";
import { AppError } from "./errors.ts";

/** The part of a container's definition that the checks need. */
interface Container {
  partitionKey: readonly string[];
  ttl: boolean;
}

export const BATCH_OPERATIONS_MAX = 100;
export const BATCH_BYTES_MAX = 2 * 1024 * 1024;
/** What one operation adds around its document on the wire, generously. */
const OPERATION_OVERHEAD_BYTES = 256;
const PATCH_FIELDS_MAX = 10;
const PATCH_STEPS_PER_OPERATION = 10;
const ID_BYTES_MAX = 1023;
const KEY_BYTES_MAX = 1024;
const TTL_SECONDS_MAX = 2 ** 31 - 1;
/** `/ \ ? #` break resource addresses; control characters break headers. */
const ID_FORBIDDEN = /[/\\?#\p{Cc}\p{Cs}]/u;
const LONE_SURROGATE = /\p{Cs}/u;

/**
 * Whether a document may have this id: 1 to 1023 bytes of UTF-8, without `/`, `\`, `?`, `#` and control characters,
 * not ending in a space, not `.` or `..`, which are steps of an address. Anything else, such as Unicode, colons and quotes, is fine.
 */
export function isDocumentId(id: string): boolean {
  return (
    !["", ".", ".."].includes(id) &&
    !ID_FORBIDDEN.test(id) &&
    !id.endsWith(" ") &&
    Buffer.byteLength(id) <= ID_BYTES_MAX
  );
}

/**
 * Checks a partition key, or with `prefix` the first parts of one.
 * @throws AppError `invalid-fields`.
 */
export function checkPartitionKey(
  container: Container,
  key: readonly string[],
  { prefix = false } = {},
): void {
  const expected = container.partitionKey.length;
  if (prefix ? key.length > expected : key.length !== expected) {
    throw invalid(`The partition key has ${expected} parts: ${container.partitionKey.join(", ")}.`);
  }
  if (
    !key.every((part) => !LONE_SURROGATE.test(part) && Buffer.byteLength(part) <= KEY_BYTES_MAX)
  ) {
    throw invalid(`A partition key part has at most ${KEY_BYTES_MAX} bytes of UTF-8.`);
  }
}

/**
 * Checks a whole document: its id, that it lies in the partition, and that it leaves the stores' own fields alone.
 * @throws AppError `invalid-fields`.
 */
export function checkDocument(
  container: Container,
  key: readonly string[],
  doc: JsonObject,
  ttlSeconds: number | undefined,
): void {
  checkId(doc["id"]);
  for (const [index, field] of container.partitionKey.entries()) {
    if (doc[field] !== key[index]) throw invalid(`${field} is not the partition's.`);
  }
  for (const field of Object.keys(doc)) checkOwnField(field);
  if (ttlSeconds === undefined) return;
  if (!container.ttl) throw invalid("Documents of this container do not expire.");
  if (!Number.isInteger(ttlSeconds) || ttlSeconds < 1 || ttlSeconds > TTL_SECONDS_MAX) {
    throw invalid("ttlSeconds must be a whole number from 1.");
  }
}

/** @throws AppError `invalid-fields` when a patch changes more than 10 fields, none, or one that it may not change. */
export function checkPatch(
  container: Container,
  set: { readonly [field: string]: Json },
  remove: readonly string[] = [],
): void {
  const fields = [...Object.keys(set), ...remove];
  if (fields.length < 1 || fields.length > PATCH_FIELDS_MAX) {
    throw invalid(`A patch changes 1 to ${PATCH_FIELDS_MAX} fields.`);
  }
  if (new Set(fields).size !== fields.length) throw invalid("A patch names a field once.");
  for (const field of fields) {
    if (!isFieldName(field)) throw invalid(`"${field}" is not a field name.`);
    checkOwnField(field);
    if (field === "id" || container.partitionKey.includes(field)) {
      throw invalid(`${field} says where the document is and cannot be patched.`);
    }
  }
}

/** @throws AppError `invalid-fields`. */
export function checkId(id: unknown): asserts id is string {
  if (typeof id !== "string" || !isDocumentId(id)) {
    throw invalid("A document id has 1 to 1023 bytes and no / \\ ? # or control character.");
  }
}

/**
 * How many operations a patch counts as. A store applies ten steps an operation: one per field set, two per field
 * removed (an absent field has to be set before it can be removed), one for the store's own mark.
 */
export function patchOperations(set: object, remove: readonly string[] = []): number {
  const steps = Object.keys(set).length + 2 * remove.length + 1;
  return Math.ceil(steps / PATCH_STEPS_PER_OPERATION);
}

/**
 * @param bytes the UTF-8 length of the documents and patches as JSON.
 * @throws AppError `too-large` above 100 operations or 2 MB.
 */
export function checkBatchSize(operations: number, bytes: number): void {
  if (operations > BATCH_OPERATIONS_MAX) {
    throw new AppError("too-large", `A batch has at most ${BATCH_OPERATIONS_MAX} operations.`);
  }
  if (bytes + operations * OPERATION_OVERHEAD_BYTES > BATCH_BYTES_MAX) {
    throw new AppError("too-large", `A batch has at most ${BATCH_BYTES_MAX} bytes.`);
  }
}

/** Stores keep their own marks in fields that start with `_`, and the time to live in `ttl`. */
function checkOwnField(field: string): void {
  if (field.startsWith("_") || field === "ttl") throw invalid(`${field} is the store's own field.`);
}

const invalid = (detail: string): AppError => new AppError("invalid-fields", detail);
