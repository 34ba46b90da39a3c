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

// A workspace that was connected today knows no application from before: the company's own would count as an intruder's.
test("a reason counts for less when the answer that supports it does not say what is usual", () => {
  const found = ["o04.wide_grant", "o05.first_used", "o01.sends_away"].map(proved);
  expect(judge(found, new Set()).verdict).toBe("true_positive");
  expect(judge(found, new Set([textOf("o05")])).verdict).toBe("undetermined");
});

// Who lets an intruder's application in may have given a known one more rights the same day.
test("an application that has long been in use clears no other one that is new", () => {
  expect(judge(["o05.in_use"].map(proved), new Set()).verdict).toBe("benign_positive");
  const both = judge(["o05.in_use", "o05.first_used"].map(proved), new Set());
  expect(both.verdict).toBe("undetermined");
});

// Alerts of custom rules may name one address and nothing else to ask about: a feed alone would make any of them an attack.
test("what a feed lists is a lead: by itself it decides nothing, with what happened here it does", () => {
  expect(judge([proved("c06.indicator")], new Set()).verdict).toBe("undetermined");
  const both = ["c06.indicator", "o02.new"].map(proved);
  expect(judge(both, new Set()).verdict).toBe("true_positive");
});

// An intruder in a partner's mailbox writes as the partner always wrote, and the checks pass.
test("a known sender is cleared by a link of the usual kind, and by nothing when the link leads elsewhere", () => {
  const known = ["p08.known_sender", "p03.checks_passed"];
  const usual = [...known, "p13.usual_link"].map(proved);
  expect(judge(usual, new Set()).verdict).toBe("false_positive");
  const elsewhere = [...known, "p13.new_link"].map(proved);
  expect(judge(elsewhere, new Set()).verdict).toBe("undetermined");
  expect(judge([...elsewhere, proved("p11.taken_over")], new Set()).verdict).toBe("true_positive");
});

const against = (ids: string[]) =>
  judge(ids.map(proved), new Set()).against.map(({ reason }) => reason.id);

// A partner whose own server fails the checks is not forged; one whose mail comes from elsewhere may be.
test("failed sender checks count unless the mail came from the sender's own server", () => {
  const found = ["p08.known_sender", "p13.usual_link", "p03.checks_failed"];
  expect(against(found)).toEqual(["sender_checks_failed"]);
  expect(against([...found, "p14.usual_server"])).toEqual([]);
});

// An application with delegated rights never signs in as itself, and would look new for ever.
test("an application that users have long signed in to is not new", () => {
  const consent = ["o04.wide_grant", "o05.new_application"];
  const ids = (more: string[]) =>
    judge([...consent, ...more].map(proved), new Set()).reasons.map(({ reason }) => reason.id);
  expect(ids([])).toContain("new_application_reads_mail");
  expect(ids(["o10.in_use"])).toEqual(["application_in_use"]);
  const open = judge(consent.map(proved), new Set([textOf("o10")]));
  expect(open.reasons.map(({ points }) => points)).toEqual([2 * DOUBTFUL_SHARE]);
});
