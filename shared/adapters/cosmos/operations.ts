/** A batch's writes as the SDK's operations, with a mark that tells whether this very batch was carried out. */
import { BulkOperationType } from "@azure/cosmos";
import type { JSONObject, OperationInput, PatchOperation } from "@azure/cosmos";

import {
  checkBatchSize,
  checkDocument,
  checkId,
  checkPatch,
  patchOperations,
} from "../../domain/documentLimits.ts";
import { CONTAINERS } from "../../ports/containers.ts";
import type { ContainerName } from "../../ports/containers.ts";
import type { PartitionKey, Write } from "../../ports/documentStore.ts";

/** The field that holds the time and the unique id of the batch which wrote the document last. */
export const MARK = "_op";
const PATCH_STEPS_MAX = 10;

/** @throws AppError `invalid-fields` or `too-large`. */
export function checkWrites(
  container: ContainerName,
  key: PartitionKey,
  writes: readonly Write[],
): void {
  const definition = CONTAINERS[container];
  let bytes = 0;
  let operations = 0;
  for (const write of writes) {
    operations += write.kind === "patch" ? patchOperations(write.set, write.remove) : 1;
    if (write.kind === "create" || write.kind === "replace") {
      checkDocument(definition, key, write.doc, write.ttlSeconds);
      bytes += Buffer.byteLength(JSON.stringify(write.doc));
    } else checkId(write.id);
    if (write.kind === "patch") {
      checkPatch(definition, write.set, write.remove);
      bytes += Buffer.byteLength(JSON.stringify(write.set));
    }
  }
  checkBatchSize(operations, bytes);
}

/** @param mark unique to this call; every document that the batch writes carries it. */
export function operationsFor(writes: readonly Write[], mark: string): OperationInput[] {
  return writes.flatMap((write) => operationsOf(write, mark));
}

/** The id of a document that carries the mark after the batch; `undefined` when the batch ends by deleting all. */
export function markedId(writes: readonly Write[]): string | undefined {
  const ids = new Set<string>();
  for (const write of writes) {
    const id = "doc" in write ? write.doc.id : write.id;
    if (write.kind === "delete") ids.delete(id);
    else ids.add(id);
  }
  const [first] = ids;
  return first;
}

function operationsOf(write: Write, mark: string): OperationInput[] {
  switch (write.kind) {
    case "create":
      return [{ operationType: BulkOperationType.Create, resourceBody: bodyOf(write, mark) }];
    case "replace":
      return [
        {
          operationType: BulkOperationType.Replace,
          id: write.doc.id,
          ifMatch: write.etag,
          resourceBody: bodyOf(write, mark),
        },
      ];
    case "patch":
      return patchesOf(write, mark);
    case "delete":
      break;
  }
  return [{ operationType: BulkOperationType.Delete, id: write.id, ...ifMatch(write.etag) }];
}

function bodyOf(
  { doc, ttlSeconds }: Extract<Write, { kind: "create" | "replace" }>,
  mark: string,
): JSONObject & { id: string } {
  return { ...doc, [MARK]: mark, ...(ttlSeconds === undefined ? {} : { ttl: ttlSeconds }) };
}

/**
 * One operation for each ten steps. Only the first one has the condition: it changes the etag.
 * Removing an absent field is an error, so each is set first.
 */
function patchesOf(write: Extract<Write, { kind: "patch" }>, mark: string): OperationInput[] {
  const steps: PatchOperation[] = Object.entries({ ...write.set, [MARK]: mark }).map(
    ([field, value]) => ({ op: "set", path: `/${field}`, value }),
  );
  for (const field of write.remove ?? []) {
    steps.push({ op: "set", path: `/${field}`, value: null }, { op: "remove", path: `/${field}` });
  }
  const patches: OperationInput[] = [];
  for (let start = 0; start < steps.length; start += PATCH_STEPS_MAX) {
    patches.push({
      operationType: BulkOperationType.Patch,
      id: write.id,
      ...ifMatch(start === 0 ? write.etag : undefined),
      resourceBody: { operations: steps.slice(start, start + PATCH_STEPS_MAX) },
    });
  }
  return patches;
}

const ifMatch = (etag: string | undefined): { ifMatch?: string } =>
  etag === undefined ? {} : { ifMatch: etag };
