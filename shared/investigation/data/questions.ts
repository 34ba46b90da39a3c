/** All questions the floor can ask. A new family adds its files here. */
import type { Question } from "../question.ts";
import { COMMON_QUESTIONS } from "./commonQuestions.ts";
import { CONDITION_QUESTIONS } from "./conditionQuestions.ts";
import {
  destinationQuestion,
  deviceQuestion,
  sharedAddressQuestion,
  signatureQuestion,
  usualAddressQuestion,
} from "./estateQuestions.ts";
import { INTELLIGENCE_QUESTIONS } from "./intelligenceQuestions.ts";
import { EXFILTRATION_QUESTIONS } from "./exfiltrationQuestions.ts";
import { MALWARE_EFFECT_QUESTIONS } from "./malwareEffectQuestions.ts";
import { MALWARE_QUESTIONS } from "./malwareQuestions.ts";
import { MOVEMENT_QUESTIONS } from "./movementQuestions.ts";
import { PERSISTENCE_QUESTIONS } from "./persistenceQuestions.ts";
import { PHISHING_IMPACT_QUESTIONS } from "./phishingImpactQuestions.ts";
import { APPLICATION_USE_QUESTIONS } from "./applicationUseQuestions.ts";
import { PHISHING_SENDER_QUESTIONS } from "./phishingSenderQuestions.ts";
import { PHISHING_MAIL_QUESTIONS } from "./phishingMailQuestions.ts";
import { PROCESS_QUESTIONS } from "./processQuestions.ts";
import { SIGNIN_ATTEMPT_QUESTIONS } from "./signinAttemptQuestions.ts";
import { SIGNIN_CONTEXT_QUESTIONS } from "./signinContextQuestions.ts";

export const QUESTIONS: readonly Question[] = [
  ...COMMON_QUESTIONS,
  ...SIGNIN_ATTEMPT_QUESTIONS,
  ...SIGNIN_CONTEXT_QUESTIONS,
  ...PHISHING_MAIL_QUESTIONS,
  ...PHISHING_IMPACT_QUESTIONS,
  ...MALWARE_QUESTIONS,
  ...MALWARE_EFFECT_QUESTIONS,
  signatureQuestion("m12", "malware_host"),
  destinationQuestion("m13", "malware_host"),
  ...PROCESS_QUESTIONS,
  destinationQuestion("x13", "suspicious_process"),
  ...MOVEMENT_QUESTIONS,
  ...EXFILTRATION_QUESTIONS,
  usualAddressQuestion("d03", "data_exfiltration"),
  sharedAddressQuestion("d05", "data_exfiltration"),
  deviceQuestion("d06", "data_exfiltration"),
  ...PERSISTENCE_QUESTIONS,
  usualAddressQuestion("o02", "persistence_cloud"),
  sharedAddressQuestion("o03", "persistence_cloud"),
  deviceQuestion("o08", "persistence_cloud"),
  ...PHISHING_SENDER_QUESTIONS,
  ...APPLICATION_USE_QUESTIONS,
  ...INTELLIGENCE_QUESTIONS,
  ...CONDITION_QUESTIONS,
];

const BY_ID = new Map(QUESTIONS.map((question) => [question.id, question]));

export const questionOf = (id: string): Question | undefined => BY_ID.get(id);
