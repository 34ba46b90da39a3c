/** `mv-expand`: a row becomes a row for each item of an array or property of a bag. */
import { expand, expandedColumns, expandedFrame, rowLimit } from "./expansion.ts";
import { type CompileOperator, type OperatorTable, boundColumns, parameterOf } from "./table.ts";

const mvExpand: CompileOperator = (node, input, output, context) => {
  const columns = boundColumns(output);
  const parts = expandedColumns(node, input, columns, context);
  const limit = rowLimit(node, context);
  const asPairs = (parameterOf(node, "kind") ?? parameterOf(node, "bagexpansion")) === "array";
  const indexName = node
    .list("Parameters")
    .find((one) => one.name.toLowerCase() === "with_itemindex")
    ?.get("Expression").text;
  return {
    columns,
    takesBounds: false,
    evaluate: (run) => {
      const frame = input.evaluate(run, {});
      run.charge(frame.rowCount);
      const made = expand(parts, frame, run, { limit: limit(run), asPairs });
      if (indexName === undefined) return expandedFrame(parts, columns, input, frame, made);
      return expandedFrame([...parts, { name: indexName }], columns, input, frame, {
        rows: made.rows,
        values: [...made.values, placesIn(made.rows)],
      });
    },
  };
};

/** Of each item its place among those of its row, from 0; the items of a row stand together. */
function placesIn(rows: readonly number[]): number[] {
  let first = 0;
  return rows.map((row, i) => {
    if (row !== rows[first]) first = i;
    return i - first;
  });
}

export const expandOperators: OperatorTable = { MvExpandOperator: mvExpand };
