/** `getschema`: the columns of its input as rows. */
import type { KqlType } from "../../../schemas/kql.ts";
import { Frame } from "../frame.ts";
import { type CompileOperator, type OperatorTable, boundColumns } from "./table.ts";

const RUNTIME_TYPES: Readonly<Record<KqlType, string>> = {
  bool: "System.SByte",
  datetime: "System.DateTime",
  decimal: "System.Data.SqlTypes.SqlDecimal",
  dynamic: "System.Object",
  guid: "System.Guid",
  int: "System.Int32",
  long: "System.Int64",
  real: "System.Double",
  string: "System.String",
  timespan: "System.TimeSpan",
};

const getSchema: CompileOperator = (_node, input, output) => {
  const { columns } = input;
  return {
    columns: boundColumns(output),
    takesBounds: false,
    evaluate: () =>
      Frame.of(columns.length, [
        columns.map(({ name }) => name),
        columns.map((_, index) => index),
        columns.map(({ type }) => RUNTIME_TYPES[type]),
        columns.map(({ type }) => type),
      ]),
  };
};

export const schemaOperators: OperatorTable = { GetSchemaOperator: getSchema };
