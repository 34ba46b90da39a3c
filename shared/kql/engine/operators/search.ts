/** `search` and `find`: rows of several tables that have a term or fulfil a condition. */
import type { KqlColumn } from "../../../schemas/kql.ts";
import type { SyntaxNode } from "../../syntax.ts";
import { type Context, type Scalar, type Tabular, refuse } from "../context.ts";
import { searchTerm } from "../expressions/textSearch.ts";
import { mapTwo } from "../scalar.ts";
import { boundsOf, narrow } from "./bounds.ts";
import {
  type CompileOperator,
  type OperatorTable,
  type SourceTable,
  boundColumns,
  parameterOf,
  pickColumns,
} from "./table.ts";
import { type Leg, compileLegs, concatenated } from "./union.ts";
import { workspaceTable } from "./sources.ts";

/** A condition of a search: bare texts are terms, everything else is an expression as in `where`. */
function condition(node: SyntaxNode, context: Context, isCaseSensitive: boolean): Scalar {
  if (node.kind === "ParenthesizedExpression")
    return condition(node.get("Expression"), context, isCaseSensitive);
  if (node.kind === "StarExpression") return searchTerm("*", context, isCaseSensitive);
  if (typeof node.literal === "string") return searchTerm(node.literal, context, isCaseSensitive);
  const isAnd = node.kind === "AndExpression";
  if (!isAnd && node.kind !== "OrExpression") return context.compiler.scalar(node, context);
  const left = condition(node.get("Left"), context, isCaseSensitive);
  const right = condition(node.get("Right"), context, isCaseSensitive);
  return mapTwo("bool", left, right, (a, b) =>
    isAnd ? a === true && b === true : a === true || b === true,
  );
}

function filtered(
  input: Tabular,
  node: SyntaxNode,
  context: Context,
  isCaseSensitive: boolean,
): Tabular {
  const rows: Context = { ...context, columns: input.columns };
  const test = condition(node, rows, isCaseSensitive);
  const implied = input.takesBounds ? boundsOf(node, rows) : undefined;
  return {
    columns: input.columns,
    takesBounds: input.takesBounds,
    evaluate: (run, bounds) => {
      const frame = input.evaluate(run, implied === undefined ? {} : narrow(bounds, implied(run)));
      run.charge(frame.rowCount);
      const holds = test.bind(frame, run);
      const kept: number[] = [];
      for (let row = 0; row < frame.rowCount; row += 1) if (holds(row) === true) kept.push(row);
      return frame.select(kept);
    },
  };
}

const allTables = (context: Context): Leg[] =>
  Object.keys(context.schema).flatMap((label) => {
    const tabular = workspaceTable(label, context);
    return tabular === undefined ? [] : [{ tabular, label }];
  });

function legsOf(node: SyntaxNode, context: Context): Leg[] {
  const clause = node.find("InClause");
  return clause === undefined
    ? allTables(context)
    : compileLegs(clause.list("Expressions"), context, { isFuzzy: false, first: 0 });
}

const TABLE_COLUMN = "$table";

function search(node: SyntaxNode, output: SyntaxNode, context: Context, input?: Tabular): Tabular {
  const legs = input === undefined ? legsOf(node, context) : [{ tabular: input, label: "" }];
  const all = concatenated(legs, boundColumns(output), TABLE_COLUMN);
  const isCaseSensitive = parameterOf(node, "kind") === "case_sensitive";
  return filtered(all, node.get("Condition"), context, isCaseSensitive);
}

/** Columns of all legs; where legs disagree about a type, each type has a column of its own. */
function columnsOfLegs(legs: readonly Leg[], source: string): KqlColumn[] {
  const types = new Map<string, Set<KqlColumn["type"]>>();
  for (const { tabular } of legs)
    for (const { name, type } of tabular.columns)
      types.set(name, (types.get(name) ?? new Set()).add(type));
  const columns = [...types].flatMap(([name, found]) =>
    found.size === 1
      ? [...found].map((type) => ({ name, type }))
      : [...found].map((type) => ({ name: `${name}_${type}`, type })),
  );
  return [{ name: source, type: "string" }, ...columns];
}

function find(node: SyntaxNode, context: Context): Tabular {
  const columns = boundColumns(node);
  const source = columns[0]?.name ?? "source_";
  const legs = legsOf(node, context);
  const all = concatenated(legs, columnsOfLegs(legs, source), source);
  const rows = filtered(all, node.get("Condition"), context, false);
  const indexes = columns.map(({ name }) => all.columns.findIndex((one) => one.name === name));
  if (indexes.some((index) => index < 0))
    refuse(node, "unsupported-operator", "This form of find is not supported here.");
  return {
    columns,
    takesBounds: rows.takesBounds,
    evaluate: (run, bounds) => pickColumns(rows.evaluate(run, bounds), indexes),
  };
}

const pipedSearch: CompileOperator = (node, input, output, context) =>
  search(node, output, context, input);

export const searchOperators: OperatorTable = { SearchOperator: pipedSearch };
export const searchSources: SourceTable = {
  SearchOperator: (node, context) => search(node, node, context),
  FindOperator: find,
};
