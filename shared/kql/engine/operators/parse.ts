/** `parse` and `parse-where`: columns out of a text by a pattern of literals and names. */
import type { KqlType } from "../../../schemas/kql.ts";
import type { SyntaxNode } from "../../syntax.ts";
import { type Context, refuse } from "../context.ts";
import { absentOf, converter, toText } from "../convert.ts";
import { Frame } from "../frame.ts";
import { regexOf } from "../regex.ts";
import type { KqlValue } from "../values.ts";
import {
  type CompileOperator,
  type OperatorTable,
  boundColumns,
  derived,
  parameterOf,
  rowContext,
} from "./table.ts";

interface Pattern {
  readonly source: string;
  readonly names: readonly { name: string; type: KqlType }[];
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/** What a column of a type matches; text ends where the next part begins. */
function columnSource(type: KqlType, isLast: boolean): string {
  if (type === "int" || type === "long") return String.raw`\s*([+-]?\d+)`;
  if (type === "real" || type === "decimal")
    return String.raw`\s*([+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)`;
  return isLast ? String.raw`([\s\S]*)` : String.raw`([\s\S]*?)`;
}

function compilePattern(parts: readonly SyntaxNode[], isRegex: boolean): Pattern {
  const names: { name: string; type: KqlType }[] = [];
  const sources = parts.map((part, index) => {
    if (part.kind === "StarExpression") return String.raw`[\s\S]*?`;
    if (typeof part.literal === "string")
      return isRegex ? `(?:${part.literal.replace(/\((?!\?)/g, "(?:")})` : escaped(part.literal);
    const isTyped = part.kind === "NameAndTypeDeclaration";
    const declaration = isTyped ? part.get("Name") : part;
    const type = declaration.type ?? "string";
    names.push({ name: declaration.name, type });
    return columnSource(type, index === parts.length - 1);
  });
  const isOpenEnd = parts.at(-1)?.kind === "StarExpression";
  return { source: `^${sources.join("")}${isOpenEnd ? "" : "$"}`, names };
}

/** JavaScript flags of `flags=…`; Kusto's `U` (ungreedy) is how columns match anyway. */
const flagsOf = (node: SyntaxNode): string =>
  (parameterOf(node, "flags") ?? "").replace(/[^ims]/g, "");

const parse =
  (dropsOthers: boolean): CompileOperator =>
  (node, input, output, context: Context) => {
    const kind = parameterOf(node, "kind") ?? "simple";
    if (kind === "relaxed")
      return refuse(node, "unsupported-operator", "parse kind=relaxed is not supported here.");
    const columns = boundColumns(output);
    const text = context.compiler.scalar(node.get("Expression"), rowContext(context, input));
    const pattern = compilePattern(node.list("Patterns"), kind === "regex");
    const regex = regexOf(pattern.source, flagsOf(node));
    const readers = pattern.names.map(({ type }) => converter("string", type));
    return derived(input, columns, (frame, run) => {
      const at = text.bind(frame, run);
      const kept: number[] = [];
      const values: KqlValue[][] = pattern.names.map(() => []);
      for (let row = 0; row < frame.rowCount; row += 1) {
        const match = regex.exec(toText(at(row), text.type));
        if (match === null && dropsOthers) continue;
        kept.push(row);
        pattern.names.forEach(({ type }, index) => {
          const found = match?.[index + 1];
          const value = found === undefined ? null : (readers[index]?.(found) ?? null);
          values[index]?.push(value ?? absentOf(type));
        });
      }
      const rest = frame.select(kept);
      return Frame.lazy(kept.length, columns.length, (index) => {
        const name = columns[index]?.name ?? "";
        const parsed = pattern.names.findIndex((one) => one.name === name);
        if (parsed >= 0) return values[parsed] ?? [];
        return rest.column(input.columns.findIndex((column) => column.name === name));
      });
    });
  };

export const parseOperators: OperatorTable = {
  ParseOperator: parse(false),
  ParseWhereOperator: parse(true),
};
