/** Generated expressions: each rule writes one construct of Kusto, and in SQL what its documentation says it does. */
import type { Choices } from "./choices.ts";
import {
  type Column,
  type OracleType,
  type Term,
  TICKS_2020,
  TICKS_PER_DAY,
  boolLiteral,
  columnTerm,
  datetimeLiteral,
  longLiteral,
  nullLiteral,
  realLiteral,
  stringLiteral,
  timespanLiteral,
} from "./terms.ts";
import { type Maker, type Rule, type RuleTable, call } from "./rule.ts";
import { BOOL_RULES } from "./boolRules.ts";
import { TIME_RULES } from "./timeRules.ts";

const HOUR = 36_000_000_000n;

const LITERALS: Readonly<Record<OracleType, (choices: Choices) => Term>> = {
  bool: (choices) => boolLiteral(choices.pick([true, false])),
  datetime: (choices) =>
    datetimeLiteral(
      TICKS_2020 + BigInt(choices.next(120)) * TICKS_PER_DAY + BigInt(choices.next(3)),
    ),
  dynamic: () => nullLiteral("dynamic"),
  int: () => ({ type: "int", kql: "int(2)", sql: "2::INTEGER" }),
  long: (choices) => longLiteral(choices.pick([0n, 1n, 2n, -1n, 7n, -(2n ** 63n), 2n ** 53n + 1n])),
  real: (choices) => realLiteral(choices.pick([0.5, 1, -2.25, 0, 100])),
  string: (choices) => stringLiteral(choices.pick(["a", "A", "", "b", "é", "a b", "😀", '"\\'])),
  timespan: (choices) =>
    timespanLiteral(choices.pick([HOUR, 1n, TICKS_PER_DAY, -HOUR, 7n * TICKS_PER_DAY])),
};

/** A parallel pair of terms written with one operator between them. */
const infix = (
  type: OracleType,
  operator: string,
  [a, b]: readonly [Term, Term],
  sql: string,
): Term => ({ type, kql: `(${a.kql} ${operator} ${b.kql})`, sql });

/** Sums and products of 64 bits wrap around. */
const wrapping =
  (operator: "+" | "-" | "*"): Rule =>
  (make) => {
    const [a, b] = [make.of("long"), make.of("long")];
    return infix(
      "long",
      operator,
      [a, b],
      `wrap64(${a.sql}::HUGEINT ${operator} ${b.sql}::HUGEINT)`,
    );
  };

/** Division cuts the fraction, the remainder is never negative; by zero both are null. */
const divided: Rule = (make) => {
  const [a, b] = [make.of("long"), make.of("long")];
  return infix("long", "/", [a, b], `divide64(${a.sql}, ${b.sql})`);
};
const remainder: Rule = (make) => {
  const [a, b] = [make.of("long"), make.of("long")];
  return infix("long", "%", [a, b], `modulo64(${a.sql}, ${b.sql})`);
};

const realOperation =
  (operator: "+" | "-" | "*" | "/"): Rule =>
  (make) => {
    const a = make.of("real");
    const b = operator === "/" ? make.of("real") : make.of(make.choices.pick(["real", "long"]));
    const sql = `(${a.sql} ${operator} ${b.sql}::DOUBLE)`;
    const isRounded =
      a.isRounded === true || b.isRounded === true || operator !== "+" || b.type === "long";
    return { ...infix("real", operator, [a, b], sql), isRounded };
  };

const textCall =
  (name: string, write: (sql: string) => string, type: OracleType = "string"): Rule =>
  (make) => {
    const part = make.of("string");
    return call(type, name, [part], write(part.sql));
  };

const joined: Rule = (make) => {
  const [a, b] = [make.of("string"), make.of("string")];
  return call("string", "strcat", [a, b], `(${a.sql} || ${b.sql})`);
};

const part: Rule = (make) => {
  const text = make.of("string");
  const [from, length] = [make.choices.next(4), make.choices.next(4)];
  return {
    type: "string",
    kql: `substring(${text.kql}, ${from}, ${length})`,
    sql: `substring(${text.sql}, ${from + 1}, ${length})`,
  };
};

const replaced: Rule = (make) => {
  const text = make.of("string");
  const [from, to] = [make.choices.pick(["a", "é", "ab"]), make.choices.pick(["", "x", "aa"])];
  return {
    type: "string",
    kql: `replace_string(${text.kql}, "${from}", "${to}")`,
    sql: `replace(${text.sql}, '${from}', '${to}')`,
  };
};

const longText: Rule = (make) => {
  const value = make.of("long");
  return call("string", "tostring", [value], `coalesce(${value.sql}::VARCHAR, '')`);
};
const boolText: Rule = (make) => {
  const value = make.of("bool");
  const sql = `case when ${value.sql} then 'True' when not ${value.sql} then 'False' else '' end`;
  return call("string", "tostring", [value], sql);
};

const binned: Rule = (make) => {
  const value = make.of("long");
  const size = make.choices.pick([2n, 10n, 3n]);
  return call("long", "bin", [value, longLiteral(size)], `floor64(${value.sql}, ${size}, 0)`);
};

/** A bool that is null takes the second way. */
const branch =
  (type: OracleType): Rule =>
  (make) => {
    const [test, a, b] = [make.of("bool"), make.of(type), make.of(type)];
    const sql = `case when ${test.sql} then ${a.sql} else ${b.sql} end`;
    const isRounded = a.isRounded === true || b.isRounded === true;
    return { ...call(type, "iff", [test, a, b], sql), isRounded };
  };
const cases =
  (type: OracleType): Rule =>
  (make) => {
    const parts = [make.of("bool"), make.of(type), make.of("bool"), make.of(type), make.of(type)];
    const [p, a, q, b, c] = parts.map((one) => one.sql);
    const sql = `case when ${p} then ${a} when ${q} then ${b} else ${c} end`;
    return { ...call(type, "case", parts, sql), isRounded: true };
  };
/** The first that is not null; of strings the first that is not empty. */
const coalesced =
  (type: OracleType): Rule =>
  (make) => {
    const [a, b] = [make.of(type), make.of(type)];
    const sql =
      type === "string"
        ? `coalesce(nullif(${a.sql}, ''), ${b.sql})`
        : `coalesce(${a.sql}, ${b.sql})`;
    return { ...call(type, "coalesce", [a, b], sql), isRounded: true };
  };

const CHOOSING = ["long", "real", "string", "datetime", "timespan", "bool"] as const;

const NUMBER_RULES: RuleTable = {
  long: [
    wrapping("+"),
    wrapping("-"),
    wrapping("*"),
    divided,
    remainder,
    binned,
    textCall("strlen", (sql) => `length(${sql})`, "long"),
    (make) => {
      const value = make.of("real");
      return call("long", "tolong", [value], `to_long(${value.sql})`);
    },
    (make) => {
      const value = make.of("int");
      return call("long", "tolong", [value], `${value.sql}::BIGINT`);
    },
  ],
  real: [
    realOperation("+"),
    realOperation("-"),
    realOperation("*"),
    realOperation("/"),
    (make) => {
      const value = make.of("long");
      return { ...call("real", "toreal", [value], `${value.sql}::DOUBLE`), isRounded: true };
    },
  ],
  string: [
    joined,
    part,
    replaced,
    longText,
    boolText,
    textCall("tolower", (sql) => `lower(${sql})`),
    textCall("toupper", (sql) => `replace(upper(${sql}), 'ẞ', 'ß')`),
  ],
};

const rulesOf = (type: OracleType): Rule[] => [
  ...(NUMBER_RULES[type] ?? []),
  ...(TIME_RULES[type] ?? []),
  ...(BOOL_RULES[type] ?? []),
  ...(CHOOSING.some((one) => one === type) ? [branch(type), cases(type), coalesced(type)] : []),
];

const RULES = new Map<OracleType, Rule[]>();

/** Makes expressions over the columns of a table. */
export class ScalarMaker implements Maker {
  readonly choices: Choices;
  readonly columns: readonly Column[];
  #depth = 0;

  constructor(choices: Choices, columns: readonly Column[]) {
    this.choices = choices;
    this.columns = columns;
  }

  /** A column of the type, or undefined. */
  column(type: OracleType): Term | undefined {
    const [first, ...rest] = this.columns.filter((one) => one.type === type);
    return first === undefined ? undefined : columnTerm(this.choices.pick([first, ...rest]));
  }

  literal(type: OracleType): Term {
    return this.choices.chance(8) ? nullLiteral(type) : LITERALS[type](this.choices);
  }

  leaf(type: OracleType): Term {
    const column = this.choices.chance(4) ? undefined : this.column(type);
    return column ?? this.literal(type);
  }

  /** An expression of the type, at most three deep. */
  of(type: OracleType): Term {
    const known = RULES.get(type) ?? rulesOf(type);
    RULES.set(type, known);
    const [first, ...rest] = known;
    if (first === undefined || this.#depth >= 3 || this.choices.next(4) === 0)
      return this.leaf(type);
    this.#depth += 1;
    const made = this.choices.pick([first, ...rest])(this);
    this.#depth -= 1;
    return made;
  }
}
