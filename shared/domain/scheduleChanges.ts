/** What one run of a schedule found that the completed run before it had not, by the keys of the findings. */
import { createHash } from "node:crypto";

import type { Json } from "../schemas/json.ts";
import type { ConditionAnswer } from "../schemas/conditions.ts";
import type { RunChanges, RunFinding, ScheduleRunRecord } from "../schemas/scheduleRuns.ts";
import type { Claim, Report } from "../schemas/sessions.ts";

/** More findings than this are not kept for comparison. */
const FINDINGS_MAX = 150;
const TEXT_MAX = 300;
/** Sentences of one key that are shown; the others count in its fingerprint. */
const SENTENCES_MAX = 3;
/** Says only that something was answered: that is no finding. */
const FILLER = /^c00\.answered:/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;

/** The findings of a report that hold, one for each key. */
export function runFindings({ claims }: Report): RunFinding[] {
  const byKey = new Map<string, Claim[]>();
  for (const claim of claims) {
    if (claim.check !== "verified" || FILLER.test(claim.finding_key)) continue;
    byKey.set(claim.finding_key, [...(byKey.get(claim.finding_key) ?? []), claim]);
  }
  const findings = [...byKey].map(([key, same]) => ({
    key,
    text: textOf(same),
    is_key: same.some(({ is_key }) => is_key),
    fingerprint: fingerprintOf(same),
  }));
  return findings.toSorted((a, b) => Number(b.is_key) - Number(a.is_key)).slice(0, FINDINGS_MAX);
}

const textOf = (same: readonly Claim[]): string => {
  const sentences = same.slice(0, SENTENCES_MAX).map(({ text }) => text);
  const more = same.length > SENTENCES_MAX ? ` And ${same.length - SENTENCES_MAX} more.` : "";
  return `${sentences.join(" ").slice(0, TEXT_MAX)}${more}`;
};

/**
 * Times move with every run, and how full a table was is no finding: neither makes a difference. An absence is the same
 * whatever it rests on.
 */
function fingerprintOf(same: readonly Claim[]): string {
  const values = same.map(({ kind, refs }) =>
    kind === "absence"
      ? "absence"
      : JSON.stringify(
          refs
            .filter(({ value }) => !isTime(value))
            .map(({ column, value, count }) => [column ?? null, value ?? null, count ?? null]),
        ),
  );
  return createHash("sha256").update(JSON.stringify(values.toSorted())).digest("hex").slice(0, 16);
}

const isTime = (value: Json | undefined): boolean => typeof value === "string" && TIME.test(value);

/** The earlier run, as far as it is compared. */
type Earlier = Pick<ScheduleRunRecord, "condition" | "findings" | "id" | "started_at" | "verdict">;

/** This run, as far as it is compared. */
interface Now {
  findings: readonly RunFinding[];
  verdict: Report["verdict"];
  condition?: ScheduleRunRecord["condition"];
}

/**
 * @param earlier the completed run before; `undefined` for the first.
 * @param looked whether this run could have found what has this key: what it could not look for is not gone.
 */
export function changesSince(
  earlier: Earlier | undefined,
  now: Now,
  looked: (key: string) => boolean,
): RunChanges {
  if (earlier === undefined) {
    const answer = now.condition === undefined ? "" : ` ${ANSWERS[now.condition.answer]}.`;
    const summary = `First run:${answer} ${counted(now.findings.length, "finding")}, nothing to compare with.`;
    return { ...NOTHING, compared_with: null, summary };
  }
  const before = new Map(earlier.findings.map((finding) => [finding.key, finding]));
  const after = new Map(now.findings.map((finding) => [finding.key, finding]));
  const missing = earlier.findings.filter(({ key }) => !after.has(key));
  const parts = {
    new: now.findings.filter(({ key }) => !before.has(key)).map(told),
    gone: missing.filter(({ key }) => looked(key)).map(told),
    changed: now.findings.flatMap(({ key, text, fingerprint }) => {
      const old = before.get(key);
      return old === undefined || old.fingerprint === fingerprint
        ? []
        : [{ key, before: old.text, after: text }];
    }),
    not_checked: missing.filter(({ key }) => !looked(key)).map(told),
    verdict:
      earlier.verdict === null || earlier.verdict === now.verdict
        ? null
        : { before: earlier.verdict, after: now.verdict },
  };
  const flip = answersCompared(earlier.condition, now.condition);
  const changes = flip === undefined ? parts : { ...parts, condition: flip };
  const compared_with = { run_id: earlier.id, started_at: earlier.started_at };
  return { ...changes, compared_with, summary: summaryOf(changes, earlier.started_at) };
}

/** Only answers to the same question are compared: the schedule's may have been changed. */
function answersCompared(
  before: Earlier["condition"],
  after: Now["condition"],
): RunChanges["condition"] {
  if (before === undefined || after === undefined || before.asked !== after.asked) return undefined;
  return before.answer === after.answer
    ? undefined
    : { before: before.answer, after: after.answer };
}

const ANSWERS: Readonly<Record<ConditionAnswer, string>> = {
  yes: "the answer is yes",
  no: "the answer is no",
  unknown: "the answer cannot be told",
};
const NOTHING = { new: [], gone: [], changed: [], not_checked: [], verdict: null };

const told = ({ key, text }: RunFinding) => ({ key, text });

function summaryOf(changes: Omit<RunChanges, "summary" | "compared_with">, since: string): string {
  const { verdict, not_checked, condition } = changes;
  const parts = [
    ...(condition === undefined ? [] : [`${ANSWERS[condition.after]} after ${condition.before}`]),
    ...(verdict === null ? [] : [`verdict ${words(verdict.after)} after ${words(verdict.before)}`]),
    ...(["new", "gone", "changed"] as const).flatMap((kind) =>
      changes[kind].length === 0 ? [] : [`${changes[kind].length} ${kind}`],
    ),
  ];
  const unseen =
    not_checked.length === 0 ? "" : ` ${counted(not_checked.length, "finding")} not checked again.`;
  const time = `${since.slice(0, 16).replace("T", " ")} UTC`;
  if (parts.length === 0) return `No change since the run of ${time}.${unseen}`;
  return `Since the run of ${time}: ${parts.join(", ")}.${unseen}`;
}

const words = (verdict: string): string => verdict.replaceAll("_", " ");

const counted = (count: number, what: string): string =>
  `${count} ${what}${count === 1 ? "" : "s"}`;
