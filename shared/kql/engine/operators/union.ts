/** `union`: columns of the same name meet; of different types, each keeps its own column. */
import type { KqlColumn } from "../../../schemas/kql.ts";
import type { SyntaxNode } from "../../syntax.ts";
import { type Context, type Tabular, refuse } from "../context.ts";
import { absentOf, converter } from "../convert.ts";
import { type Column, Frame } from "../frame.ts";
import { KqlRefusal } from "../refusal.ts";
import { workspaceTable } from "./sources.ts";
import {
  type CompileOperator,
  type OperatorTable,
  type SourceTable,
  boundColumns,
  parameterOf,
} from "./table.ts";

export interface Leg {
  readonly tabular: Tabular;
  /** What `withsource` writes: the table's name, or the leg's number. */
  readonly label: string;
}

/** A leg that does not exist is left out when the union is fuzzy. */
function compileLeg(
  node: SyntaxNode,
  index: number,
  isFuzzy: boolean,
  context: Context,
): Leg | undefined {
  try {
    const isTable = node.kind === "NameReference" && node.symbol?.kind === "table";
    return {
      tabular: context.compiler.tabular(node, context),
      label: isTable ? node.name : `union_arg${index}`,
    };
  } catch (error) {
    if (isFuzzy && error instanceof KqlRefusal && error.code === "unknown-name") return undefined;
    throw error;
  }
}

/** The position of an output column in a leg: by name, or `name_type` where legs disagree about the type. */
function positionIn(column: KqlColumn, leg: Tabular): number {
  const exact = leg.columns.findIndex(
    (one) => one.name === column.name && one.type === column.type,
  );
  if (exact >= 0) return exact;
  const suffixed = leg.columns.findIndex((one) => `${one.name}_${one.type}` === column.name);
  if (suffixed >= 0) return suffixed;
  return leg.columns.findIndex((one) => one.name === column.name);
}

function concatenate(frames: readonly Frame[], legs: readonly Leg[], column: KqlColumn): Column {
  return frames.flatMap((frame, index) => {
    const leg = legs[index]?.tabular;
    const at = leg === undefined ? -1 : positionIn(column, leg);
    const type = leg?.columns[at]?.type;
    if (type === undefined) return Array(frame.rowCount).fill(absentOf(column.type));
    const values = frame.column(at);
    return type === column.type ? values : values.map(converter(type, column.type));
  });
}

const isPattern = (node: SyntaxNode): boolean =>
  node.kind.includes("Wildcard") || (node.text.includes("*") && node.kind === "NameReference");

/** The tables that a pattern such as `Device*` names. */
function matchingTables(node: SyntaxNode, context: Context): Leg[] {
  const pattern = node.text.replace(/^\[["']|["']\]$/g, "");
  const parts = pattern.split("*");
  const fits = (name: string): boolean => {
    let at = 0;
    return parts.every((part, index) => {
      const isLast = index === parts.length - 1;
      const found = isLast ? name.length - part.length : name.indexOf(part, at);
      const isMatch = found >= at && name.startsWith(part, found) && (index > 0 || found === 0);
      at = found + part.length;
      return isMatch;
    });
  };
  return Object.keys(context.schema)
    .filter(fits)
    .toSorted()
    .flatMap((name) => {
      const tabular = workspaceTable(name, context);
      return tabular === undefined ? [] : [{ tabular, label: name }];
    });
}

/** What a list of tables, patterns and tabular expressions reads. */
export function compileLegs(
  expressions: readonly SyntaxNode[],
  context: Context,
  options: { readonly isFuzzy: boolean; readonly first: number },
): Leg[] {
  return expressions.flatMap((one, index) =>
    isPattern(one)
      ? matchingTables(one, context)
      : (compileLeg(one, index + options.first, options.isFuzzy, context) ?? []),
  );
}

/** The rows of all legs in the given columns; `source` names the column that says where a row is from. */
export function concatenated(
  legs: readonly Leg[],
  columns: readonly KqlColumn[],
  source: string | undefined,
): Tabular {
  return {
    columns,
    takesBounds: legs.every((leg) => leg.tabular.takesBounds),
    evaluate: (run, bounds) => {
      const frames = legs.map((leg) => leg.tabular.evaluate(run, bounds));
      const rowCount = frames.reduce((sum, frame) => sum + frame.rowCount, 0);
      run.charge(rowCount);
      return Frame.lazy(rowCount, columns.length, (index) => {
        const column = columns[index];
        if (column === undefined) return [];
        if (column.name === source)
          return frames.flatMap((frame, at) =>
            Array<string>(frame.rowCount).fill(legs[at]?.label ?? ""),
          );
        return concatenate(frames, legs, column);
      });
    },
  };
}

/** Tables by a pattern, or without a common column: what innerUnions.ts cannot write out. */
function refuseUncommon(node: SyntaxNode, legs: readonly Leg[]): void {
  const isWrittenOut =
    !node.list("Expressions").some(isPattern) &&
    legs[0]?.tabular.columns.some(({ name, type }) =>
      legs.every(({ tabular }) =>
        tabular.columns.some((one) => one.name === name && one.type === type),
      ),
    ) === true;
  if (isWrittenOut) return;
  const names = legs.map(({ tabular }) => new Set(tabular.columns.map(({ name }) => name)));
  for (const name of names.flatMap((one) => [...one]))
    if (names.some((one) => !one.has(name)))
      refuse(
        node,
        "unsupported-operator",
        `union kind=inner is supported for tables of the same columns only: project the others away ('${name}').`,
      );
}

function union(node: SyntaxNode, output: SyntaxNode, context: Context, input?: Tabular): Tabular {
  const isFuzzy = parameterOf(node, "isfuzzy") === "true";
  const first = input === undefined ? 0 : 1;
  const legs = compileLegs(node.list("Expressions"), context, { isFuzzy, first });
  const all: Leg[] =
    input === undefined ? legs : [{ tabular: input, label: "union_arg0" }, ...legs];
  if (parameterOf(node, "kind") === "inner") refuseUncommon(node, all);
  const source = node
    .list("Parameters")
    .find((one) => /^with_?source$/i.test(one.name))
    ?.get("Expression").text;
  return concatenated(all, boundColumns(output), source);
}

const pipedUnion: CompileOperator = (node, input, output, context) =>
  union(node, output, context, input);

export const unionOperators: OperatorTable = { UnionOperator: pipedUnion };
export const unionSources: SourceTable = {
  UnionOperator: (node, context) => union(node, node, context),
};
