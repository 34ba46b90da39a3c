/** The rules of the query policy: what each refuses and how to write it instead. */

export const POLICY_RULES = {
  "control-command":
    "Control commands (texts that begin with a dot) are not allowed. Write a query.",
  directive: "Directives (lines that begin with #) are not allowed. Remove the line.",
  "no-query": "There is no query. End the text with one expression that gives a table.",
  "several-statements": "Only one query is allowed after the lets. Remove the others.",
  statement: "Only `let` may stand before the query. Remove this statement.",
  unread: "A part of this text cannot be read as a query. Remove it.",
  "not-tabular": "The query has to give a table. Put `print` in front of a single value.",
  "external-data":
    "Reading data from outside of the workspace is not allowed. Use the workspace's tables.",
  plugin: "This plugin is not allowed. Only bag_unpack, pivot and narrow are.",
  "cross-scope":
    "Reading another cluster, database, workspace or resource is not allowed. Use this workspace's tables.",
  "unbounded-search":
    "A search over all tables is not allowed. Name the tables: search in (Table) ….",
  "unbounded-find":
    "A find over all tables is not allowed. Name the tables: find in (Table) where ….",
  "table-wildcard": "Patterns of table names are not allowed. Name each table.",
  "unknown-function":
    "This function is not known in this workspace, so what it reads cannot be checked.",
  "unseen-function":
    "The workspace does not show what this function reads, and here only some tables may be read. Query the tables.",
  "computed-table": "table() needs the literal name of a table of this workspace.",
  "table-denied": "This table may not be read here.",
  "several-results": "Only one table may come out. Ask for the parts in queries of their own.",
  "hidden-character":
    "A letter that cannot be seen stands here. Remove it; inside of a string write it as an escape such as \\u200b.",
  "time-bound": "The table has no time bound. Add `| where TimeGenerated > ago(…)` right after it.",
  "too-deep": "The query is nested too deeply to be checked. Split it with lets.",
} as const;

export type PolicyRule = keyof typeof POLICY_RULES;

/** Functions that reach out of the workspace, in lower case. */
export const CROSS_SCOPE_FUNCTIONS: ReadonlySet<string> = new Set([
  "adx",
  "app",
  "arg",
  "cluster",
  "database",
  "entity_group",
  "external_table",
  "graph",
  "materialized_view",
  "resource",
  "stored_query_result",
  "workspace",
]);

export const ALLOWED_PLUGINS: ReadonlySet<string> = new Set(["bag_unpack", "narrow", "pivot"]);

/** Kinds of nodes that are refused wherever they stand. */
export const REFUSED_KINDS: Readonly<Record<string, PolicyRule>> = {
  AliasStatement: "statement",
  ContextualDataTableExpression: "external-data",
  Directive: "directive",
  DirectiveBlock: "directive",
  EntityGroupExpression: "cross-scope",
  ExecuteAndCacheOperator: "statement",
  ExternalDataExpression: "external-data",
  FacetOperator: "several-results",
  ForkOperator: "several-results",
  InlineExternalTableExpression: "external-data",
  MacroExpandOperator: "cross-scope",
  MaterializedViewCombineExpression: "external-data",
  PatternStatement: "statement",
  QueryParametersStatement: "statement",
  RestrictStatement: "statement",
  SetOptionStatement: "statement",
  SkippedTokens: "unread",
};
