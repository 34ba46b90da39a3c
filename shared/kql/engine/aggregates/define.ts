/** How aggregate functions are written down. */
import type { KqlType } from "../../../schemas/kql.ts";
import type { RowFunction } from "../context.ts";
import type { KqlValue } from "../values.ts";

/** Collects the rows of one group. */
export interface Accumulator {
  add(row: number): void;
  value(): KqlValue;
}

/** The arguments of one call, bound to the rows of a run. */
export interface AggregateCall {
  readonly arguments: readonly RowFunction[];
  readonly types: readonly KqlType[];
  readonly result: KqlType;
  /** The value of a constant argument; undefined when it is absent. */
  constant(index: number): KqlValue | undefined;
}

/** Prepares a call once per run; what it returns makes one accumulator per group. */
export type Aggregate = (call: AggregateCall) => () => Accumulator;
export type AggregateTable = Readonly<Record<string, Aggregate>>;

const NOTHING: RowFunction = () => null;

export const argumentOf = (call: AggregateCall, index: number): RowFunction =>
  call.arguments[index] ?? NOTHING;

/** An aggregate that folds the values of its first argument that are not null. */
export function folding(
  start: () => KqlValue,
  step: (state: KqlValue, value: KqlValue) => KqlValue,
): Aggregate {
  return (call) => {
    const at = argumentOf(call, 0);
    return () => {
      let state = start();
      return {
        add: (row) => {
          const value = at(row);
          if (value !== null) state = step(state, value);
        },
        value: () => state,
      };
    };
  };
}

/** An aggregate over all numbers of a group. */
export function overNumbers(
  compute: (numbers: number[], call: AggregateCall) => KqlValue,
): Aggregate {
  return (call) => {
    const at = argumentOf(call, 0);
    return () => {
      const numbers: number[] = [];
      return {
        add: (row) => {
          const value = at(row);
          if (typeof value === "number" || typeof value === "bigint") numbers.push(Number(value));
        },
        value: () => compute(numbers, call),
      };
    };
  };
}

/** The `if` form of an aggregate: a condition at the given place decides which rows count. */
export function conditional(aggregate: Aggregate, at: number): Aggregate {
  return (call) => {
    const condition = argumentOf(call, at);
    const make = aggregate({
      ...call,
      arguments: call.arguments.filter((_, index) => index !== at),
      types: call.types.filter((_, index) => index !== at),
      constant: (index) => call.constant(index >= at ? index + 1 : index),
    });
    return () => {
      const inner = make();
      return {
        add: (row) => {
          if (condition(row) === true) inner.add(row);
        },
        value: () => inner.value(),
      };
    };
  };
}
