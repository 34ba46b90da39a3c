/** Compares two reports on the same evidence. */
import type { SessionReplay } from "../schemas/sessionReplay.ts";
import type { Claim, Report } from "../schemas/sessions.ts";

type Difference = Pick<
  SessionReplay,
  "is_same" | "verdict" | "confidence" | "check" | "judgements" | "claims"
>;

/** @param recorded `undefined` when the session ended without a report. */
export function differenceOf(recorded: Report | undefined, replayed: Report): Difference {
  const claims = claimsCompared(recorded?.claims ?? [], replayed.claims);
  const has = judgedBy(recorded);
  const gives = judgedBy(replayed);
  const isSame =
    JSON.stringify(has) === JSON.stringify(gives) &&
    claims.changed.length + claims.gone.length + claims.new.length === 0;
  return {
    is_same: isSame,
    verdict: { recorded: has.verdict, replayed: gives.verdict },
    confidence: { recorded: has.confidence, replayed: gives.confidence },
    check: { recorded: has.check, replayed: gives.check },
    judgements: { recorded: has.judgements, replayed: gives.judgements },
    claims,
  };
}

function judgedBy(report: Report | undefined) {
  if (report === undefined) {
    return { verdict: null, confidence: null, check: null, judgements: null };
  }
  const { verdict, confidence, check, judgements } = report;
  return { verdict, confidence, check, judgements: judgements ?? null };
}

/** By their finding, which has the same key in every run; of several with one key by their order. */
function claimsCompared(
  recorded: readonly Claim[],
  replayed: readonly Claim[],
): Difference["claims"] {
  const left = new Map<string, Claim[]>();
  for (const claim of recorded) {
    left.set(claim.finding_key, [...(left.get(claim.finding_key) ?? []), claim]);
  }
  const result: Difference["claims"] = { same: 0, changed: [], gone: [], new: [] };
  for (const claim of replayed) {
    const before = left.get(claim.finding_key)?.shift();
    if (before === undefined) result.new.push(shown(claim));
    else if (before.text === claim.text && before.check === claim.check) result.same += 1;
    else {
      const { finding_key } = claim;
      result.changed.push({ finding_key, recorded: shown(before), replayed: shown(claim) });
    }
  }
  result.gone.push(...[...left.values()].flat().map(shown));
  return result;
}

const shown = ({ id, text, check }: Claim) => ({ id, text, check });
