/**
 * Queries whose columns follow from their rows (`evaluate bag_unpack`, `evaluate pivot`, `_GetWatchlist()`) run in
 * stages: the text up to the first such operator runs, its result takes the place of that text as a table, and the rest
 * is bound anew.
 */
import type { KqlColumn, KqlType, WorkspaceSchema } from "../../schemas/kql.ts";
import type { SyntaxNode } from "../syntax.ts";
import { type Scalar, type Tabular, refuse } from "./context.ts";
import { Frame } from "./frame.ts";
import type { Unpacked } from "./operators/unpack.ts";
import { unpacks } from "./operators/unpack.ts";
import { namesUnpacking, unpackingFunction } from "./savedFunctions.ts";
import { readsWatchlist } from "./operators/watchlist.ts";

/** The first part of a text that has to run by itself. */
export interface Stage {
  /** The pipe that ends with the operator, or the call of a watchlist. */
  readonly pipe: SyntaxNode;
  /** The text with only the pipe and the `let`s that it may refer to; all else is blank. */
  readonly text: string;
}

/** Finds the first such part; @throws KqlRefusal when it stands where it has no rows of its own. */
export function firstStage(root: SyntaxNode, schema: WorkspaceSchema): Stage | undefined {
  const found: { path: SyntaxNode[]; pipe: SyntaxNode }[] = [];
  const visit = (node: SyntaxNode, path: SyntaxNode[]): void => {
    const isSaved = unpackingFunction(node, schema) !== undefined;
    const inside = [...path, node];
    if (!isSaved) for (const child of node.children) visit(child, inside);
    const isUnpacked = node.kind === "PipeExpression" && unpacks(node.get("Operator"));
    if (isUnpacked || isSaved || (readsWatchlist(node) && !path.some(takesRows)))
      found.push({ path, pipe: node });
  };
  if (/\bevaluate\b|\b_GetWatchlist\b/.test(root.source) || namesUnpacking(root.source, schema))
    visit(root, []);
  const [first] = found.toSorted((a, b) => a.pipe.end - b.pipe.end);
  if (first === undefined) return undefined;
  return { pipe: first.pipe, text: stageText(first.path, first.pipe) };
}

/** Places where rows come from outside of the text. */
const DEPENDENT = new Set(["MvApplySubqueryExpression", "PartitionSubquery"]);

/** Inside of it, what a text says may differ from call to call or from row to row. */
const takesRows = (node: SyntaxNode): boolean =>
  DEPENDENT.has(node.kind) ||
  (node.kind === "FunctionDeclaration" && node.get("Parameters").list("Parameters").length > 0);

const blank = (part: string): string => part.replace(/[^\r\n\u2028\u2029]/g, " ");

function stageText(path: readonly SyntaxNode[], pipe: SyntaxNode): string {
  const { source } = pipe;
  const kept: { start: number; end: number }[] = [];
  path.forEach((node, depth) => {
    if (takesRows(node))
      refuse(
        pipe.find("Operator") ?? pipe,
        "unsupported-operator",
        "A plugin whose columns follow from its rows is not supported in this place.",
      );
    if (node.kind !== "QueryBlock" && node.kind !== "FunctionBody") return;
    const holder = path.slice(depth).concat(pipe);
    for (const statement of node.list("Statements")) {
      if (holder.some((one) => one.start === statement.start && one.kind === statement.kind)) break;
      if (statement.kind === "LetStatement")
        kept.push({ start: statement.start, end: source.indexOf(";", statement.end) + 1 });
    }
  });
  kept.push(pipe);
  let text = "";
  for (const { start, end } of kept)
    text += blank(source.slice(text.length, start)) + source.slice(start, end);
  return text;
}

export interface StagedTable extends Tabular {
  readonly rowCount: number;
}

const isEmpty = (table: StagedTable): boolean => table.rowCount === 0;

/** What has been computed of a text so far. */
export interface Progress {
  readonly text: string;
  readonly schema: WorkspaceSchema;
  readonly tables: ReadonlyMap<string, StagedTable>;
  /** Values of the parameters, in a text that is a function's body. */
  readonly given?: ReadonlyMap<string, Scalar>;
  /** How many saved functions are open around this text. */
  readonly depth?: number;
}

/** Adds a column to the tables without rows; undefined when there is none, or none lacks it. */
export function widenEmpty(
  progress: Progress,
  name: string,
  type: KqlType = "dynamic",
): Progress | undefined {
  const schema = { ...progress.schema };
  const tables = new Map(progress.tables);
  let isWider = false;
  for (const [table, result] of progress.tables) {
    const columns = schema[table];
    if (columns === undefined || Object.hasOwn(columns, name) || !isEmpty(result)) continue;
    isWider = true;
    schema[table] = { ...columns, [name]: type };
    const wider = [...result.columns, { name, type }];
    const frame = Frame.of(
      0,
      wider.map(() => []),
    );
    tables.set(table, asTabular(wider, frame));
  }
  return isWider ? { ...progress, schema, tables } : undefined;
}

const asTabular = (columns: readonly KqlColumn[], frame: Frame): StagedTable => ({
  rowCount: frame.rowCount,
  columns,
  takesBounds: false,
  evaluate: () => frame,
});

/** Puts a stage's result in the place of its text. Offsets of everything behind it stay. */
export function replaceStage(progress: Progress, stage: Stage, result: Unpacked): Progress {
  const { text } = progress;
  const { start, end } = stage.pipe;
  // Short enough to fit where the word `evaluate` stood.
  const name = `__ev${progress.tables.size}`;
  const operator = stage.pipe.find("Operator")?.start ?? start;
  const replaced =
    text.slice(0, start) +
    blank(text.slice(start, operator)) +
    name +
    blank(text.slice(operator + name.length, end)) +
    text.slice(end);
  const columns = Object.fromEntries(result.columns.map((column) => [column.name, column.type]));
  return {
    text: replaced,
    schema: { ...progress.schema, [name]: columns },
    tables: new Map(progress.tables).set(name, asTabular(result.columns, result.frame)),
  };
}
