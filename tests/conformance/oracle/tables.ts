/** Generated tables, in the wire form that the engine reads and as SQL literals. */
import fc from "fast-check";

import {
  type Column,
  type OracleType,
  SQL_TYPES,
  TICKS_2020,
  TICKS_MAX,
  TICKS_PER_DAY,
  datetimeText,
  quoted,
  sqlString,
} from "./terms.ts";

export type Cell = null | boolean | number | bigint | string | readonly Item[];
export type Item = null | number | string | boolean;
export type OracleRow = Readonly<Record<string, Cell>>;

/** What `now()` gives; rows of E that are later are hidden. */
export const NOW = TICKS_2020 + 100n * TICKS_PER_DAY;

export const TABLES = {
  A: [
    { name: "id", type: "long" },
    { name: "k", type: "long" },
    { name: "s", type: "string" },
    { name: "b", type: "bool" },
    { name: "i", type: "int" },
    { name: "r", type: "real" },
    { name: "t", type: "datetime" },
    { name: "d", type: "timespan" },
    { name: "j", type: "dynamic" },
  ],
  B: [
    { name: "id", type: "long" },
    { name: "k", type: "long" },
    { name: "s", type: "string" },
    { name: "u", type: "real" },
    { name: "v", type: "datetime" },
  ],
  E: [
    { name: "TimeGenerated", type: "datetime" },
    { name: "id", type: "long" },
    { name: "s", type: "string" },
    { name: "k", type: "long" },
  ],
} as const satisfies Record<string, readonly Column[]>;
export type TableName = keyof typeof TABLES;

// No character between the surrogates and U+FFFF: texts with those are ordered in two ways (docs/kql-differences.md).
const LETTERS = [
  "a",
  "A",
  "b",
  "B",
  "1",
  " ",
  "-",
  "_",
  "é",
  "É",
  "ß",
  "中",
  "😀",
  "'",
  '"',
  "\\",
  "%",
];
const text = fc.oneof(
  fc.constantFrom("", "a", "A", "ab", "a b", "AB", "é"),
  fc.string({ unit: fc.constantFrom(...LETTERS), maxLength: 6 }),
);
const small = fc.integer({ min: -3, max: 6 }).map(BigInt);
const long = fc.oneof(
  { weight: 6, arbitrary: small },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      -(2n ** 63n),
      2n ** 63n - 1n,
      2n ** 53n + 1n,
      -(2n ** 53n) - 1n,
      2n ** 32n,
      -1_000_003n,
    ),
  },
);
/** Quarters: their sums are exact in any order. */
const real = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -40, max: 40 }).map((n) => (n === 0 ? 0 : n / 4)) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Infinity, -Infinity, 1e6) },
);
const datetime = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(
        fc.integer({ min: -40, max: 140 }),
        fc.constantFrom(0n, 1n, 36_000_000_000n, 863_999_999_999n),
      )
      .map(([days, ticks]) => TICKS_2020 + BigInt(days) * TICKS_PER_DAY + ticks),
  },
  { weight: 1, arbitrary: fc.constantFrom(0n, TICKS_MAX, TICKS_2020 - 7_000n * TICKS_PER_DAY) },
);
const timespan = fc
  .tuple(fc.integer({ min: -3, max: 3 }), fc.constantFrom(0n, 1n, 600_000_000n, -36_000_000_000n))
  .map(([days, ticks]) => BigInt(days) * TICKS_PER_DAY + ticks);
const item: fc.Arbitrary<Item> = fc.oneof(
  fc.integer({ min: -3, max: 9 }),
  fc.constantFrom("x", "5", "", "é"),
  fc.constant(null),
  fc.boolean(),
);
const orNull = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.option(arbitrary, { freq: 5 });

const CELLS: Readonly<Record<OracleType, fc.Arbitrary<Cell>>> = {
  bool: orNull(fc.boolean()),
  datetime: orNull(datetime),
  dynamic: orNull(fc.array(item, { maxLength: 3 })),
  int: orNull(fc.integer({ min: -5, max: 5 })),
  long: orNull(long),
  real: orNull(real),
  string: text,
  timespan: orNull(timespan),
};

/** Rows of one table; `id` counts them. */
export const rowsOf = (table: TableName): fc.Arbitrary<OracleRow[]> => {
  const cells = TABLES[table].filter((column) => column.name !== "id");
  return fc
    .array(fc.record(Object.fromEntries(cells.map(({ name, type }) => [name, CELLS[type]]))), {
      maxLength: 12,
      size: "max",
    })
    .map((rows) => rows.map((row, index) => ({ ...row, id: BigInt(index) })));
};

/** A cell as Log Analytics writes it. */
export function wireCell(cell: Cell, type: OracleType): unknown {
  if (type === "datetime" && typeof cell === "bigint") return datetimeText(cell);
  if (type === "timespan" && typeof cell === "bigint") return `${cell}tick`;
  if (typeof cell === "number" && !Number.isFinite(cell)) return String(cell);
  return cell;
}

function sqlCell(cell: Cell, type: OracleType): string {
  if (cell === null) return type === "string" ? "''" : "NULL";
  if (typeof cell === "string") return sqlString(cell);
  if (typeof cell === "object") return sqlString(JSON.stringify(cell));
  if (type === "real") return `'${String(cell)}'::DOUBLE`;
  return `'${String(cell)}'::${SQL_TYPES[type]}`;
}

/** Statements that make and fill a table. */
export function createSql(table: TableName, rows: readonly OracleRow[]): string[] {
  const columns = TABLES[table];
  const declared = columns.map(({ name, type }) => `${quoted(name)} ${SQL_TYPES[type]}`);
  const values = rows.map(
    (row) => `(${columns.map(({ name, type }) => sqlCell(row[name] ?? null, type)).join(", ")})`,
  );
  const create = `create or replace table ${table} (${declared.join(", ")})`;
  return values.length === 0
    ? [create]
    : [create, `insert into ${table} values ${values.join(", ")}`];
}
