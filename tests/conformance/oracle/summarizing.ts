/** `summarize`: aggregates over groups, written in both languages. */
import type { Choices } from "./choices.ts";
import { type Query, piped } from "./query.ts";
import { ScalarMaker } from "./scalars.ts";
import { type Column, type Term, TICKS_PER_DAY, quoted } from "./terms.ts";

type Aggregate = (make: ScalarMaker, query: Query) => Term | undefined;

const count: Aggregate = () => ({ type: "long", kql: "count()", sql: "count(*)" });

const countIf: Aggregate = (make) => {
  const test = make.of("bool");
  return { type: "long", kql: `countif(${test.kql})`, sql: `count(*) filter (where ${test.sql})` };
};

/** The sum of nothing is 0. */
const sum: Aggregate = (make) => {
  const value = make.of(make.choices.pick(["long", "timespan"]));
  return {
    type: value.type,
    kql: `sum(${value.kql})`,
    sql: `wrap64(coalesce(sum((${value.sql})::HUGEINT), 0))`,
  };
};

const sumIf: Aggregate = (make) => {
  const [value, test] = [make.of("long"), make.of("bool")];
  return {
    type: "long",
    kql: `sumif(${value.kql}, ${test.kql})`,
    sql: `wrap64(coalesce(sum((${value.sql})::HUGEINT) filter (where ${test.sql}), 0))`,
  };
};

/** Only of columns whose sums have no rounding: order must not matter. */
const realColumn = (make: ScalarMaker): Column | undefined =>
  make.columns.find(({ type, isRounded }) => type === "real" && isRounded !== true);

const sumReal: Aggregate = (make) => {
  const column = realColumn(make);
  if (column === undefined) return undefined;
  const key = quoted(column.name);
  return { type: "real", kql: `sum(${column.name})`, sql: `coalesce(sum(${key}), 0)` };
};

const averageReal: Aggregate = (make) => {
  const column = realColumn(make);
  if (column === undefined) return undefined;
  const key = quoted(column.name);
  const sql = `coalesce(sum(${key}) / count(${key}), 'nan'::DOUBLE)`;
  return { type: "real", isRounded: true, kql: `avg(${column.name})`, sql };
};

/** Of small numbers; see docs/kql-differences.md for those near the ends of 64 bits. */
const averageLong: Aggregate = (make) => {
  const value = make.of("long");
  const near = `${value.sql} between -1000000 and 1000000`;
  return {
    type: "real",
    isRounded: true,
    kql: `avgif(${value.kql}, ${value.kql} between (-1000000 .. 1000000))`,
    sql: `coalesce((sum(${value.sql}) filter (where ${near}))::DOUBLE / count(*) filter (where ${near}), 'nan'::DOUBLE)`,
  };
};

const extreme: Aggregate = (make) => {
  const value = make.of(make.choices.pick(["long", "datetime", "timespan", "real"]));
  const word = make.choices.pick(["max", "min"]);
  const sql = value.type === "real" ? `${word}_real(${value.sql})` : `${word}(${value.sql})`;
  return { type: value.type, isRounded: true, kql: `${word}(${value.kql})`, sql };
};

const extremeIf: Aggregate = (make) => {
  const [value, test] = [make.of("long"), make.of("bool")];
  const word = make.choices.pick(["max", "min"]);
  const sql = `${word}(${value.sql}) filter (where ${test.sql})`;
  return { type: "long", kql: `${word}if(${value.kql}, ${test.kql})`, sql };
};

const distinctCount: Aggregate = (make) => {
  const value = make.of(make.choices.pick(["string", "long", "datetime", "real"]));
  return { type: "long", kql: `dcount(${value.kql})`, sql: `count(distinct ${value.sql})` };
};

const AGGREGATES: readonly [Aggregate, ...Aggregate[]] = [
  count,
  sum,
  extreme,
  countIf,
  sumIf,
  distinctCount,
  averageLong,
  sumReal,
  averageReal,
  extremeIf,
];

const HOUR = TICKS_PER_DAY / 24n;

/** A column, or a column in bins. */
function keyOf(column: Column, name: string, choices: Choices): Term & { name: string } {
  const plain = {
    type: column.type,
    kql: column.name,
    sql: quoted(column.name),
    name: column.name,
  };
  if (!choices.chance(3)) return plain;
  const { type } = column;
  if (type === "datetime")
    return {
      type,
      name,
      kql: `${name} = bin(${plain.kql}, 1h)`,
      sql: `floor64(${plain.sql}, ${HOUR}, 0)`,
    };
  if (type === "long")
    return {
      type,
      name,
      kql: `${name} = bin(${plain.kql}, 4)`,
      sql: `floor64(${plain.sql}, 4, 0)`,
    };
  return plain;
}

/** The values of the row with the greatest or smallest `id`, which no two rows share. */
function ofExtremeRow(query: Query, keys: readonly string[], choices: Choices) {
  const word = choices.pick(["arg_max", "arg_min"]);
  const [order, other] = [word === "arg_max" ? "desc" : "asc", query.columns];
  const rest = other.filter(({ name }) => name !== "id" && !keys.includes(name));
  const listed = [`"id"`, ...rest.map(({ name }) => quoted(name))];
  return {
    kql: `${word}(id, *)`,
    sql: listed.map((key) => `first(${key} order by "id" ${order}) as ${key}`),
    columns: [{ name: "id", type: "long" } as const, ...rest],
  };
}

export function summarizeStep(query: Query, choices: Choices): Query {
  const make = new ScalarMaker(choices, query.columns);
  const plain = query.columns.filter(({ type, name }) => type !== "dynamic" && name !== "id");
  const keys = choices
    .some(plain, choices.next(3))
    .map((column, i) => keyOf(column, `g${i}_${query.kql.length}`, choices));
  const by = keys.length === 0 ? "" : ` by ${keys.map((key) => key.kql).join(", ")}`;
  const groups = keys.map((_, i) => i + 1).join(", ");
  const tail = keys.length === 0 ? "" : ` group by ${groups}`;
  const shownKeys = keys.map((key) => `${key.sql} as ${quoted(key.name)}`);
  const keyColumns = keys.map(({ name, type }) => ({ name, type, isRounded: true }));
  if (
    query.hasUniqueId &&
    keys.length > 0 &&
    keys.every((key) => key.kql === key.name) &&
    choices.chance(4)
  ) {
    const row = ofExtremeRow(
      query,
      keys.map((key) => key.name),
      choices,
    );
    return piped(
      query,
      `summarize ${row.kql}${by}`,
      (from) => `select ${[...shownKeys, ...row.sql].join(", ")} from ${from}${tail}`,
      { columns: [...keyColumns, ...row.columns], hasUniqueId: true },
    );
  }
  const made = Array.from({ length: 1 + choices.next(3) }, () =>
    choices.pick(AGGREGATES)(make, query),
  )
    .map((term) => term ?? { type: "long" as const, kql: "count()", sql: "count(*)" })
    .map((term, i) => ({ ...term, name: `a${i}_${query.kql.length}` }));
  return piped(
    query,
    `summarize ${made.map(({ name, kql }) => `${name} = ${kql}`).join(", ")}${by}`,
    (from) =>
      `select ${[...shownKeys, ...made.map(({ name, sql }) => `${sql} as ${quoted(name)}`)].join(", ")} from ${from}${tail}`,
    { columns: [...keyColumns, ...made], hasUniqueId: false },
  );
}
