/** Runs a query stage by stage; a stage that calls a saved function runs the function's own text in stages. */
import type { KqlFunction } from "../../schemas/kql.ts";
import type { SyntaxNode } from "../syntax.ts";
import type { Compiler, Context, Tabular } from "./context.ts";
import { refuse } from "./context.ts";
import { bindParameters } from "./expressions/userFunctions.ts";
import { defineLet } from "./lets.ts";
import { compileUnpack, type Unpacked } from "./operators/unpack.ts";
import { compileWatchlist, readsWatchlist } from "./operators/watchlist.ts";
import { KqlRefusal } from "./refusal.ts";
import type { Run } from "./run.ts";
import { savedFunction, unpackingFunction } from "./savedFunctions.ts";
import { constantScalar, constantValue } from "./scalar.ts";
import { firstStage, type Progress, replaceStage, type Stage, widenEmpty } from "./stages.ts";

/** What the compiler of texts gives to this part of it. */
export interface StageTools {
  readonly compiler: Compiler;
  /** @throws KqlRefusal when the text is wrong. */
  bind(text: string, progress: Progress): SyntaxNode;
  contextOf(progress: Progress): Context;
  compileStatements(root: SyntaxNode, context: Context): Tabular;
}

/** What the engine does not support is found before the first stage runs; names may still be open then. */
export function refuseAhead(root: SyntaxNode, progress: Progress, tools: StageTools): void {
  try {
    tools.compileStatements(root, { ...tools.contextOf(progress), isAhead: true });
  } catch (error) {
    if (!(error instanceof KqlRefusal) || error.code !== "unknown-name") throw error;
  }
}

/** The result of a text: its last part, over what its stages gave. */
export function runStages(start: Progress, current: Run, tools: StageTools): Unpacked {
  let progress = start;
  for (;;) {
    const bound = bindStaged(progress, tools);
    progress = bound.progress;
    const stage = firstStage(bound.root, progress.schema);
    if (stage === undefined) {
      const last = tools.compileStatements(bound.root, tools.contextOf(progress));
      return { columns: last.columns, frame: last.evaluate(current, {}) };
    }
    progress = replaceStage(progress, stage, runStage(stage, progress, current, tools));
    current.checkTime();
  }
}

const UNKNOWN_COLUMNS_MAX = 50;

interface Bound {
  readonly root: SyntaxNode;
  readonly progress: Progress;
}

/**
 * A table without rows has no columns of its own either: what the rest of the text asks of it is added, empty; as
 * dynamic, and where a text is wanted (a join's key) as string.
 */
function bindStaged(start: Progress, tools: StageTools): Bound {
  try {
    return bindWidened(start, "dynamic", tools);
  } catch (error) {
    if (!(error instanceof KqlRefusal) || error.code !== "syntax") throw error;
    try {
      return bindWidened(start, "string", tools);
    } catch {
      throw error;
    }
  }
}

function bindWidened(start: Progress, type: "dynamic" | "string", tools: StageTools): Bound {
  let progress = start;
  for (let added = 0; ; added += 1)
    try {
      return { root: tools.bind(progress.text, progress), progress };
    } catch (error) {
      const isOpen = error instanceof KqlRefusal && error.code === "unknown-name";
      const name = isOpen ? /^The name '([^']+)'/.exec(error.message)?.[1] : undefined;
      const wider = name === undefined ? undefined : widenEmpty(progress, name, type);
      if (wider === undefined || added >= UNKNOWN_COLUMNS_MAX) throw error;
      progress = wider;
    }
}

function runStage(stage: Stage, progress: Progress, current: Run, tools: StageTools): Unpacked {
  const root = tools.bind(stage.text, progress);
  const context = tools.contextOf(progress);
  const [pipe] = root
    .list("Statements")
    .flatMap((one) => (one.kind === "LetStatement" ? [] : [one.get("Expression")]));
  for (const statement of root.list("Statements"))
    if (statement.kind === "LetStatement") defineLet(statement, context);
  if (pipe === undefined) return refuse(root, "syntax", "The query has no expression.");
  if (readsWatchlist(pipe)) return compileWatchlist(pipe, context)(current);
  const saved = unpackingFunction(pipe, progress.schema);
  if (saved !== undefined) return runSaved(pipe, saved, { progress, context, current, tools });
  const input = tools.compiler.tabular(pipe.get("Expression"), context);
  return compileUnpack(pipe.get("Operator"), input, context)(current);
}

interface Call {
  readonly progress: Progress;
  readonly context: Context;
  readonly current: Run;
  readonly tools: StageTools;
}

/** Texts of functions that call each other nest this deep at most. */
const CALLS_MAX = 30;

/** The body as a text of its own: its parameters stand in front as typed constants, which the scope then fills. */
function runSaved(
  call: SyntaxNode,
  saved: KqlFunction,
  { progress, context, current, tools }: Call,
): Unpacked {
  const depth = (progress.depth ?? 0) + 1;
  if (depth > CALLS_MAX) return refuse(call, "too-large", "Functions call each other too deeply.");
  const declared = savedFunction(saved.name, progress.schema);
  if (declared?.kind !== "function" || saved.body === undefined)
    return refuse(call, "unsupported-function", `The function ${saved.name}() shows no body.`);
  if (declared.parameters.some(({ isTabular }) => isTabular))
    return refuse(
      call,
      "unsupported-function",
      `${saved.name}() takes a table and gives columns that follow from rows: that is not supported here.`,
    );
  const scope = context.scope.inside();
  bindParameters(call, declared.parameters, scope, context, undefined);
  const given = new Map(
    declared.parameters.map(({ name }) => {
      const binding = scope.find(name);
      if (binding?.kind !== "scalar")
        return refuse(call, "invalid-argument", `'${name}' has no value.`);
      const { type } = binding.scalar;
      return [name, constantScalar(type, constantValue(binding.scalar, current))] as const;
    }),
  );
  const lets = declared.parameters.map(({ name, type }) => `let ${name} = ${ABSENT(type)};\n`);
  const text = `${lets.join("")}${saved.body}`;
  try {
    return runStages(
      { text, schema: progress.schema, tables: new Map(), given, depth },
      current,
      tools,
    );
  } catch (error) {
    // Places in the body are not places of the query.
    if (error instanceof KqlRefusal && error.code !== "deadline-exceeded")
      refuse(call, error.code, `In ${saved.name}(): ${error.message}`);
    throw error;
  }
}

/** A constant of a type, so that the binder knows it. */
const ABSENT = (type: string): string => (type === "string" ? '""' : `${type}(null)`);
