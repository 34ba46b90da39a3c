/** A database account in memory: databases, containers and the requests on their documents. */
import { z } from "zod";

import { Json } from "../../../schemas/json.ts";
import type { JsonObject } from "../../../schemas/json.ts";
import {
  badRequest,
  conflict,
  CosmosError,
  notFound,
  tooLarge,
  wrongPartitionKey,
} from "./cosmosError.ts";
import { checkOrdering } from "./orderingIndex.ts";
import { runQuery } from "./sqlEvaluate.ts";
import { parseQuery } from "./sqlParser.ts";
import { ContainerDefinition, StoredContainer } from "./storedContainer.ts";
import type { Operation } from "./storedContainer.ts";

const BODY_BYTES_MAX = 2 * 1024 * 1024;
const BATCH_OPERATIONS_MAX = 100;
const PAGE_DEFAULT = 100;

export interface CosmosRequest {
  method: string;
  /** Decoded path segments, e.g. `["dbs", "d", "colls", "c", "docs"]`. */
  path: readonly string[];
  header: (name: string) => string | undefined;
  body: string;
}

export interface CosmosReply {
  status: number;
  body?: Json;
  headers?: Record<string, string>;
}

const QueryBody = z.looseObject({
  query: z.string(),
  parameters: z.array(z.looseObject({ name: z.string(), value: Json })).default([]),
});
const BatchBody = z
  .array(
    z.looseObject({
      operationType: z.string(),
      id: z.string().optional(),
      ifMatch: z.string().optional(),
      resourceBody: Json.optional(),
    }),
  )
  .min(1)
  .max(BATCH_OPERATIONS_MAX);

export class Account {
  readonly #nowSeconds: () => number;
  readonly #databases = new Map<string, Map<string, StoredContainer>>();

  constructor(nowSeconds: () => number) {
    this.#nowSeconds = nowSeconds;
  }

  handle(request: CosmosRequest): CosmosReply {
    if (Buffer.byteLength(request.body) > BODY_BYTES_MAX) throw tooLarge();
    const [root, database, colls, container, docs, id] = request.path;
    if (root === undefined) return { status: 200, body: ACCOUNT };
    if (root !== "dbs") throw badRequest(`There is no resource ${root}.`);
    if (database === undefined) return this.#createDatabase(request);
    const containers = this.#databases.get(database);
    if (containers === undefined) throw notFound();
    if (colls === undefined) return { status: 200, body: { id: database, _rid: database } };
    if (container === undefined) return this.#createContainer(containers, request);
    const stored = containers.get(container);
    if (stored === undefined) throw notFound();
    if (docs === undefined) return { status: 200, body: described(stored) };
    if (docs === "pkranges") return { status: 200, body: ONE_RANGE };
    if (docs !== "docs") throw badRequest(`There is no resource ${docs}.`);
    return id === undefined ? collection(stored, request) : single(stored, id, request);
  }

  #createDatabase({ method, body }: CosmosRequest): CosmosReply {
    if (method !== "POST") throw badRequest("Databases can be created only.");
    const { id } = parsed(z.looseObject({ id: z.string() }), body);
    if (this.#databases.has(id)) throw conflict();
    this.#databases.set(id, new Map());
    return { status: 201, body: { id, _rid: id } };
  }

  #createContainer(containers: Map<string, StoredContainer>, request: CosmosRequest): CosmosReply {
    if (request.method !== "POST") throw badRequest("Containers can be created only.");
    const definition = parsed(ContainerDefinition, request.body);
    if (containers.has(definition.id)) throw conflict();
    const container = new StoredContainer(definition, this.#nowSeconds);
    containers.set(definition.id, container);
    return { status: 201, body: described(container) };
  }
}

function single(container: StoredContainer, id: string, request: CosmosRequest): CosmosReply {
  const types: Record<string, string> = {
    GET: "Read",
    PUT: "Replace",
    PATCH: "Patch",
    DELETE: "Delete",
  };
  const operation: Operation = {
    type: types[request.method] ?? request.method,
    id,
    ifMatch: request.header("if-match"),
    body: request.body === "" ? undefined : parsed(Json, request.body),
  };
  const { status, doc } = container.apply(fullKey(container, request), operation);
  return doc === undefined ? { status } : { status, body: doc, headers: { etag: etagOf(doc) } };
}

function collection(container: StoredContainer, request: CosmosRequest): CosmosReply {
  if (request.method !== "POST") throw badRequest("Documents are read by id or by query.");
  if (request.header("x-ms-cosmos-is-query-plan-request") === "True") return queryPlan(request);
  const isQuery = request.header("x-ms-documentdb-isquery")?.toLowerCase() === "true";
  if (isQuery || request.header("content-type") === "application/query+json") {
    return queryPage(container, request);
  }
  if (request.header("x-ms-cosmos-is-batch-request")) return batch(container, request);
  const operation: Operation = { type: "Create", body: parsed(Json, request.body) };
  const { status, doc } = container.apply(fullKey(container, request), operation);
  return doc === undefined ? { status } : { status, body: doc, headers: { etag: etagOf(doc) } };
}

function batch(container: StoredContainer, request: CosmosRequest): CosmosReply {
  if (request.header("x-ms-cosmos-batch-atomic")?.toLowerCase() !== "true") {
    throw badRequest("Only atomic batches are supported.");
  }
  const operations = parsed(BatchBody, request.body).map(
    ({ operationType, id, ifMatch, resourceBody }): Operation => ({
      type: operationType,
      id,
      ifMatch,
      body: resourceBody,
    }),
  );
  const results = container.batch(fullKey(container, request), operations, statusOf);
  const failed = results.some((result) => result.status >= 400);
  return {
    status: failed ? 207 : 200,
    body: results.map(({ status, doc }) => ({
      statusCode: status,
      requestCharge: 1,
      ...(doc === undefined ? {} : { eTag: etagOf(doc), resourceBody: doc }),
    })),
  };
}

/**
 * One physical partition, so the plan asks the SDK to merge nothing; the text is checked all the same. What the SDK does
 * over several is tried only against a real account.
 */
function queryPlan(request: CosmosRequest): CosmosReply {
  parseQuery(parsed(QueryBody, request.body).query);
  return { status: 200, body: PASS_THROUGH_PLAN };
}

function queryPage(container: StoredContainer, request: CosmosRequest): CosmosReply {
  const { query: text, parameters } = parsed(QueryBody, request.body);
  const query = parseQuery(text);
  checkOrdering(container.definition, query.orderBy);
  const isScoped = request.header("x-ms-documentdb-partitionkey") !== undefined;
  const key = isScoped ? fullKey(container, request) : [];
  const values = new Map(parameters.map(({ name, value }) => [name, value]));
  const all = runQuery(query, container.documents(key), values);
  const start = Number(request.header("x-ms-continuation") ?? 0);
  if (!Number.isInteger(start)) throw badRequest("The continuation token is invalid.");
  const size = Number(request.header("x-ms-max-item-count") ?? -1);
  const end = start + (size > 0 ? size : PAGE_DEFAULT);
  const page = all.slice(start, end);
  return {
    status: 200,
    body: { _rid: container.definition.id, Documents: page, _count: page.length },
    headers: {
      "x-ms-item-count": String(page.length),
      ...(end < all.length ? { "x-ms-continuation": String(end) } : {}),
    },
  };
}

function fullKey(container: StoredContainer, request: CosmosRequest): Json[] {
  const key = parsed(z.array(Json), request.header("x-ms-documentdb-partitionkey") ?? "[]");
  if (key.length !== container.definition.partitionKey.paths.length) {
    throw wrongPartitionKey("The partition key in the header has another number of components.");
  }
  return key;
}

function parsed<T>(schema: z.ZodType<T>, text: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw badRequest(`The request is malformed: ${String(error)}`);
  }
}

function statusOf(error: unknown): number {
  if (error instanceof CosmosError) return error.status;
  throw error;
}

const described = ({ definition }: StoredContainer): Json =>
  parsed(Json, JSON.stringify({ ...definition, _rid: definition.id, _self: definition.id }));

const etagOf = (doc: JsonObject): string => (typeof doc["_etag"] === "string" ? doc["_etag"] : "");

const ACCOUNT: JsonObject = {
  id: "double",
  _rid: "double",
  writableLocations: [],
  readableLocations: [],
  enableMultipleWriteLocations: false,
  userConsistencyPolicy: { defaultConsistencyLevel: "Session" },
  queryEngineConfiguration: "{}",
};

const ONE_RANGE: JsonObject = {
  _rid: "ranges",
  PartitionKeyRanges: [
    { id: "0", minInclusive: "", maxExclusive: "FF", status: "online", parents: [] },
  ],
  _count: 1,
};

const PASS_THROUGH_PLAN: JsonObject = {
  partitionedQueryExecutionInfoVersion: 2,
  queryInfo: {
    distinctType: "None",
    orderBy: [],
    orderByExpressions: [],
    groupByExpressions: [],
    groupByAliases: [],
    aggregates: [],
    groupByAliasToAggregateType: {},
    rewrittenQuery: "",
    hasSelectValue: false,
    hasNonStreamingOrderBy: false,
  },
  queryRanges: [{ min: "", max: "FF", isMinInclusive: true, isMaxInclusive: false }],
};
