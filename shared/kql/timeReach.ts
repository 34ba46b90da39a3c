/** Whether a bound on time bounds anything: one that reaches back before all data, or to a value of the row, does not. */
import { parseDatetime, parseTimespan } from "./engine/time.ts";
import { TICKS_PER_DAY } from "./engine/values.ts";
import { type SyntaxNode, walk } from "./syntax.ts";

/** Log Analytics keeps rows for at most twelve years. */
const DAYS_MAX = 4_383;
/** Before the first workspace there was. */
const EARLIEST = parseDatetime("2010-01-01") ?? 0;

/** What each `let` of a text stands for, by name. */
export function letsOf(root: SyntaxNode): ReadonlyMap<string, SyntaxNode> {
  const lets = new Map<string, SyntaxNode>();
  for (const node of walk(root))
    if (node.kind === "LetStatement") lets.set(node.get("Name").name, node.get("Expression"));
  return lets;
}

/**
 * Whether an expression is a time that a table can be bounded by: no value of the row, no null, nothing from before
 * the data, no function of the query's own. What only the run knows (a parameter, a `toscalar`) counts as a time.
 */
export function isTimeLimit(
  expression: SyntaxNode,
  lets: ReadonlyMap<string, SyntaxNode>,
  depth = 0,
): boolean {
  if (depth > 20) return false;
  if (expression.kind === "ToScalarExpression") return true;
  if (reachesTooFar(expression)) return false;
  if (expression.kind === "NameReference") {
    const meant = lets.get(expression.name);
    return meant === undefined || isTimeLimit(meant, lets, depth + 1);
  }
  return expression.children.every((child) => isTimeLimit(child, lets, depth + 1));
}

type Judge = (node: SyntaxNode) => boolean;

const isOld = (text: string): boolean => {
  const time = parseDatetime(text);
  return time === null || time < EARLIEST;
};

/** How many of a unit make up the longest reach. */
const UNITS_MAX: Readonly<Record<string, number>> = {
  year: 12,
  quarter: 48,
  month: 144,
  week: 626,
};

function isFarCall(node: SyntaxNode): boolean {
  const { name } = node;
  if (node.calledBody !== undefined || name === "make_datetime" || name.startsWith("unixtime_"))
    return true;
  const [first, second] = node.get("ArgumentList").list("Expressions");
  if (name === "todatetime") return typeof first?.literal === "string" && isOld(first.literal);
  if (name !== "datetime_add" || typeof first?.literal !== "string") return false;
  const count = Math.abs(Number(second?.text.replaceAll(/\s/g, "")));
  return !(count <= (UNITS_MAX[first.literal.toLowerCase()] ?? DAYS_MAX));
}

const TOO_FAR: Readonly<Record<string, Judge>> = {
  NameReference: ({ symbol }) => symbol?.kind === "column",
  FunctionCallExpression: isFarCall,
  DateTimeLiteralExpression: ({ text }) =>
    isOld(text.replace(/^\w+\s*\(\s*|\s*\)$/g, "").replace(/^["']|["']$/g, "")),
  TimespanLiteralExpression: ({ text }) => {
    const length = parseTimespan(text.replace(/^\w+\s*\(\s*|\s*\)$/g, ""));
    return length === null || length > DAYS_MAX * TICKS_PER_DAY;
  },
  LongLiteralExpression: ({ text }) => !(Number(text) <= DAYS_MAX),
};

const reachesTooFar = (node: SyntaxNode): boolean => TOO_FAR[node.kind]?.(node) === true;
