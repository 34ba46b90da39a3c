/** One slice of a run: a few questions, each analysed before it runs, every outcome a step that people can read. */
import type { Deps } from "../ports/deps.ts";
import type { TimeRange, WorkspaceSchema } from "../schemas/kql.ts";
import type { SiemProvider } from "../schemas/providers.ts";
import type { Evidence, Step } from "../schemas/sessions.ts";
import {
  type Answer,
  ask,
  type Asking,
  questionEvidenceId,
  tableCount,
  tableEvidenceId,
  withConstants,
} from "./ask.ts";
import { conditionQuestion } from "./condition.ts";
import { questionOf } from "./data/questions.ts";
import { countedColumns } from "./filters.ts";
import { gapOf } from "./findings.ts";
import {
  countedStretches,
  stretchesToProve,
  type Parameter,
  type Question,
  type Stretch,
} from "./question.ts";
import { fits, namedRows } from "./rows.ts";
import type { InvestigationState } from "./state.ts";
import { withValues } from "./subject.ts";
import { mayWait } from "./waits.ts";

/** A slice stops asking after so many queries or so much time: whichever comes first. */
const QUERIES_PER_SLICE = 6;
const SLICE_MS = 20_000;
/** Tries per question; each includes the adapter's own retries. */
const TRIES = 2;
/** After so many questions in a row without an answer the workspace counts as down. */
const UNANSWERED_MAX = 4;
/** New values that one answer may teach. */
const LEARNED_MAX = 10;

/** Before the id of a question whose answer was empty: only its tables are still to be counted. */
const COUNT = /^count:/;

export type NewStep = Omit<Step, "seq">;

export interface SliceInput {
  provider: SiemProvider;
  schema: WorkspaceSchema;
  timespan: TimeRange;
  incidentNumber: number | undefined;
  state: InvestigationState;
}

export interface SliceResult {
  steps: NewStep[];
  evidence: Evidence[];
  queries: number;
  state: InvestigationState;
  /** Seconds before the next slice may begin, because the workspace asked to wait; absent: none. */
  waitSeconds?: number;
}

type Failure = Extract<Answer, { kind: "failed" }>;

type Needs = Pick<Deps, "clock" | "kql"> & { siem: Pick<Deps["siem"], "query"> };

/** Asks until the slice's budget is used up, nothing is left, or the workspace asks to wait. Writes nothing. */
export async function runSlice(deps: Needs, input: SliceInput): Promise<SliceResult> {
  const slice = new Slice(deps, input);
  const until = deps.clock.now().getTime() + SLICE_MS;
  while (slice.queries < QUERIES_PER_SLICE && deps.clock.now().getTime() < until) {
    const [id, ...pending] = slice.state.pending;
    if (id === undefined) break;
    slice.state.pending = pending;
    const question = questionOf(id.replace(COUNT, ""));
    if (question === undefined) continue;
    if (COUNT.test(id)) await slice.countTables(question);
    else await slice.take(question);
    if (slice.waitSeconds !== undefined) break;
  }
  const { steps, evidence, queries, state, waitSeconds } = slice;
  return { steps, evidence, queries, state, ...(waitSeconds !== undefined && { waitSeconds }) };
}

class Slice {
  readonly steps: NewStep[] = [];
  readonly evidence: Evidence[] = [];
  readonly state: InvestigationState;
  queries = 0;
  waitSeconds: number | undefined;
  readonly #asking: Asking;
  readonly #deps: Needs;
  readonly #input: SliceInput;

  constructor(deps: Needs, input: SliceInput) {
    const { provider, schema, timespan } = input;
    this.#deps = deps;
    this.#input = input;
    this.#asking = { deps, provider, schema, timespan };
    this.state = structuredClone(input.state);
  }

  async take(question: Question): Promise<void> {
    const { needs } = question;
    if (needs.length > 0 && !needs.some((name) => this.state.known[name].length > 0)) {
      const reason = `No ${wordsFor(needs)} is known to ask about.`;
      this.state.not_checked.push({ ...gapOf(question, reason), is_moot: true });
      return;
    }
    const missing = question.tables.find((table) => this.#input.schema[table] === undefined);
    if (missing !== undefined) {
      this.state.missing = [...new Set([...(this.state.missing ?? []), missing])];
      this.#notObservable(question, `The workspace has no table ${missing}.`);
      return;
    }
    if (this.state.unanswered >= UNANSWERED_MAX) {
      this.#leaveOut(question, "The workspace had stopped answering.");
      return;
    }
    const kql = withConstants(question.kql, this.state, this.#input.incidentNumber);
    const evidenceId = questionEvidenceId(question.id);
    const answer = await this.#ask({ evidenceId, question: question.question, kql });
    if (answer.kind !== "answered") return this.#unanswered(question, answer);
    this.#learn(question, answer.evidence);
    await this.countTables(question, stretchesToProve(question, answer.evidence.row_count));
  }

  /**
   * Counts the tables of a question that found nothing, or that says what is usual; what the workspace does not answer now
   * is asked again later.
   */
  async countTables(question: Question, stretches = countedStretches(question)): Promise<void> {
    for (const stretch of stretches) {
      for (const table of question.tables) {
        if (this.waitSeconds === undefined) await this.#count(table, stretch, question);
      }
    }
  }

  async #ask(what: Parameters<typeof ask>[1]): Promise<Answer> {
    this.queries += 1;
    const answer = await ask(this.#asking, what);
    if (answer.kind !== "answered") return answer;
    const { evidence } = answer;
    this.state.answered += 1;
    this.state.unanswered = 0;
    this.evidence.push(evidence);
    this.#step("execution", "query", `${evidence.question} ${rowsText(evidence)}`, {
      kql: evidence.kql,
      timespan: evidence.timespan,
      row_count: evidence.row_count,
      truncated: evidence.truncated,
      duration_ms: evidence.statistics.duration_ms,
      evidence_id: evidence.id,
    });
    return answer;
  }

  /** Proof of absence: without rows in the table, or values in what was asked, an empty answer says nothing. */
  async #count(table: string, stretch: Stretch, question: Question): Promise<void> {
    const id = tableEvidenceId(table, stretch);
    if (this.state.counted.includes(id)) return;
    const columns = countedColumns(table, stretch, conditionQuestion(this.state)).filter(
      (name) => this.#input.schema[table]?.[name] !== undefined,
    );
    const answer = await this.#ask(tableCount(table, stretch, columns, this.state));
    if (answer.kind === "answered") {
      this.state.counted.push(id);
      return;
    }
    const isAgain = answer.kind === "failed" && this.#countsAgain(table, question, answer);
    if (isAgain) return;
    const reason = answer.kind === "failed" ? answer.error.detail : answer.reason;
    this.#step("execution", "note", `Whether ${table} had rows could not be checked: ${reason}`, {
      kql: answer.kql,
    });
  }

  /** Whether the count comes again: at once after a wait, at the end after another failure. */
  #countsAgain(table: string, question: Question, failure: Failure): boolean {
    const id = `count:${question.id}`;
    const what = `Whether ${table} had rows`;
    if (this.#waits(id, what, failure)) return true;
    const tries = (this.state.failures[id] ?? 0) + 1;
    this.state.failures[id] = tries;
    if (failure.error.code !== "siem-unavailable" || tries >= TRIES) return false;
    if (!this.state.pending.includes(id)) this.state.pending.push(id);
    const summary = `${what} had no answer: ${failure.error.detail} It comes again at the end.`;
    this.#step("execution", "note", summary, { kql: failure.kql });
    return true;
  }

  #learn(question: Question, evidence: Evidence): void {
    for (const { column, as, when, ifNone } of question.learns ?? []) {
      if (ifNone === true && this.state.known[as].length > 0) continue;
      const rows = namedRows(evidence).filter((row) => fits(row, when));
      const times = new Map<string, number>();
      for (const row of rows) {
        const value = row.cell(column);
        if (typeof value === "string") times.set(value, (times.get(value) ?? 0) + 1);
      }
      const rarestFirst = [...times].toSorted((a, b) => a[1] - b[1]).map(([value]) => value);
      const before = this.state.known;
      const taught = rarestFirst
        .filter((value) => !before[as].includes(value.toLowerCase()))
        .slice(0, LEARNED_MAX);
      this.state.known = withValues(before, as, taught);
    }
  }

  #unanswered(question: Question, answer: Exclude<Answer, { kind: "answered" }>): void {
    if (answer.kind === "failed") this.#failed(question, answer);
    else if (answer.kind === "refused") this.#refused(question, answer);
    else this.#notObservable(question, answer.reason);
  }

  #refused(question: Question, { kql, reason }: { kql: string; reason: string }): void {
    this.#step("query_generation", "decision", `“${question.question}” was not run: ${reason}`, {
      kql,
    });
    this.state.not_checked.push(gapOf(question, reason));
  }

  #failed(question: Question, failure: Failure): void {
    if (this.#waits(question.id, `“${question.question}”`, failure)) return;
    const { code, detail } = failure.error;
    const tries = (this.state.failures[question.id] ?? 0) + 1;
    this.state.failures[question.id] = tries;
    this.state.error = failure.error;
    this.state.unanswered += 1;
    const again = code === "siem-unavailable" && tries < TRIES;
    if (again) this.state.pending.push(question.id);
    else this.state.not_checked.push(gapOf(question, detail));
    const ending = again
      ? "It comes again at the end, if the workspace answers by then."
      : "It is left out.";
    this.#step("execution", "note", `“${question.question}” had no answer: ${detail} ${ending}`, {
      kql: failure.kql,
    });
  }

  /** Being told to wait is no failure yet: the question stays the next one, and no try is counted. */
  #waits(id: string, what: string, failure: Failure): boolean {
    const { kql, error, waitSeconds } = failure;
    const { waited_seconds: waited = 0 } = this.state;
    if (waitSeconds === undefined || !mayWait(waited, waitSeconds)) return false;
    this.state.waited_seconds = waited + waitSeconds;
    this.state.pending.unshift(id);
    this.waitSeconds = waitSeconds;
    this.#step("execution", "note", `${what} waits: ${error.detail}`, { kql });
    return true;
  }

  #leaveOut(question: Question, reason: string): void {
    this.state.not_checked.push(gapOf(question, reason));
  }

  #notObservable(question: Question, reason: string): void {
    this.#step("planning", "decision", `“${question.question}” cannot be answered: ${reason}`, {});
    this.state.not_observable.push(gapOf(question, reason));
  }

  #step(stage: Step["stage"], kind: Step["kind"], summary: string, more: Partial<NewStep>): void {
    const at = this.#deps.clock.now().toISOString();
    this.steps.push({ stage, kind, summary, duration_ms: 0, ...more, at });
  }
}

const WORDS: Readonly<Record<Parameter, string>> = {
  users: "user",
  userIds: "user id",
  ips: "address",
  hosts: "host",
  domains: "domain",
  urls: "link",
  mailIds: "message",
  senders: "sender",
  hashes: "file hash",
  files: "file",
  commands: "command line",
  accounts: "account name",
  apps: "application",
  appNames: "application name",
  alertIds: "alert",
};

const wordsFor = (needs: readonly Parameter[]): string =>
  needs
    .map((name) => WORDS[name])
    .join(", ")
    .replace(/, (?=[^,]*$)/, " or ");

function rowsText({ row_count: rows, truncated }: Evidence): string {
  if (rows === 0) return "No rows.";
  const count = rows === 1 ? "1 row" : `${rows} rows`;
  return truncated ? `${count}, and more that were cut off.` : `${count}.`;
}
