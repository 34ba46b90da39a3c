/** What the binder lets pass although it often is a mistake: a text compared with a number. */
import type { KqlDiagnostic, KqlType } from "../schemas/kql.ts";
import { type SyntaxNode, positionAt, walk } from "./syntax.ts";

/** The code of such a warning; the language package has none for it. */
const TEXT_AND_NUMBER = "string-number";

const NUMBERS: ReadonlySet<KqlType | undefined> = new Set(["int", "long", "real", "decimal"]);
const EQUALITIES: ReadonlySet<string> = new Set(["EqualExpression", "NotEqualExpression"]);
const MEMBERSHIPS: ReadonlySet<string> = new Set(["InExpression", "NotInExpression"]);
const LENGTH_MAX = 60;

/**
 * A warning for each comparison of a string with a number. The service runs it, as public queries over
 * SigninLogs.ResultType show, and so does the engine: the text is compared with the number's text.
 */
export function typeWarnings(query: string, root: SyntaxNode): KqlDiagnostic[] {
  const warnings: KqlDiagnostic[] = [];
  for (const node of walk(root)) {
    const pair = mixedPair(node);
    if (pair === undefined) continue;
    const { text, number } = pair;
    warnings.push({
      code: TEXT_AND_NUMBER,
      severity: "warning",
      message: `${brief(text)} is a string and ${brief(number)} a number: the number's text is compared, so that "007" does not equal 7. Write the number in quotes, or tolong(${brief(text)}).`,
      ...positionAt(query, number.start),
      length: number.end - number.start,
    });
  }
  return warnings;
}

function mixedPair(node: SyntaxNode): { text: SyntaxNode; number: SyntaxNode } | undefined {
  if (!EQUALITIES.has(node.kind) && !MEMBERSHIPS.has(node.kind)) return undefined;
  const left = node.get("Left");
  const rights = EQUALITIES.has(node.kind)
    ? [node.get("Right")]
    : node.get("Right").list("Expressions");
  const number = rights.find(({ type }) => NUMBERS.has(type));
  if (left.type === "string" && number !== undefined) return { text: left, number };
  const text = rights.find(({ type }) => type === "string");
  return NUMBERS.has(left.type) && text !== undefined ? { text, number: left } : undefined;
}

const brief = (node: SyntaxNode): string => node.text.slice(0, LENGTH_MAX);
