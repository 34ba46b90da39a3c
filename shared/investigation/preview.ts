/** What an investigation would ask, before it is begun: the planner's questions with their queries as they would run. */
import type { Window } from "../domain/sessionsWindow.ts";
import { withConstants } from "./ask.ts";
import { beginInvestigation } from "./begin.ts";
import { questionOf } from "./data/questions.ts";
import { PARAMETERS, type Parameter, type Question } from "./question.ts";
import type { InvestigationState } from "./state.ts";
import type { Subject } from "./subject.ts";

export interface PreviewedQuestion {
  question: Question;
  kql: string;
  /** Asked in any case; otherwise only when earlier answers name what it needs. */
  isCertain: boolean;
}

/** Questions that could be asked, in order; those that nothing could feed are left out. */
export function previewInvestigation(
  subject: Subject,
  window: Window,
  at: Date,
): { questions: PreviewedQuestion[]; state: InvestigationState } {
  const { state } = beginInvestigation(subject, window, at);
  const known = new Set<Parameter>(PARAMETERS.filter((name) => state.known[name].length > 0));
  const learnt = new Set<Parameter>(known);
  const questions = state.pending.flatMap((id): PreviewedQuestion[] => {
    const question = questionOf(id);
    if (question === undefined || !isFed(question, learnt)) return [];
    for (const { as } of question.learns ?? []) learnt.add(as);
    const kql = withConstants(question.kql, state, subject.incident?.number);
    return [{ question, kql, isCertain: isFed(question, known) }];
  });
  return { questions, state };
}

const isFed = ({ needs }: Question, known: ReadonlySet<Parameter>): boolean =>
  needs.length === 0 || needs.some((name) => known.has(name));
