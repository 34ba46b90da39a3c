/** Does what a model's tool calls ask for: queries through the same door as the rules' own, everything else read-only. */
import { presenceQuery } from "../domain/absence.ts";
import { AppError } from "../domain/errors.ts";
import type { Deps } from "../ports/deps.ts";
import type { SentinelAlert } from "../ports/siem.ts";
import type { IncidentRecord } from "../schemas/incidents.ts";
import type { ToolCall } from "../schemas/modelExchanges.ts";
import type { SessionBudget } from "../schemas/sessionBudgets.ts";
import type { Evidence } from "../schemas/sessions.ts";
import { kqlConstants, kqlDatetime, kqlDynamic, kqlString } from "../kql/constants.ts";
import { ask, type Asking } from "./ask.ts";
import { alertsText, evidenceText, remembered, rowsText } from "./modelContext.ts";
import { handlesIn, namedHandles, rawText, unfenced, valuesByHandle } from "./modelFence.ts";
import { incidentText } from "./modelPrompts.ts";
import type { ModelState, Proposal } from "./modelState.ts";
import { type Call, readCall } from "./modelTools.ts";
import type { NewStep } from "./slice.ts";

/** Calls of one answer that are done; the others are told to come again. */
const CALLS_MAX = 6;
const ROWS_AT_ONCE = 50;
/** Queries that the parser or the policy may refuse before no more are taken. */
const REFUSED_MAX = 10;
/** Tables of one query whose rows are counted when it found nothing. */
const TABLES_MAX = 3;
/** Columns of a table whose values are counted with its rows. */
const FILLED_MAX = 12;
const QUESTION_MAX = 200;

/** Tools whose answers come from stores that change. */
const READS: ReadonlySet<string> = new Set([
  "get_incident",
  "get_alerts",
  "entity_history",
  "search_past",
]);

/** What earlier sessions of the tenant know; texts in it come from logs. */
export interface Memory {
  /** One line for each thing that is known of the entity. */
  entityHistory(value: string): Promise<{ label: string; values: string[] }[]>;
  pastSessions(words: string): Promise<{ label: string; values: string[] }[]>;
}

export interface CallContext {
  deps: Pick<Deps, "clock" | "kql">;
  asking: Asking;
  budget: SessionBudget;
  incident: IncidentRecord | undefined;
  /** @throws AppError when they cannot be read. */
  alerts(): Promise<readonly Pick<SentinelAlert, "name" | "tactics" | "techniques">[]>;
  /** Whether the run has so many seconds left for a workspace that limits its requests. */
  mayWait(seconds: number): boolean;
  memory: Memory;
  /** What a recording has as the answer of a tool that reads; `undefined` for calls that it does not know. */
  told?: (call: ToolCall) => string | undefined;
  /** Values that the rules know of, whose handles the model has. */
  known: readonly string[];
  /** Everything gathered so far, this turn's included. */
  evidence: Evidence[];
}

/** What the calls of one answer gave. */
export interface Done {
  results: { id: string; content: string }[];
  steps: NewStep[];
  evidence: Evidence[];
  queries: number;
  state: ModelState;
  /** The workspace asked to wait: all calls of the answer are to be done again then. */
  wait?: Wait;
}

interface Wait {
  seconds: number;
  step: NewStep;
}

export async function doCalls(
  context: CallContext,
  state: ModelState,
  calls: readonly ToolCall[],
): Promise<Done> {
  const work = new Work(context, state);
  for (const [i, call] of calls.entries()) {
    const content =
      i < CALLS_MAX
        ? await work.take(call)
        : `At most ${CALLS_MAX} calls at a time: call it again.`;
    work.results.push({ id: call.id, content });
    if (work.wait !== undefined) break;
  }
  const { results, steps, evidence, queries, state: left, wait } = work;
  return { results, steps, evidence, queries, state: left, ...(wait !== undefined && { wait }) };
}

class Work {
  readonly results: Done["results"] = [];
  readonly steps: NewStep[] = [];
  readonly evidence: Evidence[] = [];
  queries = 0;
  state: ModelState;
  wait: Wait | undefined;
  readonly #context: CallContext;

  constructor(context: CallContext, state: ModelState) {
    this.#context = context;
    this.state = structuredClone(state);
  }

  async take(call: ToolCall): Promise<string> {
    const read = readCall(call);
    const told = "wrong" in read || !READS.has(read.name) ? undefined : this.#context.told?.(call);
    if (told !== undefined) {
      this.#step("tool", `The recording answers ${call.name}.`);
      return told;
    }
    if (!("wrong" in read)) return await this.#do(read);
    this.state.invalid += 1;
    this.#step("tool", `The model asked for something that there is not: ${read.wrong}`);
    return read.wrong;
  }

  async #do(call: Call): Promise<string> {
    if (call.name === "run_kql") return await this.#runKql(call.arguments);
    if (call.name === "read_rows") return this.#readRows(call.arguments);
    if (call.name === "get_incident") return this.#incident();
    if (call.name === "get_alerts") return await this.#alerts();
    if (call.name === "finish") return this.#finish(call.arguments);
    const { memory } = this.#context;
    if (call.name === "search_past") {
      this.#step("tool", "The model searched earlier investigations.");
      return remembered(await memory.pastSessions(this.#meant(call.arguments.words)));
    }
    this.#step("tool", "The model asked what earlier investigations know of an entity.");
    return remembered(await memory.entityHistory(this.#meant(call.arguments.value)));
  }

  #incident(): string {
    const { incident } = this.#context;
    this.#step("tool", "The model read the incident.");
    return incident === undefined ? "There is no incident." : incidentText(incident);
  }

  #finish(proposal: Proposal): string {
    const { verdict, claims } = proposal;
    this.state.proposal = proposal;
    this.state.phase = "finished";
    const words = verdict.replace("_", " ");
    this.#step("model", `The model handed in ${claims.length} claims and proposes ${words}.`);
    return "Taken.";
  }

  async #runKql({ question, kql }: { question: string; kql: string }): Promise<string> {
    const { budget, asking } = this.#context;
    if (this.state.refused >= REFUSED_MAX) return "Too many queries were refused. Call finish.";
    if (this.state.queries >= budget.queries) return "No queries are left. Call finish.";
    if (this.state.rows >= budget.rows) return "No rows are left. Call finish.";
    const evidenceId = `ev_asked_${this.state.turn}_${this.results.length + 1}`;
    const text = this.#withHandles(kql);
    const asked = question.slice(0, QUESTION_MAX);
    const answer = await ask(asking, { evidenceId, question: asked, kql: text });
    if (answer.kind === "answered") {
      this.#count();
      this.#keep(answer.evidence);
      if (answer.evidence.row_count === 0) await this.#countTables(answer.evidence);
      return evidenceText(answer.evidence);
    }
    if (answer.kind === "failed") {
      this.#count();
      const { detail } = answer.error;
      if (this.#waits("A query of the model", detail, answer.waitSeconds)) return detail;
      this.#step("tool", `A query of the model had no answer: ${detail}`, { kql: text });
      return `No answer: ${detail}`;
    }
    this.state.refused += 1;
    this.#step("tool", `A query of the model was not run: ${answer.reason}`, { kql: text });
    return `Not run: ${answer.reason}`;
  }

  /** Values reach the query as typed constants, as everywhere. */
  #withHandles(kql: string): string {
    const values = valuesByHandle(this.#context.evidence, this.#context.known);
    const constants = handlesIn(kql).flatMap((handle) => {
      const value = values.get(handle);
      if (value === undefined) return [];
      return [
        [`_${handle}`, typeof value === "string" ? kqlString(value) : kqlDynamic(value)] as const,
      ];
    });
    return kqlConstants(Object.fromEntries(constants)) + namedHandles(kql);
  }

  /** Finding nothing proves something only where the tables had rows. */
  async #countTables(empty: Evidence): Promise<void> {
    const { asking, deps } = this.#context;
    const { tables, columns } = await deps.kql.analyse(
      empty.kql,
      asking.schema,
      asking.provider.kql_policy,
    );
    const [start, end] = ["_from", "_to"];
    const constants = kqlConstants({
      [start]: kqlDatetime(new Date(asking.timespan.from)),
      [end]: kqlDatetime(new Date(asking.timespan.to)),
    });
    const proofs: string[] = [];
    for (const [i, table] of tables.slice(0, TABLES_MAX).entries()) {
      const known = asking.schema[table] ?? {};
      const asked = columns.filter((name) => name !== "TimeGenerated" && known[name] !== undefined);
      const counting = presenceQuery(table, asked.slice(0, FILLED_MAX), {
        from: start,
        start,
        end,
      });
      const answer = await ask(asking, {
        evidenceId: `${empty.id}_t${i + 1}`,
        question: `Did ${table} have rows in that time?`,
        kql: constants + counting,
      });
      this.#count();
      if (answer.kind === "failed")
        this.#waits(`The count of ${table}`, answer.error.detail, answer.waitSeconds);
      if (answer.kind !== "answered") return;
      this.#keep(answer.evidence);
      proofs.push(answer.evidence.id);
    }
    if (tables.length > 0 && proofs.length === tables.length) this.state.proofs[empty.id] = proofs;
  }

  #readRows({ evidence_id, from, to }: { evidence_id: string; from: number; to: number }): string {
    const found = this.#context.evidence.find(({ id }) => id === evidence_id);
    if (found === undefined) return "There is no such evidence.";
    const first = Math.max(1, Math.floor(Number.isFinite(from) ? from : 1));
    const last = Math.min(first + ROWS_AT_ONCE - 1, Number.isFinite(to) ? Math.floor(to) : first);
    this.#step("tool", `The model read rows ${first} to ${Math.max(first, last)} of ${found.id}.`);
    return rowsText(found, first, last);
  }

  async #alerts(): Promise<string> {
    this.#step("tool", "The model read the incident's alerts.");
    let alerts: Awaited<ReturnType<CallContext["alerts"]>>;
    try {
      alerts = await this.#context.alerts();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.#waits("Reading the alerts", error.detail, error.retryAfterSeconds);
      return `The alerts could not be read: ${error.detail}`;
    }
    return alertsText(alerts);
  }

  /** What the model means by a handle. */
  #meant(text: string): string {
    const values = valuesByHandle(this.#context.evidence, this.#context.known);
    return unfenced(text, values, rawText).slice(0, 300);
  }

  /** Whether the calls come again after a wait. */
  #waits(what: string, detail: string, seconds: number | undefined): boolean {
    if (seconds === undefined || !this.#context.mayWait(seconds)) return false;
    this.wait = { seconds, step: this.#step("note", `${what} waits: ${detail}`) };
    return true;
  }

  #count(): void {
    this.queries += 1;
    this.state.queries += 1;
  }

  #keep(evidence: Evidence): void {
    this.state.rows += evidence.row_count;
    this.evidence.push(evidence);
    this.#context.evidence.push(evidence);
    const rows = evidence.row_count === 1 ? "1 row" : `${evidence.row_count} rows`;
    this.#step("query", `${evidence.question} ${rows}.`, {
      kql: evidence.kql,
      timespan: evidence.timespan,
      row_count: evidence.row_count,
      truncated: evidence.truncated,
      duration_ms: evidence.statistics.duration_ms,
      evidence_id: evidence.id,
    });
  }

  #step(kind: NewStep["kind"], summary: string, more: Partial<NewStep> = {}): NewStep {
    const at = this.#context.deps.clock.now().toISOString();
    const step: NewStep = { stage: "execution", kind, summary, duration_ms: 0, ...more, at };
    this.steps.push(step);
    return step;
  }
}
