import { expect, test } from "vitest";

import type { Persona } from "../schemas/sessions.ts";
import { questionOf } from "./data/questions.ts";
import { type Found, gapOf } from "./findings.ts";
import { actionsOf } from "./reportActions.ts";
import { summaryOf } from "./reportSummary.ts";
import { judge } from "./score.ts";
import type { Gap } from "./state.ts";

/** A verified claim of a finding of the product data, with these cells. */
function proved(findingId: string, cells: Record<string, string> = {}): Found {
  const question = questionOf(findingId.split(".")[0] ?? "");
  const finding = question?.findings.find(({ id }) => id === findingId);
  const refs = Object.entries(cells).map(([column, value]) => ({
    evidence_id: "ev",
    row_hash: "r",
    column,
    value,
  }));
  const claim = {
    id: `clm_${findingId}`,
    text: `${findingId} was found.`,
    kind: "value" as const,
    is_key: true,
    finding_key: `${findingId}:x`,
    refs: refs.length > 0 ? refs : [{ evidence_id: "ev", count: 1 }],
    check: "verified" as const,
    reason: "",
  };
  return { claim, findingId, finding };
}

function told(found: Found[], gaps: Gap[] = [], persona: Persona = "soc_analyst"): string[] {
  const open = new Set(gaps.map(({ question }) => question));
  const summary = summaryOf(persona, judge(found, open), {
    verified: found,
    gaps,
    families: ["phishing"],
  });
  expect(summary.every(({ claim_ids }) => claim_ids.length > 0)).toBe(true);
  return summary.map(({ text }) => text);
}

// A takeover that was proved last came after six messages of the mailing, and was cut off.
test("the findings that carry the verdict are told before others, however late they were found", () => {
  const others = ["p01.delivered", "p03.checks_passed", "p06.clicked", "p07.not_removed"];
  const texts = told(
    [...others, "p08.unknown_sender", "p11.taken_over"].map((id) => proved(id)),
    [],
    "ciso",
  );
  expect(texts[0]).toMatch(/^This is most likely a real attack: a user who clicked/);
  expect(texts).toContain("p11.taken_over was found.");
  expect(texts).not.toContain("p01.delivered was found.");
});

// A reader who sees the feed's entry among the claims of a false alarm takes the report for careless.
test("what would speak for an attack, had something else not taken its weight, is told with that", () => {
  const texts = told(
    ["c06.indicator", "p08.known_sender", "p13.usual_link"].map((id) => proved(id)),
  );
  expect(texts[1]).toBe(
    "It does not count that threat intelligence lists an address, domain or hash of the incident, because: p08.known_sender was found.",
  );
});

// "What speaks for one side is that A, and B" named two sides as one.
test("an open case says what speaks for which verdict, and what is in doubt", () => {
  const known = questionOf("p13");
  const gaps = known === undefined ? [] : [gapOf(known, "EmailUrlInfo had no rows in that time.")];
  const texts = told(
    ["p03.checks_failed", "p08.known_sender"].map((id) => proved(id)),
    gaps,
  );
  expect(texts).toEqual(
    expect.arrayContaining([
      "The evidence does not decide this incident.",
      expect.stringMatching(/^In favour of a real attack: the sender checks failed/),
      "In favour of a false alarm: the sender has written regularly before (in part only: an answer that bears on it is missing).",
      `It would be decided by answers to “${known?.question ?? ""}”.`,
      "For that the workspace must hold whole rows of EmailUrlInfo for the time in question.",
    ]),
  );
});

// Undetermined without a way on is no answer: also where every question was answered.
test("an open case always says what would decide, and asks for it", () => {
  expect(told([proved("p02.campaign")]).at(-1)).toMatch(/^Outside of the logs it would be decided/);
  expect(actionsOf("undetermined", "soc_analyst", { families: [] })).toHaveLength(1);
});

// "Revoke the sessions of the users named here" followed a spray that got nowhere, and named nobody.
test("what to do follows from what was proved, and is about whom that names", () => {
  const families = ["signin_attack" as const];
  const spray = proved("s02.spray", { IPAddress: "203.0.113.7" });
  const actions = (verified: Found[]) =>
    actionsOf("true_positive", "soc_analyst", { families, verified }).map(({ text }) => text);
  expect(actions([spray])).toEqual(["Block 203.0.113.7 by Conditional Access."]);
  const guessed = proved("s03.guessed", {
    UserPrincipalName: "ada@contoso.example",
    IPAddress: "203.0.113.7",
  });
  expect(actions([spray, guessed])).toContain(
    "Revoke the sessions of ada@contoso.example, and reset the passwords.",
  );
});
