/** How scalar functions are written down: as tables of small typed functions. */
import type { KqlType } from "../../../schemas/kql.ts";
import { dynamicAware } from "../compare.ts";
import { absentOf, converter, toText } from "../convert.ts";
import type { Dynamic, Int64, KqlValue } from "../values.ts";
import { isInt64 } from "../convert.ts";

/** One call, as a function sees it while the query is compiled. */
export interface CallSite {
  readonly types: readonly KqlType[];
  readonly result: KqlType;
  /** Values of the arguments that are written as literals; undefined for the others. */
  readonly literals: readonly (KqlValue | undefined)[];
  /** Refuses the call at its place in the query. */
  refuse(message: string): never;
}

export type Implementation = (...values: readonly KqlValue[]) => KqlValue;

/** Prepares a call once; what it returns runs for every row. */
export type ScalarFunction = (call: CallSite) => Implementation;
export type FunctionTable = Readonly<Record<string, ScalarFunction>>;

const textReader = (type: KqlType | undefined): ((value: KqlValue) => string) =>
  type === undefined || type === "string"
    ? (value) => (typeof value === "string" ? value : "")
    : (value) => toText(value, type);

/** A function of texts; a missing optional argument is undefined. */
export const onTexts =
  (apply: (first: string, ...rest: string[]) => KqlValue): ScalarFunction =>
  (call) => {
    const readers = call.types.map(textReader);
    const [first = textReader(undefined), second] = readers;
    if (readers.length === 1) return (value = "") => apply(first(value));
    if (readers.length === 2 && second !== undefined)
      return (a = "", b = "") => apply(first(a), second(b));
    return (...values) => {
      const texts = values.map((value, index) => readers[index]?.(value) ?? "");
      return apply(texts[0] ?? "", ...texts.slice(1));
    };
  };

/** A function of numbers that is null when any of them is. */
export const onReals =
  (apply: (...numbers: number[]) => number | boolean | null): ScalarFunction =>
  (call) => {
    const readers = call.types.map((type) => realReader(type));
    return (...values) => {
      const numbers: number[] = [];
      for (let i = 0; i < values.length; i += 1) {
        const number = readers[i]?.(values[i] ?? null);
        if (typeof number !== "number") return null;
        numbers.push(number);
      }
      return apply(...numbers);
    };
  };

const realReader = (type: KqlType): ((value: KqlValue) => KqlValue) => {
  if (type === "real" || type === "int" || type === "decimal") return (value) => value;
  return dynamicAware(type, "real");
};

/** A function of integers, ticks included, that is null when any of them is. */
export const onIntegers =
  (apply: (...numbers: Int64[]) => Int64 | boolean | string | null): ScalarFunction =>
  (call) => {
    const readers = call.types.map((type) =>
      type === "datetime" || type === "timespan"
        ? (value: KqlValue) => value
        : dynamicAware(type, "long"),
    );
    return (...values) => {
      const numbers: Int64[] = [];
      for (let i = 0; i < values.length; i += 1) {
        const number = readers[i]?.(values[i] ?? null) ?? null;
        if (!isInt64(number)) return null;
        numbers.push(number);
      }
      return apply(...numbers);
    };
  };

/** A function of dynamics: arguments of other types are put into one. */
export const onDynamics =
  (apply: (...values: Dynamic[]) => KqlValue): ScalarFunction =>
  (call) => {
    const readers = call.types.map((type) =>
      type === "dynamic" || type === "string"
        ? (value: KqlValue) => value
        : converter(type, "dynamic"),
    );
    return (...values) => apply(...values.map((value, index) => readers[index]?.(value) ?? null));
  };

/** A conversion to a type, by the type of the one argument. */
export const conversion =
  (to: KqlType): ScalarFunction =>
  (call) => {
    const convert = converter(call.types[0] ?? "string", to);
    const absent = absentOf(to);
    return (value = null) => convert(value) ?? absent;
  };
