/** Rules for times. Past the years 1 to 9999 a datetime is null. */
import { type Rule, type RuleTable, call } from "./rule.ts";
import { type Term, TICKS_MAX, TICKS_PER_DAY, datetimeLiteral, timespanLiteral } from "./terms.ts";

const DECADE = 3_652n * TICKS_PER_DAY;

const inYears = (sql: string): string =>
  `(case when (${sql}) between 0 and ${TICKS_MAX} then (${sql}) end)`;

const moved =
  (operator: "+" | "-"): Rule =>
  (make) => {
    const [at, by] = [make.of("datetime"), make.leaf("timespan")];
    const sql = `wrap64(${at.sql}::HUGEINT ${operator} ${by.sql}::HUGEINT)`;
    return { type: "datetime", kql: `(${at.kql} ${operator} ${by.kql})`, sql: inYears(sql) };
  };

const difference: Rule = (make) => {
  const [later, earlier] = [make.of("datetime"), make.of("datetime")];
  return {
    type: "timespan",
    kql: `(${later.kql} - ${earlier.kql})`,
    sql: `(${later.sql} - ${earlier.sql})`,
  };
};

const sum: Rule = (make) => {
  const [a, b] = [make.of("timespan"), make.of("timespan")];
  const operator = make.choices.pick(["+", "-"]);
  return {
    type: "timespan",
    kql: `(${a.kql} ${operator} ${b.kql})`,
    sql: `wrap64(${a.sql}::HUGEINT ${operator} ${b.sql}::HUGEINT)`,
  };
};

const multiplied: Rule = (make) => {
  const [value, by] = [make.leaf("timespan"), make.choices.pick([2n, 3n, -1n])];
  return {
    type: "timespan",
    kql: `(${value.kql} * ${by})`,
    sql: `wrap64(${value.sql}::HUGEINT * ${by})`,
  };
};

const ratio: Rule = (make) => {
  const value = make.of("timespan");
  const unit = make.choices.pick([TICKS_PER_DAY, 36_000_000_000n]);
  const of: Term = timespanLiteral(unit);
  return {
    type: "real",
    isRounded: true,
    kql: `(${value.kql} / ${of.kql})`,
    sql: `(${value.sql}::DOUBLE / ${unit}::DOUBLE)`,
  };
};

/** Bins count from the first day of the year 1, a Monday. */
const binned: Rule = (make) => {
  const value = make.of("datetime");
  const size = make.choices.pick([TICKS_PER_DAY, 36_000_000_000n, 7n * TICKS_PER_DAY]);
  return call(
    "datetime",
    "bin",
    [value, timespanLiteral(size)],
    `floor64(${value.sql}, ${size}, 0)`,
  );
};
const binnedSpan: Rule = (make) => {
  const value = make.of("timespan");
  const size = make.choices.pick([TICKS_PER_DAY, 36_000_000_000n]);
  return call(
    "timespan",
    "bin",
    [value, timespanLiteral(size)],
    `floor64(${value.sql}, ${size}, 0)`,
  );
};

const startOf =
  (period: "day" | "month" | "year"): Rule =>
  (make) => {
    const value = make.of("datetime");
    const sql = `from_timestamp(date_trunc('${period}', to_time(${value.sql})))`;
    return call("datetime", `startof${period}`, [value], sql);
  };

/** Weeks begin on Sunday. */
const startOfWeek: Rule = (make) => {
  const value = make.of("datetime");
  const sql = `floor64(${value.sql}, ${7n * TICKS_PER_DAY}, ${-TICKS_PER_DAY})`;
  return call("datetime", "startofweek", [value], inYears(sql));
};

const part =
  (name: string, unit: string): Rule =>
  (make) => {
    const value = make.of("datetime");
    return call("int", name, [value], `date_part('${unit}', to_time(${value.sql}))::INTEGER`);
  };

const daysBetween: Rule = (make) => {
  const [later, earlier] = [make.of("datetime"), make.of("datetime")];
  const unit = make.choices.pick(["day", "hour"]);
  const size = unit === "day" ? TICKS_PER_DAY : 36_000_000_000n;
  return {
    type: "long",
    kql: `datetime_diff("${unit}", ${later.kql}, ${earlier.kql})`,
    sql: `(${later.sql} // ${size} - ${earlier.sql} // ${size})`,
  };
};
const monthsOf = ({ sql }: Term): string =>
  `(date_part('year', to_time(${sql})) * 12 + date_part('month', to_time(${sql})))`;

const monthsBetween: Rule = (make) => {
  const [later, earlier] = [make.of("datetime"), make.of("datetime")];
  return {
    type: "long",
    kql: `datetime_diff("month", ${later.kql}, ${earlier.kql})`,
    sql: `(${monthsOf(later)} - ${monthsOf(earlier)})`,
  };
};

/** The last day of a shorter month stands for a day that it does not have. Not at the ends of the years. */
const monthsAdded: Rule = (make) => {
  const value = make.leaf("datetime");
  const months = make.choices.pick([1, 2, -1]);
  const [low, high] = [datetimeLiteral(DECADE), datetimeLiteral(TICKS_MAX - DECADE)];
  const sql = `from_timestamp(to_time(${value.sql}) + interval '${months} months') + ${value.sql} % 10`;
  const inside = `${value.kql} between (${low.kql} .. ${high.kql})`;
  return {
    type: "datetime",
    kql: `datetime_add("month", ${months}, iff(${inside}, ${value.kql}, datetime(null)))`,
    sql: `(case when ${value.sql} between ${low.sql} and ${high.sql} then ${sql} end)`,
  };
};

export const TIME_RULES: RuleTable = {
  datetime: [
    moved("+"),
    moved("-"),
    binned,
    startOf("day"),
    startOf("month"),
    startOf("year"),
    startOfWeek,
    monthsAdded,
  ],
  timespan: [difference, sum, multiplied, binnedSpan],
  real: [ratio],
  int: [
    part("getyear", "year"),
    part("monthofyear", "month"),
    part("dayofmonth", "day"),
    part("hourofday", "hour"),
    part("dayofyear", "doy"),
    part("week_of_year", "week"),
  ],
  long: [daysBetween, monthsBetween],
};
