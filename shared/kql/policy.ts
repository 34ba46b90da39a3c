/** What a query may do, judged on its bound syntax tree: no trick of the text can hide from it. */
import type { PolicyFinding, WorkspaceSchema } from "../schemas/kql.ts";
import type { ProviderKqlPolicy } from "../schemas/providers.ts";
import {
  ALLOWED_PLUGINS,
  CROSS_SCOPE_FUNCTIONS,
  POLICY_RULES,
  type PolicyRule,
  REFUSED_KINDS,
} from "./data/policyRules.ts";
import { UNCHECKED_DEPTH } from "./diagnostics.ts";
import { diagnosticsOf } from "./kusto.ts";
import { type BoundText, type SyntaxNode, walk } from "./syntax.ts";

/** What an admin can set for a provider. The fence itself is the timespan and row cap that every call imposes. */
export interface KqlPolicy {
  /** Only these tables may be read. Undefined: all of the workspace. */
  readonly allowedTables?: readonly string[];
  /** These tables may not be read. */
  readonly deniedTables?: readonly string[];
  /** Plugins besides bag_unpack, narrow and pivot. */
  readonly allowedPlugins?: readonly string[];
  /** Functions such as `workspace`, allowed by name. */
  readonly allowedScopes?: readonly string[];
  /** Every table needs a bound of its own on TimeGenerated; otherwise the call's timespan is bound enough. */
  readonly needsTimeBound?: boolean;
}

export const DEFAULT_POLICY: KqlPolicy = {};

/** A provider's settings as a policy; no table named means that all may be read. */
export const policyOf = (settings: ProviderKqlPolicy): KqlPolicy => ({
  ...(settings.allowed_tables.length > 0 && { allowedTables: settings.allowed_tables }),
  deniedTables: settings.denied_tables,
  allowedPlugins: settings.allowed_plugins,
  allowedScopes: settings.allowed_scopes,
  needsTimeBound: settings.needs_time_bound,
});

function finding(rule: PolicyRule, node: SyntaxNode, name?: string): PolicyFinding {
  const subject = name === undefined ? "" : `${name}: `;
  return { rule, message: `${subject}${POLICY_RULES[rule]}`, ...node.position };
}

interface Check {
  readonly schema: WorkspaceSchema;
  readonly policy: KqlPolicy;
}

/** Every way in which a query breaks the policy, in the order of the text. */
export function policyFindings(
  bound: BoundText,
  schema: WorkspaceSchema,
  policy: KqlPolicy = DEFAULT_POLICY,
): PolicyFinding[] {
  const { root, code } = bound;
  if (code.Kind !== "Query") return [finding("control-command", root)];
  if (diagnosticsOf(code).some((one) => one.Code === UNCHECKED_DEPTH))
    return [finding("too-deep", root)];
  const check: Check = { schema, policy };
  const found = statementFindings(root);
  for (const node of walk(root)) found.push(...nodeFindings(node, check));
  if (policy.needsTimeBound === true) found.push(...unboundedTables(root, schema));
  return found;
}

/** Any lets, then exactly one tabular expression. */
function statementFindings(root: SyntaxNode): PolicyFinding[] {
  const statements = root.list("Statements").filter((one) => one.text !== "");
  const expressions = statements.filter((one) => one.kind === "ExpressionStatement");
  const [query, ...others] = expressions;
  if (query === undefined) return [finding("no-query", root)];
  const found = others.map((one) => finding("several-statements", one));
  if (statements.at(-1)?.kind === "LetStatement") found.push(finding("no-query", root));
  const expression = query.find("Expression");
  if (expression?.isTabular === false && expression.type !== undefined)
    found.push(finding("not-tabular", query));
  return found;
}

function nodeFindings(node: SyntaxNode, check: Check): PolicyFinding[] {
  const refused = REFUSED_KINDS[node.kind];
  if (refused !== undefined) return [finding(refused, node)];
  const judge = JUDGES[node.kind];
  return judge === undefined ? [] : judge(node, check);
}

type Judge = (node: SyntaxNode, check: Check) => PolicyFinding[];

const JUDGES: Readonly<Record<string, Judge>> = {
  EvaluateOperator: (node, { policy }) => {
    const name = node.get("FunctionCall").name;
    const isAllowed = ALLOWED_PLUGINS.has(name) || policy.allowedPlugins?.includes(name) === true;
    return isAllowed ? [] : [finding("plugin", node, name)];
  },
  SearchOperator: (node) =>
    node.find("InClause") === undefined
      ? [finding("unbounded-search", node)]
      : wildcards(node.get("InClause").list("Expressions")),
  FindOperator: (node) =>
    node.find("InClause") === undefined
      ? [finding("unbounded-find", node)]
      : wildcards(node.get("InClause").list("Expressions")),
  UnionOperator: (node) => wildcards(node.list("Expressions")),
  FunctionCallExpression: callFindings,
  NameReference: (node, { schema, policy }) => {
    const { symbol } = node;
    return symbol?.kind === "table" ? tableFindings(node, symbol.name, schema, policy) : [];
  },
};

/** A pattern of names among tables; in `project-away a*` it is harmless and not looked at. */
function wildcards(tables: readonly SyntaxNode[]): PolicyFinding[] {
  const found: PolicyFinding[] = [];
  for (const table of tables)
    for (const node of walk(table))
      if (
        node.kind === "WildcardedName" ||
        node.kind === "BracketedWildcardedName" ||
        node.kind === "StarExpression"
      ) {
        if (
          table.kind === "NameReference" ||
          table.kind === node.kind ||
          table.kind === "ParenthesizedExpression"
        )
          found.push(finding("table-wildcard", node));
        break;
      }
  return found;
}

function callFindings(node: SyntaxNode, { schema, policy }: Check): PolicyFinding[] {
  const name = node.name.toLowerCase();
  if (CROSS_SCOPE_FUNCTIONS.has(name))
    return policy.allowedScopes?.includes(name) === true
      ? []
      : [finding("cross-scope", node, node.name)];
  if (name === "table") {
    const [argument] = node.get("ArgumentList").list("Expressions");
    const table = typeof argument?.literal === "string" ? argument.literal : undefined;
    if (table === undefined || !Object.hasOwn(schema, table))
      return [finding("computed-table", node)];
    return tableFindings(node, table, schema, policy);
  }
  return node.find("Name")?.symbol === undefined && node.symbol === undefined
    ? [finding("unknown-function", node, node.name)]
    : [];
}

function tableFindings(
  node: SyntaxNode,
  table: string,
  schema: WorkspaceSchema,
  policy: KqlPolicy,
): PolicyFinding[] {
  if (!Object.hasOwn(schema, table)) return [];
  const isDenied =
    policy.deniedTables?.includes(table) === true ||
    policy.allowedTables?.includes(table) === false;
  return isDenied ? [finding("table-denied", node, table)] : [];
}

/** Tables whose own pipe has no filter on the time column before anything else reshapes the rows. */
function unboundedTables(root: SyntaxNode, schema: WorkspaceSchema): PolicyFinding[] {
  const bounded = new Set<number>();
  for (const node of walk(root)) {
    if (node.kind !== "PipeExpression" || node.get("Operator").kind !== "FilterOperator") continue;
    const table = filteredTable(node);
    if (table !== undefined && boundsTime(node.get("Operator").get("Condition")))
      bounded.add(table.start);
  }
  const found: PolicyFinding[] = [];
  for (const node of walk(root))
    if (
      node.kind === "NameReference" &&
      node.symbol?.kind === "table" &&
      !bounded.has(node.start)
    ) {
      const types = Object.hasOwn(schema, node.name) ? schema[node.name] : undefined;
      if (types !== undefined && "TimeGenerated" in types)
        found.push(finding("time-bound", node, node.name));
    }
  return found;
}

/** The table at the start of a pipe of filters only. */
function filteredTable(pipe: SyntaxNode): SyntaxNode | undefined {
  let input = pipe.get("Expression");
  while (input.kind === "PipeExpression" && input.get("Operator").kind === "FilterOperator")
    input = input.get("Expression");
  return input.kind === "NameReference" && input.symbol?.kind === "table" ? input : undefined;
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
function boundsTime(condition: SyntaxNode): boolean {
  if (condition.kind === "ParenthesizedExpression") return boundsTime(condition.get("Expression"));
  if (condition.kind === "AndExpression")
    return boundsTime(condition.get("Left")) || boundsTime(condition.get("Right"));
  if (!TIME_TESTS.has(condition.kind)) return false;
  return [condition.find("Left"), condition.find("Right")].some(
    (side) => side?.kind === "NameReference" && side.name === "TimeGenerated",
  );
}
