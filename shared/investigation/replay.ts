/** Runs a session again from its recording: same questions, stored answers, nothing asked of the workspace. Writes nothing. */
import { AppError } from "../domain/errors.ts";
import { BUILT_IN_SCHEMA } from "../kql/schema.ts";
import type { Deps } from "../ports/deps.ts";
import type { IncidentRecord } from "../schemas/incidents.ts";
import type { KqlAnalysis, QueryResult, WorkspaceSchema } from "../schemas/kql.ts";
import type { ChatMessage, ChatRequest, ToolCall } from "../schemas/modelExchanges.ts";
import type { ModelRecord } from "../schemas/models.ts";
import type { SiemProvider } from "../schemas/providers.ts";
import type { SessionBudget } from "../schemas/sessionBudgets.ts";
import type { Evidence, Report, SessionRecord } from "../schemas/sessions.ts";
import { conditionQuestion } from "./condition.ts";
import { concludeInvestigation } from "./conclude.ts";
import { QUESTIONS } from "./data/questions.ts";
import type { TurnInput } from "./modelAsk.ts";
import type { Memory } from "./modelCalls.ts";
import { isModelDue, turnInput } from "./modelSession.ts";
import { newModelState } from "./modelState.ts";
import { runModelTurn } from "./modelTurn.ts";
import { plannedQuestions } from "./plan.ts";
import { runSlice } from "./slice.ts";
import type { InvestigationState } from "./state.ts";

/** What a run left: everything a replay may look at. */
export interface Recording {
  session: SessionRecord;
  /** As the run ended. */
  state: InvestigationState;
  evidence: readonly Evidence[];
  /** What the model was asked, in order; empty when none was. */
  requests: readonly ChatRequest[];
}

export interface ReplayInput {
  recording: Recording;
  provider: SiemProvider;
  incident: IncidentRecord | undefined;
  memory: Memory;
  /** Who judges; `undefined` for the rules alone. */
  record: ModelRecord | undefined;
  budget: SessionBudget;
  /** Answers of the recording, or of another model. */
  exchange: TurnInput["exchange"];
}

export interface Replayed {
  report: Report;
  state: InvestigationState;
  evidence: Evidence[];
  /** Queries that the recording has no answer to. */
  missing: string[];
}

/** Turns after which a replay cannot be at its end any more: budgets bound it long before. */
const TURNS_MAX = 200;

export async function replayInvestigation(
  { clock }: Pick<Deps, "clock">,
  input: ReplayInput,
): Promise<Replayed> {
  const { recording, provider } = input;
  const { session } = recording;
  const answers = new RecordedAnswers(recording);
  const deps = { clock, kql: answers.kql, siem: answers.siem };
  const schema = schemaOf(recording.state);
  const evidence: Evidence[] = [];
  let state = beginningOf(recording.state);
  while (state.pending.length > 0) {
    const slice = await runSlice(deps, {
      provider,
      schema,
      timespan: session.timespan,
      incidentNumber: session.incident_number,
      state,
    });
    state = slice.state;
    evidence.push(...slice.evidence);
  }
  const { record } = input;
  const judged = { ...session, model_name: record?.model_name ?? "" };
  const told = toldBy(recording.requests);
  const asked = recording.state.model?.asked;
  if (asked !== undefined && record !== undefined) {
    state = { ...state, model: { ...newModelState(clock.now()), asked } };
  }
  let transcript: readonly ChatMessage[] = openingOf(recording);
  const isDue = (): boolean => record !== undefined && isModelDue(judged, state);
  for (let turn = 0; isDue() && turn < TURNS_MAX; turn += 1) {
    const of = turnInput({
      deps,
      session: judged,
      state,
      record,
      budget: input.budget,
      evidence,
      transcript,
      provider,
      schema,
      incident: input.incident,
      alerts: async () => [],
      memory: input.memory,
      exchange: input.exchange,
    });
    const done = await runModelTurn({ ...of, calls: { ...of.calls, told } });
    state = { ...state, model: done.state };
    transcript = done.transcript;
    evidence.push(...done.evidence);
  }
  const { report } = concludeInvestigation(session, state, evidence, clock.now());
  return { report, state, evidence, missing: answers.missing };
}

/** The state with which the run began: what was learned on the way is learned again. */
function beginningOf(ended: InvestigationState): InvestigationState {
  const counting = conditionQuestion(ended);
  const { model: _model, begun, missing: _missing, ...rest } = ended;
  return {
    ...rest,
    ...(begun !== undefined && { begun }),
    known: begun ?? ended.known,
    pending: [
      ...(counting === undefined ? [] : [counting.id]),
      ...plannedQuestions(ended.families),
    ],
    failures: {},
    unanswered: 0,
    answered: 0,
    counted: [],
    not_checked: [],
    not_observable: [],
    error: null,
  };
}

/** The built-in tables, and those alone that the workspace had. */
const schemaOf = ({ missing = [] }: InvestigationState): WorkspaceSchema =>
  Object.fromEntries(Object.entries(BUILT_IN_SCHEMA).filter(([name]) => !missing.includes(name)));

/** What the model was told at the start; empty when none was asked: then it is made anew. */
const openingOf = ({ requests: [first] }: Recording): readonly ChatMessage[] =>
  first === undefined || first.tools.length === 0 ? [] : first.messages;

/** What a tool had answered to the same call, by its name and arguments. */
function toldBy(requests: readonly ChatRequest[]): (call: ToolCall) => string | undefined {
  const told = new Map<string, string>();
  for (const { messages } of requests) {
    const calls = new Map<string, string>();
    for (const message of messages) {
      if (message.role === "assistant") {
        for (const call of message.tool_calls) calls.set(call.id, keyOf(call));
      }
      const key = message.role === "tool" ? calls.get(message.tool_call_id) : undefined;
      // Later requests may have left the content out to save room: the first one has it.
      if (message.role === "tool" && key !== undefined && !told.has(key)) {
        told.set(key, message.content);
      }
    }
  }
  return (call) => told.get(keyOf(call));
}

const keyOf = ({ name, arguments: text }: ToolCall): string => `${name} ${text}`;

/** The workspace and the analyser as they were in the recording. */
class RecordedAnswers {
  readonly missing: string[] = [];
  readonly kql: Deps["kql"];
  readonly siem: Pick<Deps["siem"], "query">;
  readonly #recording: Recording;
  readonly #byKql: ReadonlyMap<string, Evidence>;

  constructor(recording: Recording) {
    this.#recording = recording;
    this.#byKql = new Map(recording.evidence.map((one) => [one.kql, one]));
    this.siem = { query: async (_provider, { kql }) => this.#answerTo(kql) };
    this.kql = { analyse: async (kql) => this.#analysisOf(kql), close: async () => {} };
  }

  #answerTo(kql: string): QueryResult {
    const found = this.#byKql.get(kql);
    if (found === undefined) throw this.#noAnswer(kql);
    const { columns, rows, truncated, statistics } = found;
    const { duration_ms, partial_error } = statistics;
    return {
      columns,
      rows: rows.map(({ values }) => values),
      truncated,
      duration_ms,
      ...(partial_error !== undefined && { partial_error }),
    };
  }

  /** A question that the run had no answer to has none again, for the same reason. */
  #noAnswer(kql: string): AppError {
    const asked = QUESTIONS.find((one) => kql.endsWith(one.kql))?.question;
    const { not_observable, not_checked } = this.#recording.state;
    const unseen = not_observable.find(({ question }) => question === asked);
    if (unseen !== undefined) return new AppError("kql-refused", unseen.reason);
    const left = not_checked.find(({ question }) => question === asked);
    if (left !== undefined) return new AppError("query-timeout", left.reason);
    this.missing.push(kql);
    return new AppError("query-timeout", "The recording has no answer to this query.");
  }

  #analysisOf(kql: string): KqlAnalysis {
    const id = this.#byKql.get(kql)?.id;
    const counted = this.#recording.evidence.filter((one) => one.id.startsWith(`${id ?? "-"}_t`));
    const tables = counted.map((one) => /^(\w+)\n\|/m.exec(one.kql)?.[1] ?? "");
    const empty = { diagnostics: [], policy: [], functions: [], columns: [], output: [] };
    return { ok: true, ...empty, tables };
  }
}
