/** `where`. */
import { boundsOf, narrow } from "./bounds.ts";
import { type CompileOperator, type OperatorTable, rowContext } from "./table.ts";

const where: CompileOperator = (node, input, _output, context) => {
  const rows = rowContext(context, input);
  const condition = node.get("Condition");
  const test = context.compiler.scalar(condition, rows);
  const implied = input.takesBounds ? boundsOf(condition, rows) : undefined;
  return {
    columns: input.columns,
    takesBounds: input.takesBounds,
    evaluate: (run, bounds) => {
      const frame = input.evaluate(run, implied === undefined ? {} : narrow(bounds, implied(run)));
      run.charge(frame.rowCount);
      const holds = test.bind(frame, run);
      const kept: number[] = [];
      for (let row = 0; row < frame.rowCount; row += 1) {
        if ((row & 1023) === 1023) run.checkTime();
        if (holds(row) === true) kept.push(row);
      }
      return kept.length === frame.rowCount ? frame : frame.select(kept);
    },
  };
};

export const filterOperators: OperatorTable = { FilterOperator: where };
