/** Writes the body of a unifying ASIM parser: sources brought to one schema, then what the parameters ask for. */
import {
  ASIM_ALIASES,
  type AsimSchema,
  ownAsimColumns,
} from "../../../shared/kql/data/asimColumns.ts";

/** A table whose rows become events of a schema. */
export interface Source {
  readonly table: string;
  /** Which of its rows; absent: all. */
  readonly where?: string;
  readonly vendor: string;
  readonly product: string;
  /** Column of the schema, and the expression that gives it. */
  readonly columns: Readonly<Record<string, string>>;
}

/** Which columns a filtering parameter looks at. */
export type Filters = Readonly<Record<string, readonly string[]>>;

const TIME =
  "where (isnull(starttime) or TimeGenerated >= starttime) and (isnull(endtime) or TimeGenerated <= endtime)";

function leg(schema: AsimSchema, { table, where, vendor, product, columns }: Source): string {
  const common = {
    EventStartTime: "TimeGenerated",
    EventEndTime: "TimeGenerated",
    EventCount: "int(1)",
    EventSeverity: "'Informational'",
    EventVendor: `'${vendor}'`,
    EventProduct: `'${product}'`,
    EventSchema: `'${schema}'`,
    EventSchemaVersion: "'0.1'",
  };
  const made = Object.entries({ ...common, ...columns }).map(
    ([name, value]) => `${name} = ${value}`,
  );
  const own = where === undefined ? "" : ` | where ${where}`;
  return `(${table} | ${TIME}${own} | project TimeGenerated, Type, ${made.join(", ")})`;
}

/** What a filtering parameter asks of a column; its name says how it compares. */
function test(parameter: string, column: string): string {
  if (parameter.endsWith("_prefix")) return `has_any_ipv4_prefix(${column}, ${parameter})`;
  if (parameter.endsWith("_has_all")) return `${column} has_all (${parameter})`;
  if (parameter.endsWith("_has_any")) return `${column} has_any (${parameter})`;
  if (parameter.endsWith("_in") || parameter === "dvcaction") return `${column} in~ (${parameter})`;
  if (parameter.endsWith("_has")) return `${column} has ${parameter}`;
  return parameter === "dstportnumber" ? `${column} == ${parameter}` : `${column} =~ ${parameter}`;
}

function isOpen(parameter: string): string {
  if (parameter === "dstportnumber") return `isnull(${parameter})`;
  const isList = /_(?:has_any|has_all|prefix|in)$/.test(parameter) || parameter === "dvcaction";
  return isList ? `array_length(${parameter}) == 0` : `${parameter} == '*'`;
}

/** The body: an empty table that fixes the columns, a leg per source, a filter per parameter, and the aliases. */
export function parserBody(
  schema: AsimSchema,
  sources: readonly Source[],
  filters: Filters,
): string {
  const empty = ownAsimColumns(schema).map(({ name, type }) => `${name}:${type}`);
  const legs = [`(datatable(${empty.join(", ")})[])`, ...sources.map((one) => leg(schema, one))];
  const tests = Object.entries(filters).map(
    ([parameter, columns]) =>
      `| where ${[isOpen(parameter), ...columns.map((one) => test(parameter, one))].join(" or ")}`,
  );
  const aliases = Object.entries(ASIM_ALIASES[schema] ?? {}).map(([name, of]) => `${name} = ${of}`);
  const renamed = aliases.length === 0 ? [] : [`| extend ${aliases.join(", ")}`];
  return [`union isfuzzy=true\n  ${legs.join(",\n  ")}`, ...tests, ...renamed].join("\n");
}
