/** The sentences at the head of a report: the verdict and why, what speaks against it, what happened, what would decide. */
import type { Persona, Report, Verdict } from "../schemas/sessions.ts";
import { FAMILY_DATA } from "./data/families.ts";
import { QUESTIONS } from "./data/questions.ts";
import type { Found } from "./findings.ts";
import { isObservation } from "./instructions.ts";
import type { Family } from "./question.ts";
import type { Judgement, Weighed } from "./score.ts";
import type { Gap } from "./state.ts";

type Summary = Report["summary"];

/** How many key findings each reader gets as sentences. */
const SENTENCES: Readonly<Record<Persona, number>> = {
  soc_analyst: 6,
  threat_hunter: 10,
  incident_responder: 8,
  ciso: 2,
};

const VERDICT_PHRASE: Readonly<Record<Verdict, string>> = {
  true_positive: "This is most likely a real attack",
  benign_positive: "The activity is real but most likely expected",
  false_positive: "This is most likely a false alarm",
  undetermined: "The evidence does not decide this incident",
};

/** Every sentence points to claims; without any there is none. */
export function summaryOf(
  persona: Persona,
  judgement: Judgement,
  {
    verified,
    gaps,
    families,
  }: { verified: readonly Found[]; gaps: readonly Gap[]; families: readonly Family[] },
): Summary {
  const { verdict, reasons, against } = judgement;
  // Where no reason counts the sentences rest on what was found without deciding.
  const proved = reasons.length > 0 ? claimIdsOf(reasons) : idsOf(verified);
  if (proved.length === 0) return [];
  const aside = setAside(judgement, verified);
  const said = new Set(aside.flatMap(({ claim_ids }) => claim_ids));
  const keys = telling(
    judgement,
    verified.filter(({ claim }) => !said.has(claim.id)),
  );
  const suspect = verified.filter(({ claim }) => isObservation(claim));
  return [
    ...verdictSentences(verdict, reasons, proved),
    ...(against.length > 0
      ? [{ text: `Against this speaks: ${listed(against)}.`, claim_ids: claimIdsOf(against) }]
      : []),
    ...aside,
    ...keys
      .slice(0, SENTENCES[persona])
      .toSorted(byTime)
      .map(({ claim }) => ({
        text: claim.text,
        claim_ids: [claim.id],
      })),
    ...(suspect.length > 0 ? [{ text: SUSPECT, claim_ids: idsOf(suspect) }] : []),
    ...(verdict === "undetermined"
      ? missingTexts(gaps, families).map((text) => ({ text, claim_ids: proved }))
      : []),
  ];
}

const SUSPECT =
  "The logs hold text that reads like an instruction to whoever reads it; it was treated as data and did not affect the verdict.";

/** Reasons that one sentence holds. */
const REASONS_MAX = 3;

const SIDES: readonly (readonly [Verdict, phrase: string])[] = [
  ["true_positive", "In favour of a real attack"],
  ["benign_positive", "In favour of real but expected activity"],
  ["false_positive", "In favour of a false alarm"],
];

function verdictSentences(
  verdict: Verdict,
  reasons: readonly Weighed[],
  proved: readonly string[],
): Summary {
  const phrase = VERDICT_PHRASE[verdict];
  if (reasons.length === 0) {
    const text = `${phrase}: beyond the alerts themselves, nothing that was found speaks for or against an attack.`;
    return [{ text, claim_ids: [...proved] }];
  }
  if (verdict === "undetermined") {
    const sides = SIDES.flatMap(([side, words]) => {
      const own = reasons.filter(({ reason }) => reason.toward === side);
      return own.length === 0
        ? []
        : [{ text: `${words}: ${listed(own)}.`, claim_ids: claimIdsOf(own) }];
    });
    return [{ text: `${phrase}.`, claim_ids: [...proved] }, ...sides];
  }
  const ranked = reasons.toSorted((a, b) => b.points - a.points);
  const [first, more] = [ranked.slice(0, REASONS_MAX), ranked.slice(REASONS_MAX)];
  const sentences = [{ text: `${phrase}: ${listed(first)}.`, claim_ids: claimIdsOf(first) }];
  if (more.length > 0) {
    sentences.push({
      text: `Further evidence for this: ${listed(more)}.`,
      claim_ids: claimIdsOf(more),
    });
  }
  return sentences;
}

/** Weaker reasons need no word of why they do not count. */
const ASIDE_POINTS_MIN = 2;
const ASIDE_MAX = 2;

/** What would speak for another verdict, had something else not taken its weight. */
function setAside({ verdict, excepted }: Judgement, verified: readonly Found[]): Summary {
  const byId = new Map(verified.map(({ claim }) => [claim.id, claim.text]));
  return excepted
    .filter(
      ({ reason }) =>
        (reason.toward === "true_positive") !== (verdict === "true_positive") &&
        reason.points >= ASIDE_POINTS_MIN,
    )
    .toSorted((a, b) => b.reason.points - a.reason.points)
    .flatMap(({ reason, claimIds, byIds: [by] }) => {
      const why = by === undefined ? undefined : byId.get(by);
      if (by === undefined || why === undefined) return [];
      const text = `It does not count that ${reason.text}, because: ${why}`;
      return [{ text, claim_ids: [...claimIds, by] }];
    })
    .slice(0, ASIDE_MAX);
}

/** Sentences of one kind in a summary: the tenth message of a mailing says no more than the second. */
const ALIKE_MAX = 2;

/** Key claims, those that carry the verdict first, few of each kind. */
function telling({ reasons, against }: Judgement, verified: readonly Found[]): Found[] {
  const weight = new Map<string, number>();
  for (const [list, more] of [
    [against, 0],
    [reasons, WEIGHT_OF_VERDICT],
  ] as const) {
    for (const { claimIds, points } of list) {
      for (const id of claimIds) weight.set(id, Math.max(weight.get(id) ?? 0, points + more));
    }
  }
  const times = new Map<string, number>();
  return verified
    .filter(({ claim, findingId }) => {
      const count = (times.get(findingId) ?? 0) + 1;
      times.set(findingId, count);
      return claim.is_key && count <= ALIKE_MAX;
    })
    .toSorted((a, b) => (weight.get(b.claim.id) ?? 0) - (weight.get(a.claim.id) ?? 0));
}

const WEIGHT_OF_VERDICT = 100;

/** What is usual comes before what happened, and that in its order. */
function byTime(a: Found, b: Found): number {
  const [first, second] = [timeOf(a), timeOf(b)];
  if (first === second) return 0;
  return first < second ? -1 : 1;
}

export function timeOf({ claim, finding }: Found): string {
  const at = claim.refs.find(({ column }) => column === finding?.at)?.value;
  if (finding?.at === undefined || typeof at !== "string") return "";
  const time = new Date(at);
  return Number.isNaN(time.getTime()) ? "" : time.toISOString();
}

/** Questions that a sentence names; the report's own lists have all of them. */
const QUESTIONS_NAMED = 3;
const FAMILIES_NAMED = 2;

/** What would decide what is open: answers that logs could give, what the alerts do not name, and what people know. */
function missingTexts(gaps: readonly Gap[], families: readonly Family[]): string[] {
  const deciding = distinct(gaps.filter(({ decides }) => decides));
  const missed = deciding.filter(({ is_moot: isMoot }) => isMoot !== true);
  const moot = deciding.filter((gap) => !missed.includes(gap));
  const [first] = moot;
  const named = first === undefined ? [] : moot.filter(({ reason }) => reason === first.reason);
  const knowing = families.slice(0, FAMILIES_NAMED).map((family) => FAMILY_DATA[family].knowing);
  return [
    ...(missed.length > 0 ? [`It would be decided by answers to ${questionsIn(missed)}.`] : []),
    ...tableTexts(missed),
    ...(first === undefined
      ? []
      : [`${first.reason} With it these could be answered: ${questionsIn(named)}.`]),
    knowing.length > 0
      ? `Outside of the logs it would be decided by knowing ${knowing.join(", or ")}.`
      : "It would be decided by what the product that raised the alert shows of it in its own pages.",
  ];
}

function questionsIn(gaps: readonly Gap[]): string {
  const named = gaps.slice(0, QUESTIONS_NAMED).map(({ question }) => `“${question}”`);
  return inWords(
    gaps.length > QUESTIONS_NAMED ? [...named, "others that are listed below"] : named,
  );
}

function tableTexts(gaps: readonly Gap[]): string[] {
  const tables = [...new Set(gaps.flatMap(({ question, reason }) => tablesIn(question, reason)))];
  return tables.length === 0
    ? []
    : [
        `For that the workspace must hold whole rows of ${inWords(tables)} for the time in question.`,
      ];
}

/** The tables of the question that the reason speaks of. */
const tablesIn = (question: string, reason: string): string[] =>
  QUESTIONS.filter((one) => one.question === question)
    .flatMap(({ tables }) => tables)
    .filter((table) => new RegExp(`\\b${table}\\b`).test(reason));

const inWords = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;

/** A reason that counts for less than in the rules says so. */
const listed = (reasons: readonly Weighed[]): string =>
  reasons
    .toSorted((a, b) => b.points - a.points)
    .map(({ reason, points }) =>
      points < reason.points
        ? `${reason.text} (in part only: an answer that bears on it is missing)`
        : reason.text,
    )
    .join("; ");

const INCONCLUSIVE_MAX = 5;

const idsOf = (found: readonly Found[]): string[] =>
  found.slice(0, INCONCLUSIVE_MAX).map(({ claim }) => claim.id);

const claimIdsOf = (reasons: readonly Weighed[]): string[] => [
  ...new Set(reasons.flatMap(({ claimIds }) => claimIds)),
];

/** Families share some questions: each is named once. */
export const distinct = (gaps: readonly Gap[]): Gap[] => [
  ...new Map(gaps.map((gap) => [`${gap.question} ${gap.reason}`, gap])).values(),
];
