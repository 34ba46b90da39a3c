/** A question that is misread would be answered wrongly every day: what is not wholly understood is left alone. */
import { describe, expect, test } from "vitest";

import { COMPARISONS, type ConditionSubject } from "../schemas/conditions.ts";
import { couldTurn, fulfils } from "./comparisons.ts";
import { exampleOf } from "./conditionExamples.ts";
import { conditionIn, conditionText, subjectFrom } from "./conditions.ts";
import { COUNTED_KINDS } from "./countedKinds.ts";

/** What a question is read as, in the product's own words; `undefined` when it is not answered. */
const read = (query: string): string | undefined => {
  const reading = conditionIn(query);
  return reading.kind === "asked" ? conditionText(reading.condition) : undefined;
};

describe("read", () => {
  test.each([
    [
      "Triage: did more than 10 sign-ins of ana@contoso.example from 203.0.113.7 fail in the last 24 hours?",
      "more than 10 failed sign-ins of ana@contoso.example from 203.0.113.7",
    ],
    [
      "Did ana@contoso.example fail to sign in more than ten times since yesterday?",
      "more than 10 failed sign-ins of ana@contoso.example",
    ],
    [
      "Check the sign-ins of ana@contoso.example for brute force every morning, and report it when 12 or more sign-ins failed.",
      "at least 12 failed sign-ins of ana@contoso.example",
    ],
    [
      "Look at bo@contoso.example. Tell me if more than 3 sign-ins of ana@contoso.example failed.",
      "more than 3 failed sign-ins of ana@contoso.example",
    ],
    [
      "Were there at least five high-severity alerts on SRV-FILE-01 in the last 7 days?",
      "at least 5 high-severity alerts on SRV-FILE-01",
    ],
    ["Are there any alerts for ana@contoso.example?", "any alerts of ana@contoso.example"],
    [
      "Did 203.0.113.7 sign in as ana@contoso.example?",
      "any sign-ins of ana@contoso.example from 203.0.113.7",
    ],
    [
      "Did no mails to finance@contoso.example arrive today?",
      "no mails to finance@contoso.example",
    ],
    ["Did more than 3 mails from a@bad.example arrive?", "more than 3 mails from a@bad.example"],
    [
      "Were there fewer than 1,500 rows in SigninLogs in the last day?",
      "fewer than 1500 rows of SigninLogs",
    ],
    [
      "Did more than 20 processes of powershell.exe run on srv01.contoso.local?",
      "more than 20 processes on srv01.contoso.local with powershell.exe",
    ],
    [
      "More than 10 failed logins on SRV-FILE-01",
      "more than 10 failed device logons on SRV-FILE-01",
    ],
    [
      "Were no more than 3 files deleted on WKS-014 in the last hour?",
      "at most 3 deleted files on WKS-014",
    ],
    [
      "Did exactly 2 connections from WKS-014 to 203.0.113.7 happen?",
      "exactly 2 network connections with 203.0.113.7 on WKS-014",
    ],
  ])("%s", (query, condition) => {
    expect(read(query)).toBe(condition);
  });
});

describe("left alone", () => {
  test.each([
    [
      "an adjective that no log has",
      "Did more than 10 suspicious sign-ins of ana@contoso.example fail?",
    ],
    ["a second condition", "Did more than 10 sign-ins of ana@contoso.example fail or one succeed?"],
    ["a second number", "Did more than 10 sign-ins fail and more than 2 succeed?"],
    [
      "an order of events",
      "Did more than 3 sign-ins of ana@contoso.example succeed after failures?",
    ],
    ["a negation", "Did ana@contoso.example not sign in in the last 24 hours?"],
    ["a share", "Did more than 5 % of the sign-ins of ana@contoso.example fail?"],
    ["a size", "Did more than 10 GB leave WKS-014?"],
    [
      "a rate within the time",
      "Did more than 10 sign-ins fail within 5 minutes in the last 24 hours?",
    ],
    ["a time that no session looks over", "Did more than 10 sign-ins fail in the last 200 days?"],
    ["people of a kind", "Did admin accounts fail to sign in more than 10 times?"],
    [
      "people of a kind, said before",
      "Check privileged accounts. Report when more than 10 sign-ins failed.",
    ],
    [
      "either of two kinds of names",
      "Did more than 10 sign-ins of ana@contoso.example or 203.0.113.7 fail?",
    ],
    ["a name that the rows do not have", "Did more than 10 sign-ins with powershell.exe fail?"],
    ["a count of something else", "Did more than 10 users fail to sign in?"],
    ["each of several", "Which of the users failed to sign in more than 10 times?"],
    [
      "both directions of a mail",
      "Were any mails from a@bad.example delivered to bo@contoso.example?",
    ],
    ["no condition", "Investigate incident #12345"],
    ["no countable thing", "Are there any signs of lateral movement?"],
  ])("%s", (_, query) => {
    expect(read(query)).toBeUndefined();
  });
});

/** A name of each kind. */
const NAMES: Readonly<Record<ConditionSubject, string>> = {
  users: "ana@contoso.example",
  ips: "203.0.113.7",
  hosts: "SRV-FILE-01",
  files: "powershell.exe",
  hashes: "ab".repeat(32),
  domains: "evil.example",
};

// A suggestion that is not understood itself would send people round in circles.
test("what the product writes it reads as the same, of everything that it counts", () => {
  for (const { id, by } of COUNTED_KINDS) {
    for (const names of [[], ...by.map((one) => [one]), by]) {
      // Without a sender they are mails like all others.
      if (id === "mails_sent" && names.length === 0) continue;
      for (const comparison of COMPARISONS) {
        const subject = subjectFrom((one) => (names.includes(one) ? [NAMES[one]] : []));
        const condition = { comparison, count: 7, counted: id, subject };
        const query = `Were there ${conditionText(condition)} in the last 24 hours?`;
        expect([query, conditionIn(query)]).toEqual([query, { kind: "asked", condition }]);
      }
    }
  }
});

test.each([
  "Check for brute force patterns every morning",
  "Did more than 10 suspicious sign-ins of ana@contoso.example fail in the last 7 days?",
  "Which processes on SRV-FILE-01 were executed at least 3 times in the past two weeks?",
  "Did admin accounts fail to sign in more than 10 times?",
  "powershell.exe from evil.example",
])("the example for “%s” is answered", (query) => {
  expect(read(exampleOf(query))).toBeDefined();
});

// Rows that are missing can only add: a yes to "more than" stays one, a no does not.
test("an answer could turn exactly where more rows would change it", () => {
  for (const comparison of COMPARISONS) {
    for (let is = 0; is < 8; is += 1) {
      const asked = { comparison, count: 3 };
      const later = [1, 2, 3, 4, 5].map((more) => fulfils(is + more, asked));
      const turns = later.some((one) => one !== fulfils(is, asked));
      expect([asked, is, couldTurn(is, asked)]).toEqual([asked, is, turns]);
    }
  }
});
