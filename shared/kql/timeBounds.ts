/** Which tables a query reads without a bound on their time, those in the bodies of saved functions included. */
import type { WorkspaceSchema } from "../schemas/kql.ts";
import { isWatchlistFunction } from "./functions.ts";
import { type SavedCall, savedCalls } from "./savedFunctions.ts";
import { type SyntaxNode, walk } from "./syntax.ts";
import { isTimeLimit, letsOf } from "./timeReach.ts";

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
 * @param empty its other parameters.
 */
export function unboundedReads(
  root: SyntaxNode,
  schema: WorkspaceSchema,
  given: ReadonlySet<string> = new Set(),
  empty: ReadonlySet<string> = new Set(),
  depth = 0,
): UnboundedRead[] {
  const bounded = boundedHeads(root, given);
  const found: UnboundedRead[] = [];
  for (const node of walk(root)) {
    const table = bounded.has(node.start) ? undefined : tableRead(node);
    const types = table !== undefined && Object.hasOwn(schema, table) ? schema[table] : undefined;
    if (table !== undefined && types !== undefined && TIME in types)
      found.push({ node, name: table });
  }
  for (const call of savedCalls(root, schema))
    found.push(
      ...unboundedCall(call, { schema, empty, isBounded: bounded.has(call.node.start), depth }),
    );
  return found;
}

/** The table that a name or a call of `table("name")` stands for. */
function tableRead(node: SyntaxNode): string | undefined {
  if (node.kind === "NameReference") return node.symbol?.kind === "table" ? node.name : undefined;
  if (node.kind !== "FunctionCallExpression" || node.name.toLowerCase() !== "table")
    return undefined;
  const [argument] = node.get("ArgumentList").list("Expressions");
  return typeof argument?.literal === "string" ? argument.literal : undefined;
}

interface Place {
  readonly schema: WorkspaceSchema;
  /** Parameters that have no value where the call stands. */
  readonly empty: ReadonlySet<string>;
  /** A filter behind the call bounds the time. */
  readonly isBounded: boolean;
  readonly depth: number;
}

function unboundedCall({ node, called, body }: SavedCall, place: Place): UnboundedRead[] {
  const { schema, isBounded, depth } = place;
  if (isWatchlistFunction(called.name)) return [];
  const given = givenParameters(node, place.empty);
  if (body === undefined || depth >= DEPTH_MAX)
    return isBounded || given.has("starttime") ? [] : [{ node, name: called.name }];
  if (isBounded && keepsTime(body, schema, depth)) return [];
  const empty = [...called.parameters.matchAll(/([A-Za-z_]\w*)\s*:/g)]
    .map(([, name = ""]) => name)
    .filter((name) => !given.has(name));
  return unboundedReads(body, schema, given, new Set(empty), depth + 1);
}

/** A parameter that is passed on has a value only when it was given one itself. */
const givenParameters = (call: SyntaxNode, empty: ReadonlySet<string>): Set<string> =>
  new Set(
    (call.find("ArgumentList")?.list("Expressions") ?? [])
      .filter(
        (one) =>
          one.kind === "SimpleNamedExpression" &&
          !/\(\s*null\s*\)/i.test(one.get("Expression").text) &&
          [...walk(one.get("Expression"))].every(
            ({ kind, name }) => kind !== "NameReference" || !empty.has(name),
          ),
      )
      .map(({ name }) => name),
  );

/** A bound behind the call is one on the tables only when no body on the way computes a time of its own. */
function keepsTime(body: SyntaxNode, schema: WorkspaceSchema, depth: number): boolean {
  for (const node of walk(body))
    if (node.kind === "NameDeclaration" && node.name === TIME) return false;
  return savedCalls(body, schema).every(
    (call) =>
      call.body === undefined || (depth < DEPTH_MAX && keepsTime(call.body, schema, depth + 1)),
  );
}

/** Where the tables and calls stand that begin a pipe of filters, one of which bounds the time. */
function boundedHeads(root: SyntaxNode, given: ReadonlySet<string>): Set<number> {
  const bounded = new Set<number>();
  const known: Known = { given, lets: letsOf(root) };
  for (const node of walk(root)) {
    if (node.kind !== "PipeExpression" || node.get("Operator").kind !== "FilterOperator") continue;
    const head = filteredHead(node);
    if (head !== undefined && boundsTime(node.get("Operator").get("Condition"), known))
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

/** Tests that keep a time from being too early, by the side on which it stands. */
const LOWER_BOUNDS: Readonly<Record<string, readonly ["Left" | "Right", "Left" | "Right"]>> = {
  GreaterThanExpression: ["Left", "Right"],
  GreaterThanOrEqualExpression: ["Left", "Right"],
  LessThanExpression: ["Right", "Left"],
  LessThanOrEqualExpression: ["Right", "Left"],
  BetweenExpression: ["Left", "Right"],
};

interface Known {
  readonly given: ReadonlySet<string>;
  readonly lets: ReadonlyMap<string, SyntaxNode>;
}

/** Whether a part of the condition that has to hold keeps the raw time column from being too early. */
function boundsTime(condition: SyntaxNode, known: Known): boolean {
  if (condition.kind === "ParenthesizedExpression")
    return boundsTime(condition.get("Expression"), known);
  const sides = [condition.find("Left"), condition.find("Right")].filter(
    (side) => side !== undefined,
  );
  if (condition.kind === "AndExpression") return sides.some((side) => boundsTime(side, known));
  // `isnull(starttime) or TimeGenerated >= starttime` bounds when the call gives a starttime.
  if (condition.kind === "OrExpression") {
    const open = sides.filter((side) => !isGiven(side, known.given));
    return open.length > 0 && open.every((side) => boundsTime(side, known));
  }
  if (condition.kind === "EqualExpression")
    return (
      isLowerBound(condition, ["Left", "Right"], known) ||
      isLowerBound(condition, ["Right", "Left"], known)
    );
  const order = LOWER_BOUNDS[condition.kind];
  return order !== undefined && isLowerBound(condition, order, known);
}

function isLowerBound(
  condition: SyntaxNode,
  [time, limit]: readonly ["Left" | "Right", "Left" | "Right"],
  { lets }: Known,
): boolean {
  const column = condition.find(time);
  const bound = condition.find(limit);
  if (column?.kind !== "NameReference" || column.name !== TIME || bound === undefined) return false;
  return isTimeLimit(bound.find("First") ?? bound, lets);
}

/** `isnull(parameter)` of a parameter that has a value. */
function isGiven(node: SyntaxNode, given: ReadonlySet<string>): boolean {
  if (node.kind !== "FunctionCallExpression" || node.name !== "isnull") return false;
  const [argument] = node.get("ArgumentList").list("Expressions");
  return argument !== undefined && given.has(argument.name);
}
