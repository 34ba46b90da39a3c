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
import { isWatchlistFunction, WATCHLIST_TABLE } from "./functions.ts";
import { diagnosticsOf } from "./kusto.ts";
import { reachedFunctions, type SavedCall } from "./savedFunctions.ts";
import { type BoundText, type SyntaxNode, positionAt, walk } from "./syntax.ts";
import { unboundedReads } from "./timeBounds.ts";

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
  const found = [...hiddenFindings(root), ...statementFindings(root)];
  for (const node of walk(root)) found.push(...nodeFindings(node, check));
  for (const call of reachedFunctions(root, schema)) found.push(...savedFindings(call, check));
  if (policy.needsTimeBound === true)
    for (const { node, name } of unboundedReads(root, schema))
      found.push(finding("time-bound", node, name));
  return found;
}

/** Letters that reverse, hide or break what a reader sees; what a reader cannot see he cannot approve. */
const HIDDEN = /[\u0085\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/u;

function hiddenFindings({ source }: SyntaxNode): PolicyFinding[] {
  const at = source.search(HIDDEN);
  if (at < 0) return [];
  const code = source.charCodeAt(at).toString(16).padStart(4, "0");
  const message = `${POLICY_RULES["hidden-character"]} (U+${code})`;
  return [{ rule: "hidden-character", message, ...positionAt(source, at) }];
}

const limitsTables = ({ allowedTables, deniedTables }: KqlPolicy): boolean =>
  allowedTables !== undefined || (deniedTables?.length ?? 0) > 0;

/** A saved function may do no more than a query: its body is judged as if it stood at the call. */
function savedFindings({ node, called, body }: SavedCall, check: Check): PolicyFinding[] {
  if (isWatchlistFunction(called.name)) return deniedTable(node, WATCHLIST_TABLE, check.policy);
  const isLimited = limitsTables(check.policy);
  if (body === undefined) return isLimited ? [finding("unseen-function", node, called.name)] : [];
  return [...walk(body)]
    .flatMap((one) => nodeFindings(one, check))
    .filter(({ rule }) => isLimited || rule !== "unknown-function")
    .map((one) => ({ ...one, message: `In the function ${called.name}: ${one.message}` }));
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
    if (symbol?.kind === "table") return tableFindings(node, symbol.name, schema, policy);
    // A fuzzy union takes a name that the schema lacks: the workspace may know it.
    return symbol === undefined && node.isTabular ? deniedTable(node, node.name, policy) : [];
  },
};

/** Patterns of names among tables; in `project-away a*` they are harmless and not looked at. */
const wildcards = (tables: readonly SyntaxNode[]): PolicyFinding[] =>
  tables.flatMap((table) => {
    const name = tableName(table);
    return name.kind === "StarExpression" || name.name.includes("*")
      ? [finding("table-wildcard", name)]
      : [];
  });

/** What stands at the end of `(database("d").Name)`. */
function tableName(table: SyntaxNode): SyntaxNode {
  if (table.kind === "ParenthesizedExpression") return tableName(table.get("Expression"));
  return table.kind === "PathExpression" ? table.get("Selector") : table;
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
  return Object.hasOwn(schema, table) ? deniedTable(node, table, policy) : [];
}

function deniedTable(node: SyntaxNode, table: string, policy: KqlPolicy): PolicyFinding[] {
  const isDenied =
    policy.deniedTables?.includes(table) === true ||
    policy.allowedTables?.includes(table) === false;
  return isDenied ? [finding("table-denied", node, table)] : [];
}
