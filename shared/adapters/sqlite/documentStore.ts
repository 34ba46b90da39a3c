/** Documents in SQLite: the embedded store, used on one machine and in tests. */
import { randomBytes } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";

import { checkPartitionKey, isDocumentId } from "../../domain/documentLimits.ts";
import { AppError } from "../../domain/errors.ts";
import type { Clock } from "../../ports/clock.ts";
import { CONTAINERS } from "../../ports/containers.ts";
import type { ContainerName } from "../../ports/containers.ts";
import type {
  Document,
  DocumentStore,
  Page,
  PartitionKey,
  Query,
  Stored,
  Write,
} from "../../ports/documentStore.ts";
import { inTransaction, isUnavailable } from "./database.ts";
import { foreignVersion } from "./databaseVersion.ts";
import { containsText } from "./filterSql.ts";
import { compileCount, compilePage, isOfKey } from "./querySql.ts";
import { type Counted, RememberedCounts } from "./rememberedCounts.ts";
import { Statements } from "./statements.ts";
import { createTable, describeTable, lowerText } from "./tables.ts";
import type { Table } from "./tables.ts";
import { addressed, applyWrite, checkWrites } from "./writeDocuments.ts";

/** Expired documents are absent at once; their rows are removed in passing, this often and this many at a time. */
const SWEEP_INTERVAL_MS = 60_000;
const SWEEP_ROWS = 500;

/**
 * Creates the tables and indexes that are missing and returns the store. `close` closes the database, and with it
 * everything else that shares it.
 * @throws AppError `store-unavailable` when the file cannot be written.
 */
export function createSqliteDocumentStore(database: DatabaseSync, clock: Clock): DocumentStore {
  return translated(() => new SqliteDocumentStore(database, clock));
}

class SqliteDocumentStore implements DocumentStore {
  readonly #database: DatabaseSync;
  readonly #clock: Clock;
  readonly #statements: Statements;
  readonly #counts: RememberedCounts;
  readonly #foreignVersion: () => string;
  readonly #tables: ReadonlyMap<ContainerName, Table>;
  /** Random start, so that an etag never comes back in another process or after a restart. */
  readonly #etagPrefix = randomBytes(9).toString("base64url");
  #etagCount = 0;
  /** Batches that this store wrote to each container. */
  readonly #writes = new Map<ContainerName, number>();
  readonly #sweptAt = new Map<Table, number>();

  constructor(database: DatabaseSync, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
    this.#statements = new Statements(database);
    this.#foreignVersion = foreignVersion(database);
    this.#counts = new RememberedCounts((container) => this.#versionOf(container));
    database.function("contains_text", { deterministic: true }, containsText);
    database.function("lower_text", { deterministic: true }, lowerText);
    const tables = containerNames().map(describeTable);
    // No ANALYZE: the indexes are made for the queries, so the planner's defaults choose them. Statistics taken while, say,
    // no outbox row waits would make it read all documents to look for one.
    // One transaction: of several processes that start together, one creates and the others find it done.
    inTransaction(database, () => {
      for (const table of tables) createTable(database, table);
    });
    this.#tables = new Map(tables.map((table) => [table.container, table]));
  }

  async read(container: ContainerName, key: PartitionKey, id: string): Promise<Stored | undefined> {
    const table = this.#table(container);
    checkPartitionKey(table.definition, key);
    if (!isDocumentId(id)) return undefined;
    const row = translated(() =>
      this.#statements
        .get(`SELECT doc, etag FROM ${table.name} WHERE ${addressed(table)}`)
        .get(...key, id, this.#now()),
    );
    return row === undefined ? undefined : storedFrom(row);
  }

  async batch(
    container: ContainerName,
    key: PartitionKey,
    writes: readonly Write[],
  ): Promise<"done" | "conflict"> {
    const table = this.#table(container);
    checkPartitionKey(table.definition, key);
    const checked = checkWrites(table, key, writes);
    if (checked.length === 0) return "done";
    const now = this.#now();
    const context = {
      statements: this.#statements,
      table,
      key,
      now,
      nextEtag: () => this.#nextEtag(),
    };
    return translated(() => {
      try {
        inTransaction(this.#database, () => {
          for (const write of checked) if (!applyWrite(context, write)) throw new Conflict();
          this.#writes.set(container, (this.#writes.get(container) ?? 0) + 1);
          if (table.definition.ttl) this.#sweep(table, now);
        });
        return "done";
      } catch (error) {
        if (error instanceof Conflict) return "conflict";
        throw error;
      }
    });
  }

  async query(container: ContainerName, query: Query): Promise<Page> {
    const compiled = compilePage(this.#table(container), query, this.#now());
    const rows = translated(() => this.#statements.get(compiled.sql).all(...compiled.parameters));
    const shown = rows.slice(0, query.limit);
    const table = this.#table(container);
    const items = isOfKey(table, query.select)
      ? shown.map((row) => keyOnly(table, row, query.select ?? []))
      : shown.map((row) => storedFrom(row, query.select));
    const last = shown.at(-1);
    if (last === undefined || rows.length <= query.limit) return { items };
    const value = last["order_value"];
    return {
      items,
      cursor: compiled.cursorOf({
        value: typeof value === "string" || typeof value === "number" ? value : undefined,
        key: this.#table(container).keyColumns.map((column) => String(last[column])),
        id: String(last["id"]),
      }),
    };
  }

  async count(
    container: ContainerName,
    query: Pick<Query, "partition" | "where">,
  ): Promise<number> {
    const table = this.#table(container);
    const countNow = (asked: Counted): number => {
      const compiled = compileCount(table, asked, this.#now());
      const row = this.#statements.get(compiled.sql).get(...compiled.parameters);
      return Number(row?.["total"]);
    };
    // Documents that expire are gone without a write.
    return translated(() =>
      table.definition.ttl ? countNow(query) : this.#counts.of(container, query, countNow),
    );
  }

  async close(): Promise<void> {
    if (this.#database.isOpen) this.#database.close();
  }

  /** Changes with every write to the container: by this store, or by any other connection to the file. */
  #versionOf(container: ContainerName): string {
    return `${this.#foreignVersion()} ${this.#writes.get(container) ?? 0}`;
  }

  #table(container: ContainerName): Table {
    const table = this.#tables.get(container);
    if (table === undefined) throw new Error(`There is no container ${container}.`);
    return table;
  }

  #now(): number {
    return this.#clock.now().getTime();
  }

  #nextEtag(): string {
    this.#etagCount += 1;
    return `${this.#etagPrefix}${this.#etagCount.toString(36)}`;
  }

  #sweep(table: Table, now: number): void {
    if (now - (this.#sweptAt.get(table) ?? 0) < SWEEP_INTERVAL_MS) return;
    this.#sweptAt.set(table, now);
    this.#statements
      .get(
        `DELETE FROM ${table.name} WHERE rowid IN
         (SELECT rowid FROM ${table.name} WHERE expires_at <= ? LIMIT ${SWEEP_ROWS})`,
      )
      .run(now);
  }
}

/** Rolls a batch back. */
class Conflict extends Error {}

/** The document as stored, or its `select` fields and id. Rows are our own writing, so only their types are checked. */
function storedFrom(row: Record<string, unknown>, select?: readonly string[]): Stored {
  const doc: Document = JSON.parse(String(row["doc"]));
  const etag = String(row["etag"]);
  if (select === undefined) return { doc, etag };
  const chosen: Document = { id: doc.id };
  for (const field of select) {
    const value = Object.hasOwn(doc, field) ? doc[field] : undefined;
    if (value !== undefined) chosen[field] = value;
  }
  return { doc: chosen, etag };
}

/** The same where the key's columns say it all. */
function keyOnly(table: Table, row: Record<string, unknown>, select: readonly string[]): Stored {
  const doc: Document = { id: String(row["id"]) };
  for (const [index, field] of table.definition.partitionKey.entries())
    if (select.includes(field)) doc[field] = String(row[table.keyColumns[index] ?? ""]);
  return { doc, etag: String(row["etag"]) };
}

const containerNames = (): ContainerName[] =>
  // eslint-disable-next-line typescript/no-unsafe-type-assertion -- keys of a constant, typed by its own keys
  Object.keys(CONTAINERS) as ContainerName[];

function translated<T>(act: () => T): T {
  try {
    return act();
  } catch (cause) {
    if (!isUnavailable(cause)) throw cause;
    throw new AppError("store-unavailable", "The database is busy or cannot be used.", {
      cause,
      retryAfterSeconds: 1,
    });
  }
}
