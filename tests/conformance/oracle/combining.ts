/** `join` of every kind and `union`, with what Kusto does about names, nulls and missing sides. */
import type { Choices } from "./choices.ts";
import type { Query, Step } from "./query.ts";
import type { TableName } from "./tables.ts";
import { type Column, SQL_TYPES, absentSql, quoted } from "./terms.ts";

/** Makes the other side out of one of the named tables. */
export type Leg = (choices: Choices, names: readonly [TableName, ...TableName[]]) => Query;

/** Kinds that give rows of one side: which, and whether with a partner. */
const ONE_SIDED: Readonly<Record<string, readonly ["l" | "r", boolean]>> = {
  leftsemi: ["l", true],
  leftanti: ["l", false],
  anti: ["l", false],
  rightsemi: ["r", true],
  rightanti: ["r", false],
};

const OUTER: Readonly<Record<string, string>> = {
  inner: "inner join",
  leftouter: "left join",
  rightouter: "right join",
  fullouter: "full join",
  // The left side has one row for each key.
  innerunique: "inner join",
};

/** Columns of the right side whose name is taken get a 1 at the end. */
function renamed(left: readonly Column[], right: readonly Column[]): Column[] | undefined {
  const taken = new Set([...left, ...right].map(({ name }) => name));
  const clashes = right.filter(({ name }) => left.some((one) => one.name === name));
  if (clashes.some(({ name }) => taken.has(`${name}1`))) return undefined;
  return right.map((one) => (clashes.includes(one) ? { ...one, name: `${one.name}1` } : one));
}

/** A side that has no row shows absent values: a string is never null. */
const shown = (side: string, from: Column, to: Column): string => {
  const value = `${side}.${quoted(from.name)}`;
  const filled = from.type === "string" ? `coalesce(${value}, ${absentSql("string")})` : value;
  return `${filled} as ${quoted(to.name)}`;
};

export const joinStep =
  (leg: Leg): Step =>
  (query, choices) => {
    const right = leg(choices, ["B", "A", "E"]);
    const common = query.columns.filter(
      ({ name, type }) =>
        type !== "dynamic" &&
        type !== "real" &&
        right.columns.some((one) => one.name === name && one.type === type),
    );
    const keys = choices.some(common, 1 + choices.next(2)).map(({ name }) => name);
    const columns = renamed(query.columns, right.columns);
    if (keys.length === 0 || columns === undefined) return query;
    const isUnique = query.hasUniqueId && keys.includes("id");
    const kind = choices.pick([
      "inner",
      "leftouter",
      "rightouter",
      "fullouter",
      "leftsemi",
      "leftanti",
      "rightsemi",
      "rightanti",
      "anti",
      isUnique ? "innerunique" : "inner",
    ]);
    // A null matches a null.
    const on = keys
      .map((key) => `l.${quoted(key)} is not distinct from r.${quoted(key)}`)
      .join(" and ");
    const kql = `${query.kql}\n| join kind=${kind} (${right.kql}) on ${keys.join(", ")}`;
    const oneSided = ONE_SIDED[kind];
    if (oneSided !== undefined) {
      const [side, wantsPartner] = oneSided;
      const [kept, other] = side === "l" ? [query, right] : [right, query];
      const exists = `${wantsPartner ? "" : "not "}exists (select 1 from (${other.sql}) ${side === "l" ? "r" : "l"} where ${on})`;
      return {
        columns: kept.columns,
        kql,
        sql: `select * from (${kept.sql}) ${side} where ${exists}`,
        hasUniqueId: kept.hasUniqueId,
      };
    }
    const list = [
      ...query.columns.map((column) => shown("l", column, column)),
      ...right.columns.map((column, i) => shown("r", column, columns[i] ?? column)),
    ];
    return {
      columns: [...query.columns, ...columns],
      kql,
      sql: `select ${list.join(", ")} from (${query.sql}) l ${OUTER[kind] ?? ""} (${right.sql}) r on ${on}`,
      hasUniqueId: false,
    };
  };

/** A column of nothing, for a side of a join or union that lacks it. */
const absentColumn = ({ name, type }: Column): string =>
  `${absentSql(type)}::${SQL_TYPES[type]} as ${quoted(name)}`;

const has = (side: Query, name: string): boolean => side.columns.some((one) => one.name === name);

/** Columns of the same name meet; where a side has none, its rows have an absent value. */
export const unionStep =
  (leg: Leg): Step =>
  (query, choices) => {
    const right = leg(choices, ["A", "B", "E"]);
    const clash = query.columns.some((one) =>
      right.columns.some(({ name, type }) => name === one.name && type !== one.type),
    );
    if (clash) return query;
    const added = right.columns.filter(({ name }) => !has(query, name));
    const isAlike = added.length === 0 && right.columns.length === query.columns.length;
    const columns = [...query.columns, ...added];
    const select = (side: Query): string => {
      const list = columns.map((one) =>
        has(side, one.name) ? quoted(one.name) : absentColumn(one),
      );
      return `select ${list.join(", ")} from (${side.sql})`;
    };
    const kind = isAlike && choices.chance(2) ? "kind=inner " : "";
    return {
      columns: columns.map((one) => ({ ...one, isRounded: true })),
      kql: `${query.kql}\n| union ${kind}(${right.kql})`,
      sql: `${select(query)} union all ${select(right)}`,
      hasUniqueId: false,
    };
  };
