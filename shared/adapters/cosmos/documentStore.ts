/** Documents in Azure Cosmos DB for NoSQL: the store on Azure. */
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";

import type { Container, CosmosClient, Database } from "@azure/cosmos";
import { z } from "zod";

import { checkPartitionKey, isDocumentId } from "../../domain/documentLimits.ts";
import { fieldPath } from "../../domain/documentQuery.ts";
import type { CursorPosition } from "../../domain/documentQuery.ts";
import type { Clock } from "../../ports/clock.ts";
import { CONTAINERS } from "../../ports/containers.ts";
import type { ContainerName } from "../../ports/containers.ts";
import type {
  DocumentStore,
  Page,
  PartitionKey,
  Query,
  Stored,
  Write,
} from "../../ports/documentStore.ts";
import { Json } from "../../schemas/json.ts";
import { createClient } from "./client.ts";
import type { CosmosConnection } from "./client.ts";
import { failureOf, isAbsent, isTransport, isUncertain, translate } from "./failures.ts";
import { checkWrites, MARK, markedId, operationsFor } from "./operations.ts";
import { compileCount, compilePage } from "./querySql.ts";

/** A batch whose answer got lost is sent again; the mark makes that safe. */
const BATCH_ATTEMPTS = 3;
const BATCH_PAUSE_MS = 100;
/** Taken, changed, absent: the condition of a write does not hold. */
const CONFLICT_STATUSES: ReadonlySet<number> = new Set([404, 409, 412]);

const StoredDocument = z.looseObject({ id: z.string(), _etag: z.string() }).catchall(Json);
type StoredDocument = z.infer<typeof StoredDocument>;

export interface CosmosStoreOptions extends CosmosConnection {
  /** Dates the mark that each batch leaves in its documents. */
  clock: Clock;
}

/** Connects on first use. The database and its containers must exist. */
export function createCosmosDocumentStore(options: CosmosStoreOptions): DocumentStore {
  return new CosmosDocumentStore(options);
}

class CosmosDocumentStore implements DocumentStore {
  readonly #client: CosmosClient;
  readonly #database: Database;
  readonly #clock: Clock;

  constructor(options: CosmosStoreOptions) {
    this.#client = createClient(options);
    this.#database = this.#client.database(options.database);
    this.#clock = options.clock;
  }

  async read(container: ContainerName, key: PartitionKey, id: string): Promise<Stored | undefined> {
    checkPartitionKey(CONTAINERS[container], key);
    if (!isDocumentId(id)) return undefined;
    const found = await this.#raw(container, key, id);
    return found === undefined ? undefined : storedFrom(found);
  }

  async batch(
    container: ContainerName,
    key: PartitionKey,
    writes: readonly Write[],
  ): Promise<"done" | "conflict"> {
    checkPartitionKey(CONTAINERS[container], key);
    checkWrites(container, key, writes);
    if (writes.length === 0) return "done";
    const mark = `${this.#clock.now().toISOString()} ${randomUUID()}`;
    for (let attempt = 1; ; attempt += 1) {
      const result = await this.#attempt(container, key, operationsFor(writes, mark), attempt);
      if (result === "again") {
        await pause(BATCH_PAUSE_MS * attempt);
        continue;
      }
      if (result === "done") return result;
      // The SDK or an earlier attempt may have succeeded without us hearing of it: then the conflict is with ourselves.
      return (await this.#carries(container, key, writes, mark)) ? "done" : "conflict";
    }
  }

  async query(container: ContainerName, query: Query): Promise<Page> {
    const { spec, cursorOf } = compilePage(container, query);
    const found = await this.#all(container, query.partition, spec, query.limit + 1);
    const docs = found.map((one) => StoredDocument.parse(one));
    const shown = docs.slice(0, query.limit);
    const items = shown.map((doc) => storedFrom(doc, query.select));
    const last = shown.at(-1);
    if (last === undefined || docs.length <= query.limit) return { items };
    return { items, cursor: cursorOf(positionOf(container, last, query.orderBy?.field)) };
  }

  async count(
    container: ContainerName,
    query: Pick<Query, "partition" | "where">,
  ): Promise<number> {
    const spec = compileCount(container, query);
    const counts = z.array(z.number()).parse(await this.#all(container, query.partition, spec, 1));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  async close(): Promise<void> {
    this.#client.dispose();
  }

  #container(name: ContainerName): Container {
    return this.#database.container(name);
  }

  async #raw(
    container: ContainerName,
    key: PartitionKey,
    id: string,
  ): Promise<StoredDocument | undefined> {
    const response = await this.#container(container)
      .item(id, [...key])
      .read()
      .catch(translate);
    const { statusCode: status, substatus } = response;
    return isAbsent({ status, substatus }) ? undefined : StoredDocument.parse(response.resource);
  }

  async #attempt(
    container: ContainerName,
    key: PartitionKey,
    operations: ReturnType<typeof operationsFor>,
    attempt: number,
  ): Promise<"done" | "conflict" | "again"> {
    try {
      const { result = [] } = await this.#container(container).items.batch(operations, [...key]);
      const failed = result.map((one) => one.statusCode).filter((status) => status >= 400);
      if (failed.length === 0) return "done";
      // The operation that failed says why; the others report 424.
      const status = failed.find((one) => one !== 424) ?? 424;
      if (CONFLICT_STATUSES.has(status)) return "conflict";
      throw Object.assign(new Error(`batch operation failed with ${status}`), { code: status });
    } catch (error) {
      const failure = failureOf(error);
      if (failure.status === 409 || failure.status === 412) return "conflict";
      const lost = failure.status === undefined ? isTransport(error) : isUncertain(failure);
      if (lost && attempt < BATCH_ATTEMPTS) return "again";
      return translate(error);
    }
  }

  async #carries(
    container: ContainerName,
    key: PartitionKey,
    writes: readonly Write[],
    mark: string,
  ): Promise<boolean> {
    const id = markedId(writes);
    if (id === undefined) return false;
    return (await this.#raw(container, key, id))?.[MARK] === mark;
  }

  async #all(
    container: ContainerName,
    partition: PartitionKey = [],
    spec: ReturnType<typeof compileCount>,
    maxItemCount: number,
  ): Promise<unknown[]> {
    // The header takes a complete key only; a prefix is held by the condition, and the query then goes to every range.
    const isComplete = partition.length === CONTAINERS[container].partitionKey.length;
    const partitionKey = isComplete ? { partitionKey: [...partition] } : {};
    const { resources } = await this.#container(container)
      .items.query<unknown>(spec, { ...partitionKey, maxItemCount })
      .fetchAll()
      .catch(translate);
    return resources;
  }
}

/** Without the store's own fields; with `select`, only its fields and the id. */
function storedFrom(found: StoredDocument, select?: readonly string[]): Stored {
  const wanted = select === undefined ? undefined : new Set([...select, "id"]);
  const fields = Object.entries(found).filter(
    ([name]) => !name.startsWith("_") && name !== "ttl" && (wanted?.has(name) ?? true),
  );
  return { doc: { ...Object.fromEntries(fields), id: found.id }, etag: found["_etag"] };
}

function positionOf(
  container: ContainerName,
  doc: StoredDocument,
  field: string | undefined,
): CursorPosition {
  const key = CONTAINERS[container].partitionKey.map((part) => z.string().parse(doc[part]));
  if (field === undefined) return { key, id: doc.id };
  let value: Json | undefined = doc;
  for (const step of fieldPath(field)) value = z.record(z.string(), Json).parse(value)[step];
  return { value: z.union([z.string(), z.number()]).parse(value), key, id: doc.id };
}
