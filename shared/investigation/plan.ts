/** Which questions to ask, in which order. */
import { FAMILIES_OF_TACTIC, FAMILY_DATA } from "./data/families.ts";
import { QUESTIONS } from "./data/questions.ts";
import { FAMILIES, type Family, type Question } from "./question.ts";
import type { Known } from "./state.ts";
import type { Subject } from "./subject.ts";

/**
 * Families that alerts, techniques or entities speak for; several when mixed. Without any sign, those whose questions
 * the known values can feed.
 */
export function familiesOf(subject: Subject, known: Known): Family[] {
  const recognised = FAMILIES.filter((family) => isRecognised(subject, family));
  if (recognised.length > 0) return recognised;
  const tactics = [
    ...(subject.incident?.tactics ?? []),
    ...subject.alerts.flatMap((alert) => alert.tactics),
  ];
  const spokenFor = new Set(tactics.flatMap((tactic) => FAMILIES_OF_TACTIC[tactic] ?? []));
  if (spokenFor.size > 0) return FAMILIES.filter((family) => spokenFor.has(family));
  if (known.mailIds.length > 0) return ["phishing"];
  if (known.hashes.length + known.files.length > 0) return ["malware_host"];
  if (known.users.length + known.ips.length > 0) return ["signin_attack"];
  return known.hosts.length > 0 ? ["suspicious_process"] : [];
}

function isRecognised({ query, incident, alerts, entities }: Subject, family: Family): boolean {
  const { words, techniques, entities: types } = FAMILY_DATA[family];
  const texts = incident === undefined ? [query] : [incident.title, ...alerts.map((a) => a.name)];
  const text = texts.join("\n").toLowerCase();
  const named = [...(incident?.techniques ?? []), ...alerts.flatMap((alert) => alert.techniques)];
  return (
    words.some((word) => beginsIn(word, text)) ||
    named.some((technique) => techniques.includes(technique.split(".")[0] ?? technique)) ||
    entities.some(({ type }) => types.includes(type))
  );
}

/** At the beginning of a word: "script" does not speak of a subscription. */
const beginsIn = (word: string, text: string): boolean =>
  new RegExp(`(?<![a-z])${word}`).test(text);

/** Ids of the questions in dependency order: what teaches new values comes before what takes them. */
export function plannedQuestions(families: readonly Family[]): string[] {
  const waiting = QUESTIONS.filter(
    ({ family }) => family === "common" || families.some((one) => one === family),
  );
  const order: string[] = [];
  while (waiting.length > 0) {
    const ready = waiting.findIndex((one) => !waits(one, waiting));
    // Two that teach each other: the one that stands first in the data goes first.
    const cycle = waiting.findIndex((one) => one.learns !== undefined);
    const [next] = waiting.splice(ready === -1 ? Math.max(0, cycle) : ready, 1);
    if (next !== undefined) order.push(next.id);
  }
  return order;
}

/** Whether another question that has not been placed teaches what this one takes. */
const waits = (question: Question, waiting: readonly Question[]): boolean =>
  waiting.some(
    (other) =>
      other !== question && other.learns?.some(({ as }) => question.needs.includes(as)) === true,
  );
