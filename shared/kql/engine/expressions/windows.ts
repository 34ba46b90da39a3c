/** Functions over the rows around the current one. */
import type { Frame } from "../frame.ts";
import type { Context, RowFunction, Scalar } from "../context.ts";
import { absentOf, isInt64 } from "../convert.ts";
import { sameValue } from "../compare.ts";
import { add, subtract } from "../int64.ts";
import type { Run } from "../run.ts";
import { constantValue, literal } from "../scalar.ts";
import type { SyntaxNode } from "../../syntax.ts";
import type { KqlValue } from "../values.ts";
import type { CompileScalar, ScalarTable } from "./table.ts";

const parts = (node: SyntaxNode, context: Context): Scalar[] =>
  node
    .get("ArgumentList")
    .list("Expressions")
    .map((argument) => context.compiler.scalar(argument, context));

/** The value of another row, a fixed distance away. */
const neighbour =
  (direction: 1 | -1): CompileScalar =>
  (node, context) => {
    const [value = literal("dynamic", null), distance, fallback] = parts(node, context);
    const bind = (frame: Frame, run: Run): RowFunction => {
      const at = value.bind(frame, run);
      const step = distance === undefined ? 1 : Number(constantValue(distance, run));
      const outside = fallback === undefined ? absentOf(value.type) : constantValue(fallback, run);
      return (row) => {
        const other = row + direction * step;
        return other >= 0 && other < frame.rowCount ? at(other) : outside;
      };
    };
    return { type: value.type, isConstant: false, bind };
  };

type Step = (previous: KqlValue, row: number, isFirst: boolean) => KqlValue;

/** A value that each row computes from the row before it. */
function running(
  type: Scalar["type"],
  make: (frame: Frame, run: Run) => { step: Step; restarts: RowFunction },
): Scalar {
  return {
    type,
    isConstant: false,
    bind: (frame, run) => {
      const { step, restarts } = make(frame, run);
      const values = Array<KqlValue>(frame.rowCount);
      let previous: KqlValue = null;
      for (let row = 0; row < frame.rowCount; row += 1) {
        previous = step(previous, row, row === 0 || restarts(row) === true);
        values[row] = previous;
      }
      return (row) => values[row] ?? null;
    },
  };
}

const never: RowFunction = () => false;

const rowNumber: CompileScalar = (node, context) => {
  const [first, restart] = parts(node, context);
  return running("long", (frame, run) => {
    const start = first === undefined ? 1 : constantValue(first, run);
    return {
      restarts: restart?.bind(frame, run) ?? never,
      step: (previous, _row, isFirst) => (isFirst || !isInt64(previous) ? start : add(previous, 1)),
    };
  });
};

const rowCumsum: CompileScalar = (node, context) => {
  const [value = literal("long", 0), restart] = parts(node, context);
  return running(node.type ?? value.type, (frame, run) => {
    const at = value.bind(frame, run);
    return {
      restarts: restart?.bind(frame, run) ?? never,
      step: (previous, row, isFirst) => {
        const term = at(row);
        const base = isFirst || !isInt64(previous) ? 0 : previous;
        if (!isInt64(term)) return base;
        return value.type === "real" ? Number(base) + Number(term) : add(base, term);
      },
    };
  });
};

/** The rank within a run of rows: dense ranks count values, the other kind counts rows. */
const rowRank =
  (isDense: boolean): CompileScalar =>
  (node, context) => {
    const [value = literal("long", 0), restart] = parts(node, context);
    return running("long", (frame, run) => {
      const at = value.bind(frame, run);
      let firstRow = 0;
      return {
        restarts: restart?.bind(frame, run) ?? never,
        step: (previous, row, isFirst) => {
          if (isFirst) firstRow = row;
          if (isFirst || !isInt64(previous)) return 1;
          if (sameValue(at(row), at(row - 1))) return previous;
          return isDense ? add(previous, 1) : row - firstRow + 1;
        },
      };
    });
  };

const isFar = (value: KqlValue, from: KqlValue, limit: KqlValue | undefined): boolean =>
  isInt64(value) &&
  isInt64(from) &&
  isInt64(limit ?? null) &&
  subtract(value, from) > Number(limit);

/** The start of the session that a row belongs to: rows near enough to the first one and to the one before. */
const windowSession: CompileScalar = (node, context) => {
  const [time = literal("datetime", null), whole, gap, restart] = parts(node, context);
  return running(node.type ?? time.type, (frame, run) => {
    const at = time.bind(frame, run);
    const [longest, widest] = [whole, gap].map((part) =>
      part === undefined ? null : constantValue(part, run),
    );
    return {
      restarts: restart?.bind(frame, run) ?? never,
      step: (start, row, isFirst) => {
        const value = at(row);
        if (isFirst || isFar(value, start, longest) || isFar(value, at(row - 1), widest))
          return value;
        return start;
      },
    };
  });
};

export const windowFunctions: ScalarTable = {
  prev: neighbour(-1),
  next: neighbour(1),
  row_number: rowNumber,
  row_cumsum: rowCumsum,
  row_rank_dense: rowRank(true),
  row_rank_min: rowRank(false),
  row_rank: rowRank(true),
  row_window_session: windowSession,
};
