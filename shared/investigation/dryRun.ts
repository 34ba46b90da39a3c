/** Runs planned questions for their counts only: what each would give now, how long it takes, and over which empty tables. */
import { forEachBounded } from "../domain/bounded.ts";
import { atMost } from "../ports/patience.ts";
import type { QuestionRun } from "../schemas/scheduleValidation.ts";
import { ask, type Asking } from "./ask.ts";

/** A workspace lets one caller run few queries at once. */
const AT_ONCE = 3;
/** Somebody waits at a form: what is not asked by then is not asked, in milliseconds. */
const ALL_MS = 12_000;
/** A question that takes longer than this is told to be slow. */
const ONE_MS = 6_000;

export interface DryQuestion {
  kql: string;
  tables: readonly string[];
  /** Otherwise it is asked only when earlier answers name what it needs: now it would find nothing. */
  isCertain: boolean;
  compiles: boolean;
}

const run = (state: QuestionRun["state"], reason: string | null): QuestionRun => ({
  state,
  rows: null,
  duration_ms: null,
  empty_tables: [],
  reason,
});

const WAITS = run("not_run", "It is asked only when earlier answers name what it needs.");
const REFUSED = run("not_run", "It would not be asked.");
const LATE = run("not_run", "There was no time left to try it.");
const SLOW = run("timed_out", `It gave no answer within ${ONE_MS / 1000} seconds.`);

/**
 * One result for each question, in their order. Once the workspace does not answer nothing more is asked of it.
 * @param isEmpty whether a table had no rows in the window, or is not there.
 */
export async function dryRun(
  asking: Asking,
  questions: readonly DryQuestion[],
  isEmpty: (table: string) => boolean,
): Promise<QuestionRun[]> {
  const { clock } = asking.deps;
  const until = clock.now().getTime() + ALL_MS;
  const runs: QuestionRun[] = questions.map(() => LATE);
  let failure: QuestionRun | undefined;
  await forEachBounded([...questions.entries()], AT_ONCE, async ([i, question]) => {
    const left = until - clock.now().getTime();
    const result =
      notNow(question) ?? failure ?? (left <= 0 ? LATE : await tried(asking, question, left));
    if (result.state === "failed") failure = result;
    runs[i] = { ...result, empty_tables: question.tables.filter(isEmpty) };
  });
  return runs;
}

const notNow = ({ isCertain, compiles }: DryQuestion): QuestionRun | undefined =>
  compiles ? (isCertain ? undefined : WAITS) : REFUSED;

async function tried(asking: Asking, { kql }: DryQuestion, leftMs: number): Promise<QuestionRun> {
  const ms = Math.min(ONE_MS, leftMs);
  const text = `${kql.trimEnd().replace(/;$/, "")}\n| count`;
  const counted = { evidenceId: "ev_dry", question: "How many rows?", kql: text };
  // The workspace stops when its answer is given up: a query that nobody waits for any more holds a place.
  const answer = await atMost(ms, ask({ ...asking, timeoutMs: ms }, counted));
  const late = ms < ONE_MS ? LATE : SLOW;
  if (answer === undefined) return late;
  if (answer.kind === "failed") {
    const { code, detail } = answer.error;
    return code === "query-timeout" ? late : run("failed", detail);
  }
  if (answer.kind !== "answered") return run("refused", answer.reason);
  const { rows, statistics } = answer.evidence;
  const count = rows[0]?.values[0];
  const { duration_ms } = statistics;
  return { ...run("answered", null), rows: typeof count === "number" ? count : null, duration_ms };
}
