/** How a model's judgements and the rules' verdict become one: the rules are the lower bound. */
import type { Claim, Report, Verdict } from "../schemas/sessions.ts";
import type { Judged } from "./modelState.ts";
import { claimIdOf } from "./modelReport.ts";

/** How bad a verdict is for whom it concerns: nothing an attacker writes may make it milder. */
const SEVERITY: Readonly<Record<Verdict, number>> = {
  true_positive: 2,
  undetermined: 1,
  benign_positive: 0,
  false_positive: 0,
};
/** However sure models are, they are not surer than this. */
const CONFIDENCE_MAX = 0.95;

export interface Bounded {
  verdict: Verdict;
  confidence: number;
  /** Judgements that agreed with each other, of how many. */
  judgements: { agree: number; of: number };
  /** What the most of them said, before the bound. */
  judged: Verdict;
  /** Verified claims that those judgements rest on. */
  claimIds: string[];
}

/**
 * - A judgement that rests on no verified claim counts as undetermined.
 * - The verdict of more than half of the judgements is the model's; without one it is undetermined.
 * - It may make the rules' verdict worse. Milder only when nothing of an attacker's was read, all judgements agree and the
 *   rules had not decided: what the rules call an attack stays one.
 * - Between benign and false the rules decide, unless nothing of an attacker's was read and all judgements agree.
 */
export function boundVerdict(
  floor: Pick<Report, "verdict" | "confidence">,
  judgements: readonly Judged[],
  claims: readonly Claim[],
  tainted: boolean,
): Bounded {
  const verified = new Set(claims.filter(({ check }) => check === "verified").map(({ id }) => id));
  const backed = judgements.map(({ verdict, confidence, claim_ids }) => {
    const claimIds = claim_ids.map(claimIdOf).filter((id) => verified.has(id));
    return {
      verdict: claimIds.length > 0 ? verdict : "undetermined",
      confidence,
      claimIds,
    } as const;
  });
  const counts = new Map<Verdict, number>();
  for (const { verdict } of backed) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  const [most, agree] = [...counts].toSorted((a, b) => b[1] - a[1])[0] ?? ["undetermined", 0];
  const of = backed.length;
  const judged = agree * 2 > of ? most : "undetermined";
  const supporting = backed.filter(({ verdict }) => verdict === judged);
  const isFree = !tainted && agree === of;
  const verdict = chosen(floor.verdict, judged, isFree);
  const mean =
    supporting.reduce((sum, { confidence }) => sum + clamp(confidence), 0) /
    Math.max(1, supporting.length);
  const own = Math.min(CONFIDENCE_MAX, mean * (of === 0 ? 0 : agree / of));
  const confidence =
    verdict !== judged
      ? floor.confidence
      : verdict === floor.verdict
        ? Math.max(floor.confidence, own)
        : own;
  return {
    verdict,
    confidence: Math.round(confidence * 100) / 100,
    judgements: { agree, of },
    judged,
    claimIds: [...new Set(supporting.flatMap(({ claimIds }) => claimIds))],
  };
}

function chosen(floor: Verdict, judged: Verdict, isFree: boolean): Verdict {
  if (SEVERITY[judged] > SEVERITY[floor]) return judged;
  if (SEVERITY[judged] === SEVERITY[floor]) return isFree ? judged : floor;
  return isFree && floor === "undetermined" ? judged : floor;
}

const clamp = (confidence: number): number =>
  Number.isFinite(confidence) ? Math.min(1, Math.max(0, confidence)) : 0;
