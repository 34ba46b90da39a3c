/** Puts values in front of a query as typed constants: the only way in which a value reaches KQL. */
import type { Json } from "../schemas/json.ts";

export type KqlConstant =
  | { readonly type: "datetime"; readonly value: Date }
  | { readonly type: "string"; readonly value: string }
  | { readonly type: "long"; readonly value: number | bigint }
  | { readonly type: "real"; readonly value: number }
  | { readonly type: "bool"; readonly value: boolean }
  /** In milliseconds. */
  | { readonly type: "timespan"; readonly value: number }
  | { readonly type: "dynamic"; readonly value: Json };

export const kqlDatetime = (value: Date): KqlConstant => ({ type: "datetime", value });
export const kqlString = (value: string): KqlConstant => ({ type: "string", value });
export const kqlLong = (value: number | bigint): KqlConstant => ({ type: "long", value });
export const kqlReal = (value: number): KqlConstant => ({ type: "real", value });
export const kqlBool = (value: boolean): KqlConstant => ({ type: "bool", value });
/** A length of time in milliseconds. */
export const kqlTimespan = (value: number): KqlConstant => ({ type: "timespan", value });
export const kqlDynamic = (value: Json): KqlConstant => ({ type: "dynamic", value });

const NAME = /^[A-Za-z_]\w*$/;
/** Everything but plain printable ASCII, and what has a meaning inside of a literal, is written as an escape. */
const UNSAFE = /[^ !#-&(-[\]-~]/g;

/**
 * Writes `let` statements, one a line, each ended by a semicolon, to be put in front of a query's text.
 * @throws RangeError when a name is not a plain identifier or a number is not finite; TypeError for an invalid date.
 */
export function kqlConstants(values: Readonly<Record<string, KqlConstant>>): string {
  return Object.entries(values)
    .map(([name, constant]) => {
      if (!NAME.test(name)) throw new RangeError(`"${name.slice(0, 40)}" cannot name a constant.`);
      return `let ${name} = ${literalOf(constant)};\n`;
    })
    .join("");
}

function literalOf(constant: KqlConstant): string {
  switch (constant.type) {
    case "datetime":
      return `datetime(${dateText(constant.value)})`;
    case "string":
      return stringLiteral(constant.value);
    case "long":
      return `long(${BigInt(constant.value)})`;
    case "real":
      return `real(${finite(constant.value)})`;
    case "bool":
      return constant.value ? "true" : "false";
    case "timespan":
      return timespanLiteral(constant.value);
    case "dynamic":
      return `dynamic(${jsonLiteral(constant.value)})`;
    default:
      return unknownType(constant);
  }
}

/** Types hold at compile time only; at run time a tag from elsewhere must not become text. */
function unknownType(constant: never): never {
  throw new RangeError(`There is no such constant: ${JSON.stringify(constant)}`);
}

function dateText(value: Date): string {
  if (Number.isNaN(value.getTime())) throw new TypeError("A datetime constant needs a valid date.");
  return value.toISOString();
}

function finite(value: number): number {
  if (!Number.isFinite(value)) throw new RangeError("A number constant has to be finite.");
  return value;
}

function timespanLiteral(milliseconds: number): string {
  return `timespan(${BigInt(Math.round(finite(milliseconds) * 10_000))}tick)`;
}

/** A string literal that nothing inside can end: quotes, backslashes and all that is not plain ASCII are escaped. */
function stringLiteral(value: string): string {
  const body = value.replace(UNSAFE, (character) => {
    const code = character.charCodeAt(0).toString(16).padStart(4, "0");
    return `\\u${code}`;
  });
  return `"${body}"`;
}

function jsonLiteral(value: Json): string {
  if (typeof value === "string") return stringLiteral(value);
  if (typeof value === "number") return String(finite(value));
  if (value === null || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return `[${value.map(jsonLiteral).join(",")}]`;
  const pairs = Object.entries(value).map(
    ([key, item]) => `${stringLiteral(key)}:${jsonLiteral(item)}`,
  );
  return `{${pairs.join(",")}}`;
}
