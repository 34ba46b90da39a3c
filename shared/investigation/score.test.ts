import { expect, test } from "vitest";

import { QUESTIONS } from "./data/questions.ts";
import { DOUBTFUL_SHARE } from "./data/scoring.ts";
import type { Found } from "./findings.ts";
import { judge } from "./score.ts";

const proved = (findingId: string): Found => ({
  claim: {
    id: `clm_${findingId}`,
    text: "",
    kind: "value",
    is_key: true,
    finding_key: `${findingId}:x`,
    refs: [{ evidence_id: "ev", count: 1 }],
    check: "verified",
    reason: "",
  },
  findingId,
  finding: undefined,
});

const textOf = (id: string): string => QUESTIONS.find((one) => one.id === id)?.question ?? "";

// An exercise on a workspace that was connected last week would be reported as an attack.
test("what would speak against a reason must have been looked for, or the reason counts for less", () => {
  const found = ["m06.autostart", "m04.system_tool"].map(proved);
  expect(judge(found, new Set())).toMatchObject({ verdict: "true_positive" });
  const unknown = judge(found, new Set([textOf("m01")]));
  expect(unknown.verdict).toBe("undetermined");
  expect(unknown.reasons.map(({ points }) => points)).toEqual([2 * DOUBTFUL_SHARE, DOUBTFUL_SHARE]);
});

// Two days of logs hold no rhythm: daily software looks like a planned round.
test("a reason counts for less when the answer behind it does not say what is usual", () => {
  const found = [proved("m01.rounds")];
  expect(judge(found, new Set()).verdict).toBe("benign_positive");
  expect(judge(found, new Set([textOf("m01")])).verdict).toBe("undetermined");
});
