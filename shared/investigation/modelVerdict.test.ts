/** The rules are the lower bound: what a model says, however often, against what it may change. */
import { expect, test } from "vitest";

import type { Claim, Verdict } from "../schemas/sessions.ts";
import { boundVerdict } from "./modelVerdict.ts";

const claim = (id: string, check: Claim["check"]): Claim => ({
  id,
  text: "It failed.",
  kind: "value",
  is_key: true,
  finding_key: "k",
  refs: [],
  check,
  reason: "",
});
const CLAIMS = [claim("clm_1", "verified"), claim("clm_m1", "verified"), claim("clm_2", "struck")];

/** Judgements of these verdicts, each resting on a claim that held unless the test says on which. */
const bound = (
  floor: Verdict,
  verdicts: readonly Verdict[],
  { tainted = false, claim_ids = ["clm_1"], confidence = 0.9 } = {},
) =>
  boundVerdict(
    { verdict: floor, confidence: 0.5 },
    verdicts.map((verdict) => ({ verdict, confidence, claim_ids })),
    CLAIMS,
    tainted,
  );
const thrice = (verdict: Verdict): Verdict[] => [verdict, verdict, verdict];

// The heart of it: whoever writes into the logs must not be able to talk an attack away.
test("what the rules call an attack stays one, whatever all judgements say", () => {
  for (const milder of ["undetermined", "benign_positive", "false_positive"] as const) {
    expect(bound("true_positive", thrice(milder))).toMatchObject({
      verdict: "true_positive",
      confidence: 0.5,
      judged: milder,
    });
  }
});

test("an open verdict becomes milder only when all agree and nothing of an attacker's was read", () => {
  const mild = thrice("benign_positive");
  expect(bound("undetermined", mild).verdict).toBe("benign_positive");
  expect(bound("undetermined", mild, { tainted: true }).verdict).toBe("undetermined");
  const most: Verdict[] = ["benign_positive", "benign_positive", "undetermined"];
  expect(bound("undetermined", most)).toMatchObject({
    verdict: "undetermined",
    judgements: { agree: 2, of: 3 },
  });
});

test("between benign and false the rules decide, unless all agree and nothing of an attacker's was read", () => {
  expect(bound("benign_positive", thrice("false_positive")).verdict).toBe("false_positive");
  const tainted = { tainted: true };
  expect(bound("benign_positive", thrice("false_positive"), tainted).verdict).toBe(
    "benign_positive",
  );
});

test("more than half makes it worse, also of tainted evidence; half of them does not", () => {
  const most: Verdict[] = ["true_positive", "true_positive", "benign_positive"];
  expect(bound("undetermined", most, { tainted: true }).verdict).toBe("true_positive");
  const half: Verdict[] = ["true_positive", "benign_positive"];
  expect(bound("benign_positive", half)).toMatchObject({ judged: "undetermined" });
});

// A judgement without proof is an opinion.
test("a judgement counts by the claims that held; the model's own count under its short names", () => {
  expect(bound("undetermined", thrice("true_positive"), { claim_ids: ["m1"] })).toMatchObject({
    verdict: "true_positive",
    claimIds: ["clm_m1"],
  });
  for (const claim_ids of [[], ["clm_2"], ["clm_9"]]) {
    expect(bound("benign_positive", thrice("true_positive"), { claim_ids })).toMatchObject({
      judged: "undetermined",
      claimIds: [],
    });
  }
});

test("confidence is what the agreeing ones had, by their share, and never whole", () => {
  expect(bound("undetermined", thrice("true_positive"), { confidence: 7 }).confidence).toBe(0.95);
  const most: Verdict[] = ["true_positive", "true_positive", "undetermined"];
  expect(bound("undetermined", most).confidence).toBe(0.6);
  expect(bound("true_positive", most).confidence).toBe(0.6);
  expect(bound("true_positive", most, { confidence: 0.3 }).confidence).toBe(0.5);
  expect(bound("undetermined", thrice("true_positive"), { confidence: NaN }).confidence).toBe(0);
});
