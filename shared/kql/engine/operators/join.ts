/** `join` and `lookup`. Without a kind, a join is innerunique: the left side keeps one row per key. */
import type { KqlColumn } from "../../../schemas/kql.ts";
import type { SyntaxNode } from "../../syntax.ts";
import { type Context, type Scalar, type Tabular, refuse } from "../context.ts";
import { absentOf } from "../convert.ts";
import { dynamicAware, keyOf, meetingType, rowKey } from "../compare.ts";
import { Frame } from "../frame.ts";
import type { Run } from "../run.ts";
import { columnScalar, mapScalar, valuesOf } from "../scalar.ts";
import { type CompileOperator, type OperatorTable, boundColumns, parameterOf } from "./table.ts";

/** The expressions that have to be equal, one for each side. */
interface KeyPair {
  readonly left: Scalar;
  readonly right: Scalar;
  /** The right side's column, where it is plain. */
  readonly rightColumn: string | undefined;
}

type Side = "left" | "right";

function sideColumn(node: SyntaxNode, columns: readonly KqlColumn[], name: string): Scalar {
  const index = columns.findIndex((column) => column.name === name);
  const column = columns[index];
  if (column === undefined)
    return refuse(node, "unknown-name", `There is no column '${name}' on this side.`);
  return columnScalar(column.type, index);
}

function conditionPairs(node: SyntaxNode, left: Tabular, right: Tabular): KeyPair[] {
  if (node.kind === "ParenthesizedExpression")
    return conditionPairs(node.get("Expression"), left, right);
  if (node.kind === "AndExpression")
    return [
      ...conditionPairs(node.get("Left"), left, right),
      ...conditionPairs(node.get("Right"), left, right),
    ];
  if (node.kind === "NameReference")
    return [
      {
        left: sideColumn(node, left.columns, node.name),
        right: sideColumn(node, right.columns, node.name),
        rightColumn: node.name,
      },
    ];
  if (node.kind !== "EqualExpression")
    return refuse(node, "unsupported-expression", "A join needs equal columns of both sides.");
  const sides = [sideOf(node.get("Left")), sideOf(node.get("Right"))];
  const onLeft = sides.find((one) => one.side === "left");
  const onRight = sides.find((one) => one.side === "right");
  if (onLeft === undefined || onRight === undefined)
    return refuse(node, "unsupported-expression", "A join condition compares $left with $right.");
  return [
    {
      left: sideColumn(node, left.columns, onLeft.name),
      right: sideColumn(node, right.columns, onRight.name),
      rightColumn: onRight.name,
    },
  ];
}

function sideOf(node: SyntaxNode): { side: Side; name: string } {
  if (node.kind === "ParenthesizedExpression") return sideOf(node.get("Expression"));
  const owner = node.find("Expression")?.name;
  const side = owner === "$left" ? "left" : owner === "$right" ? "right" : undefined;
  if (side === undefined)
    return refuse(node, "unsupported-expression", "A join condition compares $left with $right.");
  return { side, name: node.get("Selector").name };
}

/** What tells the rows of a join apart: the one value, or a text of several. */
type Key = ReturnType<typeof keyOf>;

/** A key of each row. A null matches a null, as recorded answers of the service show. */
function keysOf(pairs: readonly KeyPair[], side: Side, frame: Frame, run: Run): Key[] {
  const columns = pairs.map((pair) => {
    const scalar = pair[side];
    const type = meetingType(pair.left.type, pair.right.type);
    const met =
      scalar.type === type ? scalar : mapScalar(type, scalar, dynamicAware(scalar.type, type));
    return valuesOf(met, frame, run);
  });
  const [only] = columns;
  if (only !== undefined && columns.length === 1) return only.map(keyOf);
  return Array.from({ length: frame.rowCount }, (_, row) => {
    const values = columns.map((column) => column[row] ?? null);
    return rowKey(values);
  });
}

function indexOf(keys: readonly Key[]): Map<Key, number[]> {
  const index = new Map<Key, number[]>();
  keys.forEach((key, row) => {
    const rows = index.get(key);
    if (rows === undefined) index.set(key, [row]);
    else rows.push(row);
  });
  return index;
}

/** One row for each key, the first. */
function firstPerKey(keys: readonly Key[]): number[] {
  return [...indexOf(keys).values()].map((rows) => rows[0] ?? 0);
}

/** Pairs of rows; -1 stands for no row on that side. */
interface Matches {
  readonly left: number[];
  readonly right: number[];
}

function match(
  kind: string,
  leftKeys: readonly Key[],
  rightKeys: readonly Key[],
  run: Run,
): Matches {
  const index = indexOf(rightKeys);
  const left: number[] = [];
  const right: number[] = [];
  const leftRows = kind === "innerunique" ? firstPerKey(leftKeys) : leftKeys.keys();
  const keepsRight = kind === "rightouter" || kind === "fullouter";
  const matched = new Set<number>();
  for (const row of leftRows) {
    const key = leftKeys[row];
    const found = key === undefined ? undefined : index.get(key);
    if (found === undefined) {
      if (kind === "leftouter" || kind === "fullouter") {
        left.push(row);
        right.push(-1);
      }
      continue;
    }
    run.charge(found.length);
    for (const other of found) {
      left.push(row);
      right.push(other);
      if (keepsRight) matched.add(other);
    }
  }
  if (keepsRight)
    rightKeys.forEach((_, row) => {
      if (matched.has(row)) return;
      left.push(-1);
      right.push(row);
    });
  return { left, right };
}

/** Kinds that give rows of one side only: which side, and whether its rows have to have a partner. */
const ONE_SIDED: Readonly<Record<string, { side: Side; wantsPartner: boolean }>> = {
  leftsemi: { side: "left", wantsPartner: true },
  leftanti: { side: "left", wantsPartner: false },
  anti: { side: "left", wantsPartner: false },
  leftantisemi: { side: "left", wantsPartner: false },
  rightsemi: { side: "right", wantsPartner: true },
  rightanti: { side: "right", wantsPartner: false },
  rightantisemi: { side: "right", wantsPartner: false },
};

const PAIRING = new Set(["inner", "innerunique", "leftouter", "rightouter", "fullouter"]);

interface Plan {
  readonly node: SyntaxNode;
  readonly kind: string;
  readonly left: Tabular;
  readonly right: Tabular;
  readonly pairs: readonly KeyPair[];
  readonly columns: readonly KqlColumn[];
  /** Positions of the right side's columns that come out. */
  readonly rightColumns: readonly number[];
}

const absentRow = (table: Tabular) => table.columns.map((column) => absentOf(column.type));

function evaluateJoin(plan: Plan, run: Run): Frame {
  const left = plan.left.evaluate(run, {});
  const right = plan.right.evaluate(run, {});
  run.charge(left.rowCount + right.rowCount);
  const leftKeys = keysOf(plan.pairs, "left", left, run);
  const rightKeys = keysOf(plan.pairs, "right", right, run);
  const oneSided = ONE_SIDED[plan.kind];
  if (oneSided !== undefined) {
    const [frame, keys, others] =
      oneSided.side === "left" ? [left, leftKeys, rightKeys] : [right, rightKeys, leftKeys];
    const partners = new Set(others);
    const kept = [...keys.keys()].filter(
      (row) => partners.has(keys[row] ?? null) === oneSided.wantsPartner,
    );
    return frame.select(kept);
  }
  const rows = match(plan.kind, leftKeys, rightKeys, run);
  const leftPart = left.select(rows.left, absentRow(plan.left));
  const rightPart = right.select(rows.right, absentRow(plan.right));
  const parts = [
    ...plan.left.columns.map((_, index) => ({ frame: leftPart, index })),
    ...plan.rightColumns.map((index) => ({ frame: rightPart, index })),
  ];
  return Frame.join(rows.left.length, parts);
}

function planJoin(
  node: SyntaxNode,
  left: Tabular,
  output: SyntaxNode,
  context: Context,
  isLookup: boolean,
): Plan {
  const kind = parameterOf(node, "kind") ?? (isLookup ? "leftouter" : "innerunique");
  if (!PAIRING.has(kind) && ONE_SIDED[kind] === undefined)
    return refuse(node, "unsupported-operator", `A join of kind ${kind} is not supported here.`);
  const right = context.compiler.tabular(node.get("Expression"), context);
  const clause = node.get(isLookup ? "LookupClause" : "ConditionClause");
  if (clause.kind !== "JoinOnClause")
    return refuse(clause, "unsupported-expression", "A join needs an `on` clause.");
  const pairs = clause.list("Expressions").flatMap((one) => conditionPairs(one, left, right));
  const dropped = new Set(isLookup ? pairs.map((pair) => pair.rightColumn) : []);
  const rightColumns = right.columns.flatMap((column, index) =>
    dropped.has(column.name) ? [] : [index],
  );
  const columns = boundColumns(output);
  const expected = ONE_SIDED[kind];
  const width =
    expected === undefined
      ? left.columns.length + rightColumns.length
      : (expected.side === "left" ? left : right).columns.length;
  if (width !== columns.length)
    return refuse(node, "unsupported-expression", "This form of join is not supported here.");
  return { node, kind, left, right, pairs, columns, rightColumns };
}

const join =
  (isLookup: boolean): CompileOperator =>
  (node, input, output, context) => {
    const plan = planJoin(node, input, output, context, isLookup);
    return {
      columns: plan.columns,
      takesBounds: false,
      evaluate: (run) => evaluateJoin(plan, run),
    };
  };

export const joinOperators: OperatorTable = {
  JoinOperator: join(false),
  LookupOperator: join(true),
};
