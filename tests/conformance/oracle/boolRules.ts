/** Rules for conditions: a comparison with null is false, `!=` with null is true, and so for NaN. */
import type { Maker, Rule, RuleTable } from "./rule.ts";
import { type OracleType, type Term, quoted, sqlString } from "./terms.ts";

const COMPARED = ["long", "string", "real", "datetime", "timespan", "bool"] as const;

const pair = (make: Maker, type: OracleType): [Term, Term] => [make.of(type), make.of(type)];

/** Both sides of a comparison, and what holds when both have a value that can be compared. */
function comparedSql([a, b]: readonly [Term, Term], operator: string): string {
  const isReal = a.type === "real" || b.type === "real";
  const [x, y] = isReal ? [`${a.sql}::DOUBLE`, `${b.sql}::DOUBLE`] : [a.sql, b.sql];
  const numbers = isReal ? ` and not isnan(${x}) and not isnan(${y})` : "";
  return `coalesce(${x} ${operator} ${y}${numbers}, false)`;
}

const compared =
  (kql: string, sql: string): Rule =>
  (make) => {
    const type = make.choices.pick<OracleType>(["long", "real", "datetime", "timespan"]);
    const isMixed = type === "real" && make.choices.chance(2);
    const sides: [Term, Term] = isMixed ? [make.of("long"), make.of("real")] : pair(make, type);
    const [a, b] = sides;
    return { type: "bool", kql: `(${a.kql} ${kql} ${b.kql})`, sql: comparedSql(sides, sql) };
  };

const equal =
  (isNegated: boolean): Rule =>
  (make) => {
    const sides = pair(make, make.choices.pick(COMPARED));
    const [a, b] = sides;
    const sql = comparedSql(sides, "=");
    return {
      type: "bool",
      kql: `(${a.kql} ${isNegated ? "!=" : "=="} ${b.kql})`,
      sql: isNegated ? `(not ${sql})` : sql,
    };
  };

const logic =
  (word: "and" | "or"): Rule =>
  (make) => {
    const [a, b] = pair(make, "bool");
    const sql = `(coalesce(${a.sql}, false) ${word} coalesce(${b.sql}, false))`;
    return { type: "bool", kql: `(${a.kql} ${word} ${b.kql})`, sql };
  };

const not: Rule = (make) => {
  const value = make.of("bool");
  return { type: "bool", kql: `not(${value.kql})`, sql: `(not ${value.sql})` };
};

const between: Rule = (make) => {
  const type = make.choices.pick<OracleType>(["long", "datetime"]);
  const value = make.of(type);
  const [low, high] = pair(make, type);
  const word = make.choices.pick(["between", "!between"]);
  const inside = `coalesce(${value.sql} between ${low.sql} and ${high.sql}, false)`;
  return {
    type: "bool",
    kql: `(${value.kql} ${word} (${low.kql} .. ${high.kql}))`,
    sql: word === "between" ? inside : `(not ${inside})`,
  };
};

const isIn: Rule = (make) => {
  const type = make.choices.pick<OracleType>(["string", "long"]);
  const value = make.of(type);
  const list = [make.literal(type), make.literal(type)].filter((one) => !one.kql.includes("null"));
  const word = make.choices.pick(["in", "!in"]);
  if (list.length === 0) return not(make);
  const inside = `coalesce(${value.sql} in (${list.map((one) => one.sql).join(", ")}), false)`;
  return {
    type: "bool",
    kql: `(${value.kql} ${word} (${list.map((one) => one.kql).join(", ")}))`,
    sql: word === "in" ? inside : `(not ${inside})`,
  };
};

const inAnyCase: Rule = (make) => {
  const [value, a, b] = [make.of("string"), make.literal("string"), make.literal("string")];
  return {
    type: "bool",
    kql: `(${value.kql} in~ (${a.kql}, ${b.kql}))`,
    sql: `(lower(${value.sql}) in (lower(${a.sql}), lower(${b.sql})))`,
  };
};

const IN_TEXT: readonly (readonly [string, (text: string, sought: string) => string])[] = [
  ["contains", (a, b) => `contains(lower(${a}), lower(${b}))`],
  ["contains_cs", (a, b) => `contains(${a}, ${b})`],
  ["!contains", (a, b) => `not contains(lower(${a}), lower(${b}))`],
  ["startswith", (a, b) => `starts_with(lower(${a}), lower(${b}))`],
  ["startswith_cs", (a, b) => `starts_with(${a}, ${b})`],
  ["!startswith", (a, b) => `not starts_with(lower(${a}), lower(${b}))`],
  ["endswith", (a, b) => `ends_with(lower(${a}), lower(${b}))`],
  ["!endswith_cs", (a, b) => `not ends_with(${a}, ${b})`],
  ["=~", (a, b) => `lower(${a}) = lower(${b})`],
  ["!~", (a, b) => `lower(${a}) <> lower(${b})`],
];

const inText: Rule = (make) => {
  const [text, sought] = [make.of("string"), make.leaf("string")];
  const [word, write] = IN_TEXT[make.choices.next(IN_TEXT.length)] ?? ["==", () => "false"];
  return {
    type: "bool",
    kql: `(${text.kql} ${word} ${sought.kql})`,
    sql: `(${write(text.sql, sought.sql)})`,
  };
};

/** `has`: no letter or digit on either side; an underscore is none. */
const has: Rule = (make) => {
  const text = make.of("string");
  const sought = make.choices.pick(["a", "ab", "b", "1"]);
  const [word, fold] = make.choices.pick<readonly [string, (sql: string) => string]>([
    ["has", (sql) => `lower(${sql})`],
    ["has_cs", (sql) => sql],
    ["!has", (sql) => `lower(${sql})`],
  ]);
  const pattern = sqlString(`(^|[^\\pL\\pN])${sought}($|[^\\pL\\pN])`);
  const sql = `regexp_matches(${fold(text.sql)}, ${pattern})`;
  return {
    type: "bool",
    kql: `(${text.kql} ${word} "${sought}")`,
    sql: word === "!has" ? `(not ${sql})` : sql,
  };
};

/** A string is never null. */
const isNull: Rule = (make) => {
  const value = make.of(make.choices.pick(["long", "string", "real", "datetime", "bool"]));
  const word = make.choices.pick(["isnull", "isnotnull"]);
  const test = word === "isnull" ? "is null" : "is not null";
  return { type: "bool", kql: `${word}(${value.kql})`, sql: `(${value.sql} ${test})` };
};
const isEmpty: Rule = (make) => {
  const value = make.of("string");
  const word = make.choices.pick(["isempty", "isnotempty"]);
  return {
    type: "bool",
    kql: `${word}(${value.kql})`,
    sql: `(${value.sql} ${word === "isempty" ? "=" : "<>"} '')`,
  };
};

/** On the time column itself: such a test reaches the table store. */
const timeBound: Rule = (make) => {
  const name = make.columns.some((one) => one.name === "TimeGenerated")
    ? "TimeGenerated"
    : undefined;
  const bound = make.literal("datetime");
  const word = make.choices.pick([">", ">=", "<", "<=", "=="]);
  if (name === undefined) return equal(false)(make);
  const sql = `coalesce(${quoted(name)} ${word === "==" ? "=" : word} ${bound.sql}, false)`;
  return { type: "bool", kql: `(${name} ${word} ${bound.kql})`, sql };
};

export const BOOL_RULES: RuleTable = {
  bool: [
    equal(false),
    equal(true),
    compared("<", "<"),
    compared(">=", ">="),
    logic("and"),
    logic("or"),
    not,
    between,
    isIn,
    inAnyCase,
    inText,
    has,
    isNull,
    isEmpty,
    timeBound,
    compared("<=", "<="),
    compared(">", ">"),
  ],
};
