/** One table per container. Indexed fields are columns beside the JSON text, so that filters rarely parse it. */
import type { DatabaseSync } from "node:sqlite";

import { fieldPath } from "../../domain/documentQuery.ts";
import { CONTAINERS } from "../../ports/containers.ts";
import type { ContainerDefinition, ContainerName } from "../../ports/containers.ts";
import type { Json, JsonObject } from "../../schemas/json.ts";

export interface Table {
  name: string;
  container: ContainerName;
  definition: ContainerDefinition;
  /** One column per partition key path: `k1`, `k2`. */
  keyColumns: readonly string[];
  /**
   * Indexed field to its column. A column holds the field's string or number, an array as a blob of JSON text, and NULL for
   * anything else. Numbers sort before strings, strings before blobs.
   */
  fieldColumns: ReadonlyMap<string, string>;
  /** Searched field to the column of its text in lower case; NULL where it is no text. */
  textColumns: ReadonlyMap<string, string>;
  /** Both kinds of columns, in the order of `columnValues`. */
  valueColumns: readonly string[];
}

/** Describes a container's table. Names come from containers.json and are checked, because they become SQL text. */
export function describeTable(container: ContainerName): Table {
  const definition = CONTAINERS[container];
  const fieldColumns = columnsFor(definition.indexed, "f_");
  const textColumns = columnsFor(definition.searched ?? [], "l_");
  return {
    name: quoted(`documents_${container}`),
    container,
    definition,
    keyColumns: definition.partitionKey.map((_, index) => `k${index + 1}`),
    fieldColumns,
    textColumns,
    valueColumns: [...fieldColumns.values(), ...textColumns.values()],
  };
}

const columnsFor = (fields: readonly string[], prefix: string): Map<string, string> =>
  new Map(fields.map((field) => [field, quoted(prefix + field)]));

/** Creates what is missing of the table: the table, columns of newly indexed fields (filled), indexes. */
export function createTable(database: DatabaseSync, table: Table): void {
  const keys = table.keyColumns.map((column) => `${column} TEXT NOT NULL`).join(", ");
  const primary = [...table.keyColumns, "id"].join(", ");
  // `doc` is last: reading the columns before it does not touch the pages of a long document.
  database.exec(
    `CREATE TABLE IF NOT EXISTS ${table.name} (${keys}, id TEXT NOT NULL, etag TEXT NOT NULL,
     ttl_seconds INTEGER, expires_at INTEGER, ${[...table.valueColumns, "doc TEXT NOT NULL"].join(", ")},
     PRIMARY KEY (${primary}))`,
  );
  addMissingColumns(database, table);
  createIndexes(database, table);
}

/** SQLite's function that fills the text columns: its own `lower` knows ASCII only. */
export const lowerText = (value: unknown): string | null =>
  typeof value === "string" ? value.toLowerCase() : null;

/** The values of a document's columns, in the order of `valueColumns`. */
export function columnValues(
  table: Table,
  doc: JsonObject,
): (string | number | Uint8Array | null)[] {
  const ofFields = [...table.fieldColumns.keys()].map((field) => {
    const value = valueAt(doc, field);
    if (Array.isArray(value)) return Buffer.from(JSON.stringify(value));
    return typeof value === "string" || typeof value === "number" ? value : null;
  });
  const ofTexts = [...table.textColumns.keys()].map((field) => lowerText(valueAt(doc, field)));
  return [...ofFields, ...ofTexts];
}

function valueAt(doc: JsonObject, field: string): Json | undefined {
  let value: Json | undefined = doc;
  for (const step of fieldPath(field)) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    value = Object.hasOwn(value, step) ? value[step] : undefined;
  }
  return value;
}

/** A field's string or number inside `doc`, computed from the JSON text; NULL for anything else. */
export function scalarFromJson(field: string): string {
  const path = jsonPath(field);
  return `(CASE json_type(doc, ${path}) WHEN 'text' THEN doc ->> ${path}
    WHEN 'integer' THEN CAST(doc ->> ${path} AS REAL) WHEN 'real' THEN doc ->> ${path} END)`;
}

/** The field's path as an SQL literal. `fieldPath` lets no quote through. */
export const jsonPath = (field: string): string =>
  `'$${fieldPath(field)
    .map((step) => `."${step}"`)
    .join("")}'`;

function addMissingColumns(database: DatabaseSync, table: Table): void {
  const present = new Set(
    database
      .prepare(`PRAGMA table_info(${table.name})`)
      .all()
      .map((row) => row["name"]),
  );
  for (const [field, column] of table.fieldColumns) {
    if (present.has(`f_${field}`)) continue;
    database.exec(`ALTER TABLE ${table.name} ADD COLUMN ${column}`);
    const path = jsonPath(field);
    database.exec(
      `UPDATE ${table.name} SET ${column} = CASE json_type(doc, ${path})
       WHEN 'array' THEN CAST(doc -> ${path} AS BLOB) ELSE ${scalarFromJson(field)} END`,
    );
  }
  for (const [field, column] of table.textColumns) {
    if (present.has(`l_${field}`)) continue;
    database.exec(`ALTER TABLE ${table.name} ADD COLUMN ${column}`);
    database.exec(`UPDATE ${table.name} SET ${column} = lower_text(${scalarFromJson(field)})`);
  }
}

/**
 * For each composite pair an index that starts with the tenant; where partitions are large, another one that starts with
 * the whole partition key. One index by type alone serves queries over all partitions, such as outbox sweeps.
 */
function createIndexes(database: DatabaseSync, table: Table): void {
  const [tenant, ...rest] = table.keyColumns;
  if (tenant === undefined) throw new Error(`${table.container} has no partition key`);
  for (const fields of table.definition.composite) {
    const columns = fields.map((field) => columnOf(table, field));
    const suffix = fields.join("_");
    const covered = coveredBy(table, fields);
    createIndex(database, table, `by_${suffix}`, [tenant, ...columns, ...rest, "id", ...covered]);
    if (table.definition.largePartitions === true && rest.length > 0) {
      createIndex(database, table, `in_${suffix}`, [...table.keyColumns, ...columns, "id"]);
    }
  }
  const type = table.fieldColumns.get("type");
  if (type !== undefined) createIndex(database, table, "by_type", [type]);
  if (table.definition.ttl) {
    createIndex(database, table, "by_expiry", ["expires_at"], "WHERE expires_at IS NOT NULL");
  }
}

/**
 * Fields that filter within this order: with them in the index, rows that do not match are never read. With the etag, nor
 * are those that do where only their versions are asked for.
 */
function coveredBy(table: Table, fields: readonly string[]): string[] {
  const { covering } = table.definition;
  if (covering === undefined || covering.orderedBy !== fields.at(-1)) return [];
  const fieldsOfOrder = covering.fields.map((field) => columnOf(table, field));
  return [...fieldsOfOrder, ...table.textColumns.values(), "etag"];
}

function createIndex(
  database: DatabaseSync,
  table: Table,
  name: string,
  columns: readonly string[],
  condition = "",
): void {
  const index = quoted(`documents_${table.container}_${name}`);
  const present = database.prepare(`PRAGMA index_info(${index})`).all();
  const wanted = columns.map((column) => column.replaceAll('"', ""));
  // An index that an older version made of other columns would be passed over.
  if (present.length > 0 && present.map((row) => row["name"]).join() !== wanted.join())
    database.exec(`DROP INDEX ${index}`);
  database.exec(
    `CREATE INDEX IF NOT EXISTS ${index} ON ${table.name} (${columns.join(", ")}) ${condition}`,
  );
}

function columnOf(table: Table, field: string): string {
  const column = table.fieldColumns.get(field);
  if (column === undefined)
    throw new Error(`${table.container} orders by ${field}, which is not indexed`);
  return column;
}

/** A name from our own data as an SQL identifier. */
function quoted(name: string): string {
  fieldPath(name);
  return `"${name}"`;
}
