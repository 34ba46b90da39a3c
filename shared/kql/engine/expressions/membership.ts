/** `in`, `has_any`, `has_all`: a value against a list, a dynamic array or a column of a table. */
import type { KqlType } from "../../../schemas/kql.ts";
import type { SyntaxNode } from "../../syntax.ts";
import type { Context, RowFunction, Scalar } from "../context.ts";
import { keyOf } from "../compare.ts";
import { converter, toText } from "../convert.ts";
import type { Frame } from "../frame.ts";
import type { Run } from "../run.ts";
import { constantValue } from "../scalar.ts";
import type { KqlValue } from "../values.ts";
import { hasTerm } from "./textSearch.ts";
import type { CompileScalar, ScalarTable } from "./table.ts";

/** The right side of a membership test: what is the same for every row, and what is not. */
interface Members {
  constant(run: Run): { value: KqlValue; type: KqlType }[];
  readonly varying: readonly Scalar[];
}

function membersOf(node: SyntaxNode, context: Context): Members {
  const parts = node.get("Right").list("Expressions");
  const tables = parts.filter((part) => part.isTabular && part.columns !== undefined);
  const scalars = parts
    .filter((part) => !tables.includes(part))
    .map((part) => context.compiler.scalar(part, context));
  const tabulars = tables.map((part) => context.compiler.tabular(part, context));
  return {
    varying: scalars.filter((scalar) => !scalar.isConstant),
    constant: (run) => [
      ...scalars
        .filter((scalar) => scalar.isConstant)
        .flatMap((scalar) => spread(constantValue(scalar, run), scalar.type)),
      ...tabulars.flatMap((tabular) => {
        const type = tabular.columns[0]?.type ?? "string";
        const values = tabular.evaluate(run, {}).column(0);
        return values.flatMap((value) => spread(value, type));
      }),
    ],
  };
}

const spread = (value: KqlValue, type: KqlType): { value: KqlValue; type: KqlType }[] =>
  Array.isArray(value)
    ? value.map((item) => ({ value: item, type: "dynamic" }))
    : [{ value, type }];

/** Where the values of both sides meet: text by its letters, numbers by size, times by tick. */
function keyMaker(of: KqlType, ignoresCase: boolean): (value: KqlValue, type: KqlType) => unknown {
  const isText = of === "string" || of === "guid" || of === "dynamic";
  return (value, type) => {
    if (value === null) return undefined;
    if (isText) {
      const text = toText(value, type);
      return ignoresCase ? text.toLowerCase() : text;
    }
    const met = type === of ? value : converter(type, numeric(of))(value);
    return met === null ? undefined : keyOf(met);
  };
}

const numeric = (type: KqlType): KqlType =>
  type === "int" || type === "long" || type === "decimal" ? "real" : type;

const inList =
  (isNegated: boolean): CompileScalar =>
  (node, context) => {
    const left = context.compiler.scalar(node.get("Left"), context);
    const members = membersOf(node, context);
    // The syntax kind is the same for `in` and `in~`: only the operator's text tells them apart.
    const key = keyMaker(left.type, node.token("Operator").includes("~"));
    const bind = (frame: Frame, run: Run): RowFunction => {
      const keys = new Set(members.constant(run).map(({ value, type }) => key(value, type)));
      const value = left.bind(frame, run);
      const varying = members.varying.map((scalar) => ({ at: scalar.bind(frame, run), scalar }));
      return (row) => {
        const sought = key(value(row), left.type);
        if (sought === undefined) return isNegated;
        const isIn =
          keys.has(sought) ||
          varying.some(({ at, scalar }) =>
            spread(at(row), scalar.type).some((item) => key(item.value, item.type) === sought),
          );
        return isIn !== isNegated;
      };
    };
    return { type: "bool", isConstant: false, bind };
  };

const hasList =
  (needsAll: boolean): CompileScalar =>
  (node, context) => {
    const left = context.compiler.scalar(node.get("Left"), context);
    const members = membersOf(node, context);
    const bind = (frame: Frame, run: Run): RowFunction => {
      const terms = members
        .constant(run)
        .map(({ value, type }) => toText(value, type).toLowerCase());
      const at = left.bind(frame, run);
      const varying = members.varying.map((scalar) => ({ at: scalar.bind(frame, run), scalar }));
      return (row) => {
        const text = toText(at(row), left.type).toLowerCase();
        const all =
          varying.length === 0
            ? terms
            : [...terms, ...varying.flatMap((part) => termsOf(part, row))];
        return needsAll
          ? all.every((term) => hasTerm(text, term))
          : all.some((term) => hasTerm(text, term));
      };
    };
    return { type: "bool", isConstant: false, bind };
  };

const termsOf = (part: { at: RowFunction; scalar: Scalar }, row: number): string[] =>
  spread(part.at(row), part.scalar.type).map(({ value, type }) =>
    toText(value, type).toLowerCase(),
  );

export const membership: ScalarTable = {
  InExpression: inList(false),
  InCsExpression: inList(false),
  NotInExpression: inList(true),
  NotInCsExpression: inList(true),
  HasAnyExpression: hasList(false),
  HasAllExpression: hasList(true),
};
