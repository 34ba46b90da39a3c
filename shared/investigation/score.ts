/** Weighs what was proved: named reasons toward each verdict, and whether they suffice. */
import type { Verdict } from "../schemas/sessions.ts";
import { QUESTIONS } from "./data/questions.ts";
import {
  CONFIDENCE,
  DOUBTFUL_SHARE,
  LEAD_TO_DECIDE,
  POINTS_TO_DECIDE,
  REASONS,
} from "./data/scoring.ts";
import type { Found } from "./findings.ts";
import type { Reason } from "./question.ts";

export interface Weighed {
  reason: Reason;
  claimIds: string[];
  /** What it counts for here: less than in the rules when it is in doubt. */
  points: number;
}

export interface Judgement {
  verdict: Verdict;
  /** 0 to 1. */
  confidence: number;
  /** Reasons toward the verdict; when it stays open, all of them. */
  reasons: Weighed[];
  /** Reasons that speak for another verdict. */
  against: Weighed[];
  /** Proved, but taken back by an exception that was proved as well. */
  excepted: Excepted[];
}

export interface Excepted {
  reason: Reason;
  claimIds: string[];
  /** Claims that take it back. */
  byIds: string[];
}

const SIDES = ["true_positive", "benign_positive", "false_positive"] as const;

/**
 * Only verified claims count. What log texts say never does: findings compare typed columns.
 * @param open questions that could not be answered: a reason is in doubt when its proof, its support or one of its
 * exceptions is theirs.
 */
export function judge(found: readonly Found[], open: ReadonlySet<string>): Judgement {
  const proved = new Map<string, string[]>();
  for (const { claim, findingId } of found) {
    if (claim.check !== "verified") continue;
    proved.set(findingId, [...(proved.get(findingId) ?? []), claim.id]);
  }
  const isOpen = (id: string): boolean => open.has(QUESTION_OF.get(id) ?? "");
  const excepted: Excepted[] = [];
  const weighed = REASONS.flatMap((reason): Weighed[] => {
    const own = reason.findings.filter((id) => proved.has(id));
    const claimIds = own.flatMap((id) => proved.get(id) ?? []);
    const byIds = (reason.unless ?? []).flatMap((id) => proved.get(id) ?? []);
    const support = reason.also?.filter((id) => proved.has(id));
    if (claimIds.length === 0 || support?.length === 0) return [];
    if (byIds.length > 0) {
      excepted.push({ reason, claimIds, byIds });
      return [];
    }
    const isDoubtful =
      [own, support].some((ids) => ids?.every(isOpen) === true) ||
      reason.unless?.some(isOpen) === true;
    return [{ reason, claimIds, points: reason.points * (isDoubtful ? DOUBTFUL_SHARE : 1) }];
  });
  const ranked = SIDES.map((verdict) => ({ verdict, points: pointsToward(verdict, weighed) }));
  const [first, second] = ranked.toSorted((a, b) => b.points - a.points);
  const lead = (first?.points ?? 0) - (second?.points ?? 0);
  if (first === undefined || first.points < POINTS_TO_DECIDE || lead < LEAD_TO_DECIDE) {
    const confidence = CONFIDENCE.undetermined;
    return { verdict: "undetermined", confidence, reasons: weighed, against: [], excepted };
  }
  const { verdict } = first;
  return {
    verdict,
    confidence: confidenceOf(lead),
    reasons: weighed.filter(({ reason }) => reason.toward === verdict),
    against: weighed.filter(({ reason }) => reason.toward !== verdict),
    excepted,
  };
}

const QUESTION_OF: ReadonlyMap<string, string> = new Map(
  QUESTIONS.flatMap(({ question, findings, none }) =>
    [...findings, ...(none === undefined ? [] : [none])].map(({ id }) => [id, question] as const),
  ),
);

const pointsToward = (verdict: Verdict, weighed: readonly Weighed[]): number =>
  weighed
    .filter(({ reason }) => reason.toward === verdict)
    .reduce((sum, { points }) => sum + points, 0);

function confidenceOf(lead: number): number {
  const { least, perPoint, most } = CONFIDENCE;
  const value = Math.min(most, least + perPoint * (lead - LEAD_TO_DECIDE));
  return Math.round(value * 100) / 100;
}
