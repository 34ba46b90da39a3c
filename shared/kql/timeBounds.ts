/** Which tables a query reads without a bound on their time, those in the bodies of saved functions included. */
import type { WorkspaceSchema } from "../schemas/kql.ts";
import { isWatchlistFunction } from "./functions.ts";
import { type SavedCall, savedCalls } from "./savedFunctions.ts";
import { type SyntaxNode, walk } from "./syntax.ts";

const TIME = "TimeGenerated";
/** Functions may call each other in circles; what lies deeper counts as unbounded. */
const DEPTH_MAX = 20;

export interface UnboundedRead {
  readonly node: SyntaxNode;
  /** The table; or the function, when its body cannot be seen. */
  readonly name: string;
}

/**
 * Tables whose own pipe has no filter on the time column before anything else reshapes the rows.
 * @param given parameters of the body that is looked at to which its call gives values.
 */
export function unboundedReads(
  root: SyntaxNode,
  schema: WorkspaceSchema,
  given: ReadonlySet<string> = new Set(),
  depth = 0,
): UnboundedRead[] {
  const bounded = boundedHeads(root, given);
  const found: UnboundedRead[] = [];
  for (const node of walk(root))
    if (
      node.kind === "NameReference" &&
      node.symbol?.kind === "table" &&
      !bounded.has(node.start)
    ) {
      const types = Object.hasOwn(schema, node.name) ? schema[node.name] : undefined;
      if (types !== undefined && TIME in types) found.push({ node, name: node.name });
    }
  for (const call of savedCalls(root, schema))
    found.push(...unboundedCall(call, schema, bounded.has(call.node.start), depth));
  return found;
}

function unboundedCall(
  { node, called, body }: SavedCall,
  schema: WorkspaceSchema,
  isBounded: boolean,
  depth: number,
): UnboundedRead[] {
  if (isWatchlistFunction(called.name)) return [];
  const given = givenParameters(node);
  if (body === undefined || depth >= DEPTH_MAX)
    return isBounded || given.has("starttime") ? [] : [{ node, name: called.name }];
  if (isBounded && keepsTime(body)) return [];
  return unboundedReads(body, schema, given, depth + 1);
}

const givenParameters = (call: SyntaxNode): Set<string> =>
  new Set(
    (call.find("ArgumentList")?.list("Expressions") ?? [])
      .filter(
        (one) =>
          one.kind === "SimpleNamedExpression" &&
          !/\(\s*null\s*\)/i.test(one.get("Expression").text),
      )
      .map(({ name }) => name),
  );

/** A bound behind the call is one on the tables only when the body computes no time of its own. */
function keepsTime(body: SyntaxNode): boolean {
  for (const node of walk(body))
    if (node.kind === "NameDeclaration" && node.name === TIME) return false;
  return true;
}

/** Where the tables and calls stand that begin a pipe of filters, one of which bounds the time. */
function boundedHeads(root: SyntaxNode, given: ReadonlySet<string>): Set<number> {
  const bounded = new Set<number>();
  for (const node of walk(root)) {
    if (node.kind !== "PipeExpression" || node.get("Operator").kind !== "FilterOperator") continue;
    const head = filteredHead(node);
    if (head !== undefined && boundsTime(node.get("Operator").get("Condition"), given))
      bounded.add(head.start);
  }
  return bounded;
}

/** The table or call at the start of a pipe of filters only. */
function filteredHead(pipe: SyntaxNode): SyntaxNode | undefined {
  let input = pipe.get("Expression");
  while (input.kind === "PipeExpression" && input.get("Operator").kind === "FilterOperator")
    input = input.get("Expression");
  const { kind, symbol } = input;
  if (kind === "FunctionCallExpression") return input;
  return kind === "NameReference" && (symbol?.kind === "table" || symbol?.kind === "function")
    ? input
    : undefined;
}

const TIME_TESTS = new Set([
  "GreaterThanExpression",
  "GreaterThanOrEqualExpression",
  "LessThanExpression",
  "LessThanOrEqualExpression",
  "EqualExpression",
  "BetweenExpression",
]);

/** Whether a part of the condition that has to hold compares the raw time column. */
function boundsTime(condition: SyntaxNode, given: ReadonlySet<string>): boolean {
  if (condition.kind === "ParenthesizedExpression")
    return boundsTime(condition.get("Expression"), given);
  const sides = [condition.find("Left"), condition.find("Right")].filter(
    (side) => side !== undefined,
  );
  if (condition.kind === "AndExpression") return sides.some((side) => boundsTime(side, given));
  // `isnull(starttime) or TimeGenerated >= starttime` bounds when the call gives a starttime.
  if (condition.kind === "OrExpression") {
    const open = sides.filter((side) => !isGiven(side, given));
    return open.length > 0 && open.every((side) => boundsTime(side, given));
  }
  if (!TIME_TESTS.has(condition.kind)) return false;
  return sides.some((side) => side.kind === "NameReference" && side.name === TIME);
}

/** `isnull(parameter)` of a parameter that has a value. */
function isGiven(node: SyntaxNode, given: ReadonlySet<string>): boolean {
  if (node.kind !== "FunctionCallExpression" || node.name !== "isnull") return false;
  const [argument] = node.get("ArgumentList").list("Expressions");
  return argument !== undefined && given.has(argument.name);
}
