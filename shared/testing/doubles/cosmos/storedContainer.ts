/** One container's documents in memory: partitions, etags, expiry, and what each operation does to them. */
import { z } from "zod";

import { JsonObject } from "../../../schemas/json.ts";
import type { Json } from "../../../schemas/json.ts";
import {
  badRequest,
  conflict,
  notFound,
  preconditionFailed,
  wrongPartitionKey,
} from "./cosmosError.ts";
import { applyPatch, PatchBody } from "./patch.ts";
import { equalValues } from "./sqlFunctions.ts";

export const ContainerDefinition = z.looseObject({
  id: z.string(),
  partitionKey: z.looseObject({
    paths: z.array(z.string().startsWith("/")).min(1).max(3),
    kind: z.enum(["Hash", "MultiHash"]).optional(),
  }),
  defaultTtl: z.int().nullish(),
  indexingPolicy: z
    .looseObject({
      includedPaths: z.array(z.looseObject({ path: z.string() })).default([]),
      excludedPaths: z.array(z.looseObject({ path: z.string() })).default([]),
      compositeIndexes: z
        .array(
          z
            .array(
              z.looseObject({
                path: z.string(),
                order: z.enum(["ascending", "descending"]).default("ascending"),
              }),
            )
            .min(2),
        )
        .default([]),
    })
    .prefault({ includedPaths: [{ path: "/*" }] }),
});
export type ContainerDefinition = z.infer<typeof ContainerDefinition>;

/** One write or read, from a request of its own or from a batch. */
export interface Operation {
  type: string;
  id?: string | undefined;
  body?: Json | undefined;
  ifMatch?: string | undefined;
}

export interface OperationResult {
  status: number;
  doc?: JsonObject;
}

type PartitionKey = readonly Json[];

interface Entry {
  key: PartitionKey;
  doc: JsonObject;
  /** Seconds since 1970; absent when the document stays. */
  expiresAt: number | undefined;
}

export class StoredContainer {
  readonly definition: ContainerDefinition;
  readonly #nowSeconds: () => number;
  #entries = new Map<string, Entry>();
  #writes = 0;

  constructor(definition: ContainerDefinition, nowSeconds: () => number) {
    this.definition = definition;
    this.#nowSeconds = nowSeconds;
  }

  /** Live documents whose partition key starts with the prefix. */
  documents(prefix: PartitionKey): JsonObject[] {
    return [...this.#entries.values()]
      .filter((entry) => this.#isLive(entry))
      .filter((entry) => prefix.every((part, index) => equalValues(part, entry.key[index])))
      .map((entry) => entry.doc);
  }

  /** All operations or none. @returns one result an operation; after a failure the others report 424. */
  batch(
    key: PartitionKey,
    operations: readonly Operation[],
    fail: (error: unknown) => number,
  ): OperationResult[] {
    const before = new Map(this.#entries);
    const results: OperationResult[] = [];
    for (const [index, operation] of operations.entries()) {
      try {
        results.push(this.apply(key, operation));
      } catch (error) {
        const status = fail(error);
        this.#entries = before;
        return operations.map((_, other) => ({ status: other === index ? status : 424 }));
      }
    }
    return results;
  }

  apply(key: PartitionKey, operation: Operation): OperationResult {
    switch (operation.type) {
      case "Read":
        return { status: 200, doc: this.#existing(key, operation).doc };
      case "Create":
        return { status: 201, doc: this.#create(key, operation) };
      case "Replace":
        return { status: 200, doc: this.#replace(key, operation) };
      case "Patch":
        return { status: 200, doc: this.#patch(key, operation) };
      case "Delete":
        this.#existing(key, operation);
        this.#entries.delete(entryKey(key, operation.id));
        return { status: 204 };
      default:
        throw badRequest(`The operation ${operation.type} is not supported.`);
    }
  }

  #create(key: PartitionKey, operation: Operation): JsonObject {
    const body = parsedDocument(operation.body);
    const found = this.#entries.get(entryKey(key, body["id"]));
    if (found !== undefined && this.#isLive(found)) throw conflict();
    return this.#put(key, body);
  }

  #replace(key: PartitionKey, operation: Operation): JsonObject {
    this.#existing(key, operation);
    const body = parsedDocument(operation.body);
    if (body["id"] !== operation.id) throw badRequest("The ids of address and body differ.");
    return this.#put(key, body);
  }

  #patch(key: PartitionKey, operation: Operation): JsonObject {
    const { doc } = this.#existing(key, operation);
    const patch = PatchBody.safeParse(operation.body);
    if (!patch.success) throw badRequest("The patch is malformed or has more than 10 operations.");
    const paths = this.definition.partitionKey.paths;
    return this.#put(key, applyPatch(doc, patch.data.operations, paths));
  }

  #existing(key: PartitionKey, operation: Operation): Entry {
    const entry = this.#entries.get(entryKey(key, operation.id));
    if (entry === undefined || !this.#isLive(entry)) throw notFound();
    const { ifMatch } = operation;
    if (ifMatch !== undefined && ifMatch !== "*" && ifMatch !== entry.doc["_etag"]) {
      throw preconditionFailed();
    }
    return entry;
  }

  #put(key: PartitionKey, body: JsonObject): JsonObject {
    const own = this.definition.partitionKey.paths.map((path) => body[path.slice(1)] ?? null);
    if (!equalValues(own, [...key])) {
      throw wrongPartitionKey("PartitionKey extracted from document doesn't match the header.");
    }
    this.#writes += 1;
    const now = this.#nowSeconds();
    const version = this.#writes.toString(16).padStart(8, "0");
    const system = { _rid: `rid${version}`, _self: "", _attachments: "attachments/" };
    const doc = { ...body, ...system, _etag: `"${version}"`, _ts: now };
    this.#entries.set(entryKey(key, body["id"]), { key, doc, expiresAt: this.#expiry(body, now) });
    return doc;
  }

  /** Without a container default, documents never expire; -1 means "only those that say so". */
  #expiry(body: JsonObject, now: number): number | undefined {
    const seconds = body["ttl"] ?? this.definition.defaultTtl;
    if (this.definition.defaultTtl === undefined || this.definition.defaultTtl === null) {
      return undefined;
    }
    return typeof seconds === "number" && seconds > 0 ? now + seconds : undefined;
  }

  #isLive(entry: Entry): boolean {
    return entry.expiresAt === undefined || this.#nowSeconds() < entry.expiresAt;
  }
}

function parsedDocument(body: Json | undefined): JsonObject {
  const parsed = JsonObject.safeParse(body);
  const id = parsed.data?.["id"];
  if (parsed.data === undefined || typeof id !== "string" || !/^[^/\\?#]{1,1023}$/.test(id)) {
    throw badRequest("The required property id is missing or invalid.");
  }
  const ttl = parsed.data["ttl"];
  const isTtl = typeof ttl === "number" && Number.isInteger(ttl) && (ttl > 0 || ttl === -1);
  if (ttl !== undefined && !isTtl) throw badRequest("The ttl is invalid.");
  return parsed.data;
}

const entryKey = (key: PartitionKey, id: Json | undefined): string => JSON.stringify([key, id]);
