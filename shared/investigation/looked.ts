/** Which findings a run could have made: the question behind them was asked and answered whole. */
import type { Report, SessionRecord } from "../schemas/sessions.ts";
import { QUESTIONS } from "./data/questions.ts";
import type { Question } from "./question.ts";

const QUESTION_OF: ReadonlyMap<string, Question> = new Map(
  QUESTIONS.flatMap((question) =>
    [...question.findings, ...(question.none === undefined ? [] : [question.none])].map(
      ({ id }) => [id, question] as const,
    ),
  ),
);

/**
 * Whether the run looked for what has this key (`finding id:subject`). A model that does not repeat a claim has not
 * looked for it again.
 */
export function lookedFor(
  { families, report }: { families: SessionRecord["families"]; report: Report },
  key: string,
): boolean {
  const asked = QUESTION_OF.get(key.slice(0, key.lastIndexOf(":")));
  if (asked === undefined) return false;
  const isPlanned =
    asked.family === "common" ||
    (asked.family === "condition"
      ? report.condition !== undefined
      : families?.includes(asked.family) === true);
  const gaps = [...report.not_checked, ...report.not_observable];
  return isPlanned && !gaps.some(({ question }) => question === asked.question);
}
