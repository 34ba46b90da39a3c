/** The condition of a person's own question is answered by a count that was checked, or not at all. */
import { expect, test } from "vitest";

import { checkReport } from "../investigation/reportCheck.ts";
import { InvestigationState } from "../investigation/state.ts";
import { allEvidence } from "../repositories/sessionEvidence.ts";
import { readRunState } from "../repositories/sessions.ts";
import type { Report } from "../schemas/sessions.ts";
import { aPrincipal } from "../testing/fixtures.ts";
import { finished, investigable, type Script } from "../testing/investigation.ts";
import { startInvestigation } from "./startInvestigation.ts";

const ASKED = "more than 10 failed sign-ins of ana@contoso.example from 203.0.113.7";
const QUERY = `Were there ${ASKED} in the last 24 hours?`;
const WINDOW = "between 2026-01-14T12:00:00Z and 2026-01-15T12:00:00Z";

const counting = (count: number, more: object = {}): Script => ({
  asked_signins_failed: {
    columns: ["Count:long", "First:datetime", "Last:datetime"],
    rows: count === 0 ? [] : [[count, "2026-01-14T18:00:00Z", "2026-01-15T11:00:00Z"]],
    ...more,
  },
});
const EMPTY: Script = { "rows:SigninLogs": { columns: ["Rows:long"], rows: [[0]] } };

async function asked(query: string, script: Script) {
  const deps = await investigable(script);
  const session = await startInvestigation(deps, aPrincipal(), {
    query,
    persona: "soc_analyst",
    provider: "sentinel",
  });
  return { deps, ...(await finished(deps, session)) };
}

const claimOf = ({ claims, condition }: Report) =>
  claims.find(({ id }) => id === condition?.claim_id);

test("yes: the first sentence says how many, and rests on a count that was checked", async () => {
  const { deps, report, session } = await asked(QUERY, counting(14));
  const text = `Yes: 14 failed sign-ins of ana@contoso.example from 203.0.113.7 ${WINDOW} (asked: more than 10).`;
  expect(report.condition).toMatchObject({ asked: ASKED, answer: "yes", text });
  expect(claimOf(report)).toMatchObject({ kind: "count", check: "verified", is_key: true });
  expect(claimOf(report)?.refs[0]).toMatchObject({ column: "Count", value: 14, count: 14 });
  expect(report.summary[0]).toEqual({ text, claim_ids: [report.condition?.claim_id] });
  expect(report.summary.filter(({ text: one }) => one.includes("14"))).toHaveLength(1);
  expect(report.check).toBe("verified");
  const [first] = deps.siem.calls.flatMap((one) => (one.method === "query" ? [one.query] : []));
  expect(first?.kql).toContain('let _askedUsers = dynamic(["ana@contoso.example"]);');
  expect(first?.kql).toContain("let _start = datetime(2026-01-14T12:00:00.000Z);");
  expect(session.timespan.from).toBe("2026-01-14T12:00:00.000Z");
});

test("no: fewer than asked, where nothing is missing", async () => {
  const { report } = await asked(QUERY, counting(1));
  expect(report.condition?.text).toMatch(/^No: 1 failed sign-in of ana/);
  expect(report.condition?.answer).toBe("no");
});

test("no: none at all is an absence, with the proof of one", async () => {
  const { report } = await asked(QUERY, counting(0));
  expect(report.condition).toMatchObject({ answer: "no" });
  expect(report.condition?.text).toMatch(/^No: no failed sign-ins of ana/);
  expect(claimOf(report)).toMatchObject({ kind: "absence", check: "verified" });
});

// "No" would be read as "all is well" on the day on which the connector broke.
test("cannot be told: the table had no rows, or they stopped while few were counted", async () => {
  const none = await asked(QUERY, { ...counting(0), ...EMPTY });
  expect(none.report.condition).toMatchObject({ answer: "unknown", claim_id: null });
  expect(none.report.condition?.text).toContain(
    "Cannot be told: SigninLogs had no rows in that time",
  );
  const gap = {
    "rows:SigninLogs": {
      columns: ["Rows:long", "QuietMinutes:long", "UsualQuietMinutes:long", "SpanMinutes:long"],
      rows: [[100, 900, 10, 1440]],
    },
  };
  const few = await asked(QUERY, { ...counting(4), ...gap });
  expect(few.report.condition).toMatchObject({ answer: "unknown" });
  expect(few.report.summary[0]?.text ?? few.report.condition?.text).toContain("Cannot be told");
  const many = await asked(QUERY, { ...counting(14), ...gap });
  expect(many.report.condition).toMatchObject({ answer: "yes" });
});

test("cannot be told: an answer in part is no count, and no reason to doubt the whole report", async () => {
  const { report } = await asked(QUERY, counting(14, { partial_error: "Timed out." }));
  expect(report).toMatchObject({ check: "verified", condition: { answer: "unknown" } });
});

test("of an incident it is about the incident's people, and says so", async () => {
  const { report } = await asked("Triage #12345: did more than 10 sign-ins fail?", counting(14));
  expect(report.condition?.asked).toBe("more than 10 failed sign-ins of ana@contoso.example");
});

// A verdict that moved with how somebody words a question would be no verdict on the incident.
test("the verdict is the same with and without a condition", async () => {
  const plain = await asked("Triage #12345", counting(14));
  const conditional = await asked("Triage #12345: did more than 10 sign-ins fail?", counting(14));
  expect(plain.report.condition).toBeUndefined();
  const { verdict, confidence, actions } = conditional.report;
  expect({ verdict, confidence, actions }).toEqual({
    verdict: plain.report.verdict,
    confidence: plain.report.confidence,
    actions: plain.report.actions,
  });
});

test("what is not understood is not answered", async () => {
  const { report, deps } = await asked(
    "Did more than 10 suspicious sign-ins of ana@contoso.example fail?",
    counting(14),
  );
  expect(report.condition).toBeUndefined();
  const queries = deps.siem.calls.flatMap((one) => (one.method === "query" ? [one.query] : []));
  expect(queries.some(({ kql }) => kql.includes("_asked"))).toBe(false);
});

test("an answer that the stored count does not give is struck, and put right", async () => {
  const { deps, session, report } = await asked(QUERY, counting(14));
  const state = InvestigationState.parse(await readRunState(deps.documents, session));
  const basis = { session, state, evidence: await allEvidence(deps, session) };
  expect(checkReport(report, basis).faults).toEqual([]);
  const { condition } = report;
  if (condition === undefined) throw new Error("There is no answer.");
  for (const changed of [
    { ...condition, answer: "no" as const },
    { ...condition, text: condition.text.replace("14", "15") },
    { ...condition, asked: "any alerts" },
    { ...condition, claim_id: null },
    undefined,
  ]) {
    const { faults, report: righted } = checkReport({ ...report, condition: changed }, basis);
    expect(faults.map(({ part }) => part)).toContain("condition");
    expect(righted).toMatchObject({ check: "unverified", condition });
  }
});
