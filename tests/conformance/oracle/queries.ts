/** Generated queries: each step writes one operator of Kusto over the query so far, and wraps the SQL so far. */
import type { Choices } from "./choices.ts";
import { type Leg, joinStep, unionStep } from "./combining.ts";
import { type Query, type Step, piped } from "./query.ts";
import { ScalarMaker } from "./scalars.ts";
import { summarizeStep } from "./summarizing.ts";
import { NOW, TABLES, type TableName } from "./tables.ts";
import { type Column, type OracleType, quoted } from "./terms.ts";

const MADE = ["long", "string", "bool", "real", "datetime", "timespan", "int"] as const;

function tableQuery(name: TableName): Query {
  const columns = TABLES[name];
  // Rows later than the clock are hidden.
  const shown = name === "E" ? ` where "TimeGenerated" is null or "TimeGenerated" <= ${NOW}` : "";
  return { columns, kql: name, sql: `select * from ${name}${shown}`, hasUniqueId: true };
}

const where: Step = (query, choices) => {
  const test = new ScalarMaker(choices, query.columns).of("bool");
  return piped(query, `where ${test.kql}`, (from) => `select * from ${from} where ${test.sql}`);
};

const freshName = (query: Query): string => `c${query.columns.length}_${query.kql.length}`;

const extend: Step = (query, choices) => {
  const type = choices.pick(MADE);
  const term = new ScalarMaker(choices, query.columns).of(type);
  const name = freshName(query);
  const column: Column = { name, type, isRounded: term.isRounded === true };
  return piped(
    query,
    `extend ${name} = ${term.kql}`,
    (from) => `select *, ${term.sql} as ${quoted(name)} from ${from}`,
    { columns: [...query.columns, column] },
  );
};

/** Replaces a column in its place by another value of the same type. */
const overwrite: Step = (query, choices) => {
  const [first, ...rest] = query.columns.filter(
    ({ name, type }) => name !== "id" && name !== "TimeGenerated" && type !== "dynamic",
  );
  if (first === undefined) return extend(query, choices);
  const { name, type } = choices.pick([first, ...rest]);
  const term = new ScalarMaker(choices, query.columns).of(type);
  const columns = query.columns.map((one) =>
    one.name === name ? { name, type, isRounded: term.isRounded === true } : one,
  );
  const shown = query.columns.map((one) =>
    one.name === name ? `${term.sql} as ${quoted(name)}` : quoted(one.name),
  );
  const sql = (from: string): string => `select ${shown.join(", ")} from ${from}`;
  return piped(query, `extend ${name} = ${term.kql}`, sql, { columns });
};

const project: Step = (query, choices) => {
  const kept = choices.some(query.columns, 1 + choices.next(4));
  const type = choices.pick(MADE);
  const term = new ScalarMaker(choices, query.columns).of(type);
  const name = freshName(query);
  const names = kept.map((one) => one.name);
  const columns = [...kept, { name, type, isRounded: term.isRounded === true }];
  return piped(
    query,
    `project ${[...names, `${name} = ${term.kql}`].join(", ")}`,
    (from) =>
      `select ${[...names.map(quoted), `${term.sql} as ${quoted(name)}`].join(", ")} from ${from}`,
    { columns, hasUniqueId: query.hasUniqueId && names.includes("id") },
  );
};

const distinct: Step = (query, choices) => {
  const plain = query.columns.filter(({ type }) => type !== "dynamic");
  const columns = choices.some(plain, 1 + choices.next(3));
  if (columns.length === 0) return query;
  const names = columns.map((one) => one.name);
  return piped(
    query,
    `distinct ${names.join(", ")}`,
    (from) => `select distinct ${names.map(quoted).join(", ")} from ${from}`,
    { columns, hasUniqueId: query.hasUniqueId && names.includes("id") },
  );
};

/** Items of an array become rows: null gives one row, an empty array none; an item of another type is null. */
const mvExpand: Step = (query, choices) => {
  const arrays = query.columns.filter(({ name, type }) => name === "j" && type === "dynamic");
  if (arrays.length === 0 || !query.kql.startsWith("A")) return where(query, choices);
  const name = freshName(query);
  const type = choices.pick<OracleType>(["long", "string", "bool"]);
  const cast: Readonly<Partial<Record<OracleType, string>>> = {
    long: "case when json_type(item) in ('BIGINT', 'UBIGINT') then item::BIGINT end",
    string:
      "case json_type(item) when 'VARCHAR' then item ->> '$' else coalesce(nullif(item::VARCHAR, 'null'), '') end",
    bool: "case when json_type(item) = 'BOOLEAN' then item::BOOLEAN end",
  };
  return piped(
    query,
    `mv-expand ${name} = j to typeof(${type})`,
    (from) =>
      `select * exclude (item), ${cast[type] ?? "NULL"} as ${quoted(name)} from (select *, unnest(` +
      `case when "j" is null then ['null'::JSON] else from_json("j", '["JSON"]') end) as item from ${from})`,
    { columns: [...query.columns, { name, type }], hasUniqueId: false },
  );
};

/** How SQL orders a key: null is the smallest, then what is no number. */
function orderSql({ name, type }: Column, direction: string, nulls: string): string {
  const key = quoted(name);
  const parts = type === "string" ? [] : [`${key} is null ${nulls === "first" ? "desc" : "asc"}`];
  if (type === "real") parts.push(`isnan(${key}) ${direction === "asc" ? "desc" : "asc"}`);
  return [...parts, `${key} ${direction}`].join(", ");
}

function sortedOn(query: Query, columns: readonly Column[], choices: Choices) {
  const keys = columns.map((column) => {
    const direction = choices.pick(["", "asc", "desc"]);
    const isAscending = direction === "asc";
    const nulls = choices.pick(["", "first", "last"]);
    const placed = nulls === "" ? (isAscending ? "first" : "last") : nulls;
    return {
      kql: [column.name, direction, nulls && `nulls ${nulls}`].filter(Boolean).join(" "),
      sql: orderSql(column, isAscending ? "asc" : "desc", placed),
    };
  });
  return {
    kql: keys.map((key) => key.kql).join(", "),
    sql: keys.map((key) => key.sql).join(", "),
    names: columns.map((column) => column.name),
  };
}

const sortable = (query: Query): Column[] => query.columns.filter(({ type }) => type !== "dynamic");

const sort: Step = (query, choices) => {
  const keys = sortedOn(query, choices.some(sortable(query), 1 + choices.next(3)), choices);
  if (keys.names.length === 0) return query;
  return piped(
    query,
    `sort by ${keys.kql}`,
    (from) => `select * from ${from} order by ${keys.sql}`,
    { sortedBy: keys.names },
  );
};

/** Rows that are alike in all columns may stand for each other; of others the order must be total. */
const sortAndTake: Step = (query, choices) => {
  const all = sortable(query);
  if (all.length !== query.columns.length) return sort(query, choices);
  const keys = sortedOn(query, choices.some(all, all.length), choices);
  const count = 1 + choices.next(5);
  const order = `order by ${keys.sql} limit ${count}`;
  return piped(
    query,
    `sort by ${keys.kql}\n| take ${count}`,
    (from) => `select * from ${from} ${order}`,
    { sortedBy: keys.names },
  );
};

/** By a key that no two rows share. */
const top: Step = (query, choices) => {
  const id = query.columns.find(({ name }) => name === "id");
  if (id === undefined || !query.hasUniqueId) return sortAndTake(query, choices);
  const keys = sortedOn(query, [id], choices);
  const count = choices.next(5);
  return piped(
    query,
    `top ${count} by ${keys.kql}`,
    (from) => `select * from ${from} order by ${keys.sql} limit ${count}`,
    { sortedBy: keys.names },
  );
};

const count: Step = (query) =>
  piped(query, "count", (from) => `select count(*) as "Count" from ${from}`, {
    columns: [{ name: "Count", type: "long" }],
    hasUniqueId: false,
  });

/** The other side of a join or union: a table, filtered or not. */
const leg: Leg = (choices, names) => {
  const query = tableQuery(choices.pick<TableName>(names));
  return choices.chance(2) ? where(query, choices) : query;
};

const STEPS: readonly [Step, ...Step[]] = [
  where,
  extend,
  project,
  summarizeStep,
  joinStep(leg),
  overwrite,
  distinct,
  mvExpand,
  unionStep(leg),
  sortAndTake,
  top,
  count,
];

/** A query of up to five operators, perhaps sorted. */
export function generateQuery(choices: Choices): Query {
  let query = tableQuery(choices.pick<TableName>(["A", "B", "E"]));
  const steps = 1 + choices.next(5);
  for (let i = 0; i < steps; i += 1) query = choices.pick(STEPS)(query, choices);
  return choices.chance(2) ? sort(query, choices) : query;
}
