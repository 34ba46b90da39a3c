/** Real reports with one untruth each, in every part: what a wrong writer, or a hand in the store, could have made of them. */
import { sentence } from "../../shared/investigation/findings.ts";
import { QUESTIONS } from "../../shared/investigation/data/questions.ts";
import type {
  Claim,
  ClaimRef,
  Report,
  StruckPart,
  Verdict,
} from "../../shared/schemas/sessions.ts";
import type { PlayedStory } from "../bench/floorStories.ts";
import { alteredText, alteredValue, type Kind, pick, type Random } from "./alterations.ts";

export interface Mutant {
  kind: Kind;
  /** Which part has the untruth. */
  part: StruckPart["part"];
  report: Report;
  /** For the person who reads of a miss. */
  change: string;
}

/** One mutation of a kind in a part; `undefined` when the report offers no place for it. */
export function reportMutant(
  { report }: PlayedStory,
  part: Exclude<Mutant["part"], "claims">,
  kind: Kind,
  random: Random,
): Mutant | undefined {
  const made =
    part === "verdict"
      ? verdictMutant(report, kind, random)
      : entryMutant(report, part, kind, random);
  return made === undefined ? undefined : { kind, part, ...made };
}

type Made = Omit<Mutant, "kind" | "part"> | undefined;

/** The verdict, its confidence, how many judgements agreed. */
function verdictMutant(report: Report, kind: Kind, random: Random): Made {
  const { verdict, confidence, judgements } = report;
  if (kind === "negated absence") {
    const others: Verdict[] = [
      "true_positive",
      "benign_positive",
      "false_positive",
      "undetermined",
    ];
    const other =
      pick(
        random,
        others.filter((one) => one !== verdict),
      ) ?? verdict;
    return { report: { ...report, verdict: other }, change: `${verdict} → ${other}` };
  }
  if (kind !== "off-by-one count") return undefined;
  if (judgements !== undefined && random() < 0.5) {
    const agree = judgements.agree - 1;
    return {
      report: { ...report, judgements: { ...judgements, agree } },
      change: `agree ${agree}`,
    };
  }
  const other = Math.round(Math.min(1, confidence + 0.01) * 100) / 100;
  return other === confidence
    ? undefined
    : { report: { ...report, confidence: other }, change: `${confidence} → ${other}` };
}

/** What the entries of lists have, each some of it. */
interface Entry {
  text?: string;
  claim_ids?: string[];
  value?: string;
  type?: string;
  at?: string;
  technique?: string | null;
  question?: string;
  reason?: string;
  asked?: string;
  answer?: string;
  claim_id?: string | null;
}

/** The answer to the question is a part of one entry. */
const listOf = (
  report: Report,
  part: Exclude<Mutant["part"], "claims" | "verdict">,
): readonly Entry[] => (part === "condition" ? [report.condition ?? []].flat() : report[part]);

/** One entry of a list part. */
function entryMutant(
  report: Report,
  part: Exclude<Mutant["part"], "claims" | "verdict">,
  kind: Kind,
  random: Random,
): Made {
  const list: readonly Entry[] = listOf(report, part);
  const index = Math.floor(random() * list.length);
  const entry = list[index];
  if (entry === undefined) return undefined;
  const changed =
    (random() < 0.5 ? alteredAnswer(entry, kind) : undefined) ??
    alteredEntry(report, entry, kind, random);
  if (changed === undefined || JSON.stringify(changed) === JSON.stringify(entry)) return undefined;
  const made = part === "condition" ? changed : list.with(index, changed);
  const mutant = { ...report, [part]: made };
  return { report: mutant, change: `${JSON.stringify(entry)} → ${JSON.stringify(changed)}` };
}

function alteredEntry(
  report: Report,
  entry: Entry,
  kind: Kind,
  random: Random,
): object | undefined {
  const ids = entry.claim_ids ?? [];
  const refs = report.claims.filter(({ id }) => ids.includes(id)).flatMap((claim) => claim.refs);
  if (kind === "invented id") {
    return entry.claim_ids === undefined ? undefined : { ...entry, claim_ids: ["clm_9999"] };
  }
  if (kind === "unrelated row") {
    const other = pick(
      random,
      report.claims.filter(({ id }) => !ids.includes(id)),
    );
    return ids.length === 0 || other === undefined
      ? undefined
      : { ...entry, claim_ids: [other.id] };
  }
  if (kind === "wrong column") return inOtherColumn(entry, refs, random);
  if (kind === "swapped host and user" && entry.type !== undefined) {
    return { ...entry, type: entry.type === "host" ? "account" : "host" };
  }
  const field = (["at", "value", "text", "technique", "question", "reason", "asked"] as const)
    .filter((name) => typeof entry[name] === "string")
    .toSorted(() => random() - 0.5)[0];
  if (field === undefined) return undefined;
  const text = entry[field] ?? "";
  const values = refs.flatMap(({ value }) => (value === undefined ? [] : [value]));
  const changed = alteredText(kind, text, values, random) ?? alteredValue(kind, text, random);
  return changed === undefined ? undefined : { ...entry, [field]: changed };
}

/** The answer turned round, said to rest on another claim, or to be about something else. */
function alteredAnswer(entry: Entry, kind: Kind): object | undefined {
  if (entry.answer === undefined) return undefined;
  if (kind === "negated absence")
    return { ...entry, answer: entry.answer === "yes" ? "no" : "yes" };
  if (kind === "unrelated row")
    return { ...entry, claim_id: entry.claim_id === "clm_1" ? "clm_2" : "clm_1" };
  if (kind === "off-by-one count") return { ...entry, answer: "unknown", claim_id: null };
  return undefined;
}

/** What another column of the cited rows holds. */
function inOtherColumn(
  entry: Entry,
  refs: readonly ClaimRef[],
  random: Random,
): object | undefined {
  const { at, value } = entry;
  if (at !== undefined) {
    const times = refs.flatMap((ref) =>
      typeof ref.value === "string" && /^\d{4}-\d\d-\d\dT/.test(ref.value)
        ? [new Date(ref.value).toISOString()]
        : [],
    );
    const other = pick(
      random,
      times.filter((time) => time !== at),
    );
    return other === undefined ? undefined : { ...entry, at: other };
  }
  if (value === undefined) return undefined;
  const texts = refs.flatMap((ref) => (typeof ref.value === "string" ? [ref.value] : []));
  const other = pick(
    random,
    texts.filter((text) => text !== "" && text !== value),
  );
  return other === undefined ? undefined : { ...entry, value: other };
}

/** One mutation of a kind in a claim of the sort. */
export function claimMutant(
  { report, evidence }: PlayedStory,
  sort: Claim["kind"],
  kind: Kind,
  random: Random,
): Mutant | undefined {
  const claim = pick(
    random,
    report.claims.filter((one) => one.kind === sort && one.check === "verified"),
  );
  const changed = claim && alteredClaim(claim, evidence, kind, random);
  if (claim === undefined || changed === undefined) return undefined;
  const claims = report.claims.map((one) => (one === claim ? changed : one));
  return {
    kind,
    part: "claims",
    report: { ...report, claims },
    change: `${JSON.stringify(claim)} → ${JSON.stringify(changed)}`,
  };
}

function alteredClaim(
  claim: Claim,
  evidence: PlayedStory["evidence"],
  kind: Kind,
  random: Random,
): Claim | undefined {
  const { text, refs } = claim;
  const at = Math.floor(random() * refs.length);
  const ref = refs[at];
  if (ref === undefined) return undefined;
  const values = refs.flatMap(({ value }) => (value === undefined ? [] : [value]));
  if (random() < 0.4) {
    const said = alteredText(kind, text, values, random);
    if (said !== undefined) return { ...claim, text: said };
  }
  const wrong = alteredRef(ref, evidence, kind, random);
  if (wrong === undefined) return undefined;
  const changed = { ...claim, refs: refs.with(at, wrong) };
  // Half of the time the sentence says the same untruth.
  return random() < 0.5 ? changed : { ...changed, text: saidAgain(changed) };
}

/** The sentence that the claim's rule gives for its refs as they now are. */
function saidAgain({ text, refs, finding_key: key }: Claim): string {
  const id = key.slice(0, key.lastIndexOf(":"));
  const rules = QUESTIONS.flatMap((question) => question.findings);
  const rule = rules.find((one) => one.id === id);
  return rule === undefined ? text : sentence(rule.text, refs);
}

function alteredRef(
  ref: ClaimRef,
  evidence: PlayedStory["evidence"],
  kind: Kind,
  random: Random,
): ClaimRef | undefined {
  const from = evidence.find(({ id }) => id === ref.evidence_id);
  if (kind === "invented id") {
    return random() < 0.5 || ref.row_hash === undefined
      ? { ...ref, evidence_id: "ev_invented" }
      : { ...ref, row_hash: "ab".repeat(32) };
  }
  if (kind === "off-by-one count" && ref.count !== undefined)
    return { ...ref, count: ref.count + 1 };
  if (kind === "unrelated row") return onOtherRow(ref, evidence, random);
  if (kind === "wrong column") return inColumn(ref, from, random);
  const value = ref.value === undefined ? undefined : alteredValue(kind, ref.value, random);
  return value === undefined ? undefined : { ...ref, value };
}

/** Another row, of this answer or of another, that does not hold the value in the column. */
function onOtherRow(
  ref: ClaimRef,
  evidence: PlayedStory["evidence"],
  random: Random,
): ClaimRef | undefined {
  if (ref.row_hash === undefined) return undefined;
  const rows = evidence.flatMap((one) => {
    const at = one.columns.findIndex(({ name }) => name === ref.column);
    return one.rows
      .filter(
        ({ values }) => !JSON.stringify(values[at] ?? null).includes(JSON.stringify(ref.value)),
      )
      .map(({ hash }) => ({ evidence_id: one.id, row_hash: hash }));
  });
  const other = pick(random, rows);
  return other === undefined ? undefined : { ...ref, ...other };
}

/** The right value, said to stand in another column of the row. */
function inColumn(
  ref: ClaimRef,
  from: PlayedStory["evidence"][number] | undefined,
  random: Random,
): ClaimRef | undefined {
  const row = from?.rows.find(({ hash }) => hash === ref.row_hash);
  if (from === undefined || row === undefined) return undefined;
  const others = from.columns.filter(
    ({ name }, i) =>
      name !== ref.column && JSON.stringify(row.values[i]) !== JSON.stringify(ref.value),
  );
  const other = pick(random, others);
  return other === undefined ? undefined : { ...ref, column: other.name };
}
