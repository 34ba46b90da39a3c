/** Reads recorded answers of the real engine, and writes ours in the same display form. */
import type { KqlColumn, KqlType } from "../../shared/schemas/kql.ts";
import { formatDatetime, formatTimespan } from "../../shared/kql/engine/time.ts";
import type { QueryRun } from "../../shared/kql/engine/query.ts";
import { type KqlValue } from "../../shared/kql/engine/values.ts";
import { isInt64 } from "../../shared/kql/engine/convert.ts";
import { realText, stringifyJson } from "../../shared/kql/engine/json.ts";

export interface RecordedAnswer {
  readonly Id: string;
  readonly Kql: string;
  /** `name:Type|…`; Int stands for int and long. */
  readonly KCols: string;
  readonly KRows: number;
  /** Up to eight rows as display text, `(a, b) || (c, d)`. */
  readonly KSample: string;
}

const TYPE_NAMES: Readonly<Record<KqlType, string>> = {
  bool: "Bool",
  datetime: "DateTime",
  // The recorder wrote decimals as reals.
  decimal: "Real",
  dynamic: "Dynamic",
  guid: "Guid",
  int: "Int",
  long: "Int",
  real: "Real",
  string: "String",
  timespan: "TimeSpan",
};

export const columnsText = (columns: readonly KqlColumn[]): string =>
  columns.map(({ name, type }) => `${name}:${TYPE_NAMES[type]}`).join("|");

export function cellText(value: KqlValue, type: KqlType): string {
  if (value === null) return "null";
  if (Object.is(value, -0)) return "-0";
  if (type === "dynamic" || typeof value === "object") return stringifyJson(value);
  if (typeof value === "string") return `'${value}'`;
  if (typeof value === "boolean") return value ? "True" : "False";
  if (type === "datetime") return formatDatetime(value);
  if (type === "timespan") return formatTimespan(value);
  return isInt64(value) && (type === "real" || type === "decimal")
    ? realText(Number(value))
    : String(value);
}

export const rowTexts = ({ columns, rows }: QueryRun): string[] =>
  rows.map(
    (row) =>
      `(${row.map((value, i) => cellText(value, columns[i]?.type ?? "dynamic")).join(", ")})`,
  );

/** Layout of JSON and the zeros of a real do not matter; neither does the order of properties shown. */
export const normalized = (text: string): string =>
  text
    .replace(/\s+/g, "")
    .replaceAll('"', "")
    .replaceAll("'", "")
    .replace(/(\d)\.0+(?=[,)\]}]|$)/g, "$1");

/** Every recorded row is one of ours, each used once. */
export function sameRows(recorded: string, run: QueryRun): boolean {
  const ours = rowTexts(run).map(normalized);
  const wanted = recorded === "" ? [] : recorded.split(" || ").map(normalized);
  return wanted.every((row) => {
    const at = ours.indexOf(row);
    if (at < 0) return false;
    ours.splice(at, 1);
    return true;
  });
}
