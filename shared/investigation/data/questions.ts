/** All questions the floor can ask. A new family adds its files here. */
import type { Question } from "../question.ts";
import { COMMON_QUESTIONS } from "./commonQuestions.ts";
import { PHISHING_IMPACT_QUESTIONS } from "./phishingImpactQuestions.ts";
import { PHISHING_MAIL_QUESTIONS } from "./phishingMailQuestions.ts";
import { SIGNIN_ATTEMPT_QUESTIONS } from "./signinAttemptQuestions.ts";
import { SIGNIN_CONTEXT_QUESTIONS } from "./signinContextQuestions.ts";

export const QUESTIONS: readonly Question[] = [
  ...COMMON_QUESTIONS,
  ...SIGNIN_ATTEMPT_QUESTIONS,
  ...SIGNIN_CONTEXT_QUESTIONS,
  ...PHISHING_MAIL_QUESTIONS,
  ...PHISHING_IMPACT_QUESTIONS,
];

const BY_ID = new Map(QUESTIONS.map((question) => [question.id, question]));

export const questionOf = (id: string): Question | undefined => BY_ID.get(id);
