/** Ways to build scalars. */
import type { KqlType } from "../../schemas/kql.ts";
import type { RowFunction, Scalar } from "./context.ts";
import { Frame } from "./frame.ts";
import { OncePerRun, type Run } from "./run.ts";
import type { KqlValue } from "./values.ts";

const NO_ROWS = Frame.of(0, []);

/** Always the same value. */
export function literal(type: KqlType, value: KqlValue): Scalar {
  return { type, isConstant: true, bind: () => () => value };
}

/** A value that is computed once per run. */
export function perRun(type: KqlType, compute: (run: Run) => KqlValue): Scalar {
  const once = new OncePerRun<KqlValue>();
  return {
    type,
    isConstant: true,
    bind: (_frame, run) => {
      const value = once.get(run, () => compute(run));
      return () => value;
    },
  };
}

/** The value of a column. */
export function columnScalar(type: KqlType, index: number): Scalar {
  return {
    type,
    isConstant: false,
    bind: (frame) => {
      const values = frame.column(index);
      return (row) => values[row] ?? null;
    },
  };
}

/** The value of a constant scalar in a run. */
export const constantValue = (scalar: Scalar, run: Run): KqlValue => scalar.bind(NO_ROWS, run)(0);

/** Combines scalars. When all of them are constant, so is the result, and it is computed once per run. */
export function combine(
  type: KqlType,
  parts: readonly Scalar[],
  make: (parts: readonly RowFunction[]) => RowFunction,
): Scalar {
  const bind = (frame: Frame, run: Run): RowFunction =>
    make(parts.map((part) => part.bind(frame, run)));
  if (parts.every((part) => part.isConstant)) return perRun(type, (run) => bind(NO_ROWS, run)(0));
  return { type, isConstant: false, bind };
}

/** A scalar that has a value already. */
export const constantScalar = (type: KqlType, value: KqlValue): Scalar => ({
  type,
  isConstant: true,
  bind: () => () => value,
});

/** Applies a function to one scalar. */
export const mapScalar = (
  type: KqlType,
  part: Scalar,
  apply: (value: KqlValue) => KqlValue,
): Scalar =>
  combine(type, [part], ([value]) =>
    value === undefined ? () => null : (row) => apply(value(row)),
  );

/** Applies a function to two scalars. */
export const mapTwo = (
  type: KqlType,
  left: Scalar,
  right: Scalar,
  apply: (left: KqlValue, right: KqlValue) => KqlValue,
): Scalar =>
  combine(type, [left, right], ([a, b]) =>
    a === undefined || b === undefined ? () => null : (row) => apply(a(row), b(row)),
  );

/** All values of a scalar over a frame. */
export function valuesOf(scalar: Scalar, frame: Frame, run: Run): KqlValue[] {
  const at = scalar.bind(frame, run);
  const values = Array<KqlValue>(frame.rowCount);
  for (let row = 0; row < frame.rowCount; row += 1) values[row] = at(row);
  return values;
}
