import { expect, test } from "vitest";

import { AppError } from "../domain/errors.ts";
import { allEvidence } from "../repositories/sessionEvidence.ts";
import { readSteps } from "../repositories/sessions.ts";
import type { SessionRecord } from "../schemas/sessions.ts";
import type { TestDeps } from "../testing/deps.ts";
import { aPrincipal, TENANT } from "../testing/fixtures.ts";
import {
  acceptingKql,
  answerOf,
  askedFor,
  current,
  finished,
  GUESSED,
  investigable,
  start,
  takeMessage,
  work,
} from "../testing/investigation.ts";
import { advanceInvestigation } from "./advanceInvestigation.ts";
import { cancelInvestigation } from "./cancelInvestigation.ts";

/** Everything a session has in the store, without the stores' own marks. */
const documentsOf = async (deps: TestDeps, { session_id }: SessionRecord) => {
  const page = await deps.documents.query("sessions", {
    partition: [TENANT, session_id],
    limit: 1000,
  });
  return page.items.map(({ doc }) => doc);
};

test("a guessed password is reported as a true positive whose every claim names its row", async () => {
  const deps = await investigable(GUESSED);
  const { session, report } = await finished(deps, await start(deps));
  expect(session).toMatchObject({ status: "completed", stage: "report", driver: "rules" });
  expect(report).toMatchObject({ verdict: "true_positive", check: "verified", stability: null });
  const guessed = report.claims.find(({ finding_key }) => finding_key.startsWith("s03.guessed"));
  expect(guessed).toMatchObject({ check: "verified", is_key: true, kind: "order" });
  expect(guessed?.text).toContain("42 failures");
  expect(report.claims.every(({ refs }) => refs.every((ref) => ref.evidence_id !== ""))).toBe(true);
  expect(report.entities.map(({ value }) => value)).toEqual(
    expect.arrayContaining(["ana@contoso.example", "203.0.113.7"]),
  );
  const steps = await readSteps(deps.documents, session);
  expect(steps.map(({ seq }) => seq)).toEqual(steps.map((_, i) => i + 1));
  expect(new Set(steps.map(({ stage }) => stage)).size).toBe(7);
});

// Values from alerts and rows reach KQL as constants only; text in a query could read another table.
test("every query is analysed before it runs and is sent with the session's own time range", async () => {
  const seen: string[] = [];
  const deps = await investigable(GUESSED);
  deps.kql = {
    ...deps.kql,
    analyse: async (query, schema) => {
      seen.push(query);
      return { ...(await acceptingKql.analyse(query, schema)) };
    },
  };
  const { session } = await finished(deps, await start(deps));
  const sent = deps.siem.calls.flatMap((one) => (one.method === "query" ? [one.query] : []));
  expect(sent.map(({ kql }) => kql)).toEqual(seen);
  expect(sent.every(({ timespan }) => timespan.from === session.timespan.from)).toBe(true);
  expect(session.queries).toBe(sent.length);
});

test("a query that the policy refuses does not run and is named as not checked", async () => {
  const deps = await investigable(GUESSED);
  const refusal = { rule: "r", message: "This table may not be read.", line: 1, column: 1 };
  deps.kql = {
    ...deps.kql,
    analyse: async (query, schema) => ({
      ...(await acceptingKql.analyse(query, schema)),
      policy: query.includes("AADUserRiskEvents") ? [refusal] : [],
    }),
  };
  const { report } = await finished(deps, await start(deps));
  expect(report.not_checked).toContainEqual({
    question: "What risk did identity protection record?",
    reason: "This table may not be read.",
  });
  const asked = deps.siem.calls.flatMap((one) => (one.method === "query" ? [one.query] : []));
  expect(asked.some(({ kql }) => kql.includes("AADUserRiskEvents"))).toBe(false);
});

test("a message that is delivered twice changes nothing", async () => {
  const deps = await investigable(GUESSED);
  const session = await start(deps);
  const message = await takeMessage(deps);
  await advanceInvestigation(deps, message);
  const after = await documentsOf(deps, session);
  await advanceInvestigation(deps, message);
  expect(await documentsOf(deps, session)).toEqual(after);
});

test("two workers on one slice leave one result", async () => {
  const deps = await investigable(GUESSED);
  const session = await start(deps);
  const message = await takeMessage(deps);
  await Promise.all([advanceInvestigation(deps, message), advanceInvestigation(deps, message)]);
  expect(await current(deps, session)).toMatchObject({ slices: 1 });
  const { session: done } = await finished(deps, session);
  const steps = await readSteps(deps.documents, done);
  expect(steps.length).toBe(done.steps);
  expect(new Set(steps.map(({ evidence_id: id }) => id ?? Math.random())).size).toBe(steps.length);
});

// Evidence whose id depended on chance would be kept twice, and claims would cite what nobody can find.
test("a slice that dies before its commit leaves nothing, and the second run the same documents", async () => {
  const whole = await investigable(GUESSED);
  const undisturbed = await start(whole);
  await work(whole);

  const deps = await investigable(GUESSED);
  const session = await start(deps);
  const message = await takeMessage(deps);
  let asked = 0;
  deps.siem.answers((query) => {
    if ((asked += 1) === 4) throw new Error("The process dies here.");
    return answerOf(GUESSED, query);
  });
  await expect(advanceInvestigation(deps, message)).rejects.toThrow("dies");
  expect(await current(deps, session)).toMatchObject({ status: "running", steps: 0, slices: 0 });
  await advanceInvestigation(deps, message);
  await work(deps);
  expect(await documentsOf(deps, session)).toEqual(await documentsOf(whole, undisturbed));
});

test("a session that is cancelled while a slice runs stays cancelled and gets nothing of it", async () => {
  const deps = await investigable(GUESSED);
  const session = await start(deps);
  const message = await takeMessage(deps);
  let isFirst = true;
  const query = deps.siem.query.bind(deps.siem);
  deps.siem.query = async (provider, asked) => {
    if (isFirst) await cancelInvestigation(deps, aPrincipal(), session.session_id);
    isFirst = false;
    return query(provider, asked);
  };
  await advanceInvestigation(deps, message);
  await work(deps);
  expect(await current(deps, session)).toMatchObject({ status: "cancelled", steps: 0 });
  expect(await allEvidence(deps, session)).toEqual([]);
});

test("a workspace that stops answering midway leaves a report that says what was not checked", async () => {
  const deps = await investigable(GUESSED);
  let asked = 0;
  deps.siem.answers((query) => {
    if ((asked += 1) > 5) throw new AppError("siem-unavailable", "Sentinel answered 503.");
    return answerOf(GUESSED, query);
  });
  const { session, report } = await finished(deps, await start(deps));
  expect(session.status).toBe("completed");
  expect(report.not_checked.length).toBeGreaterThan(5);
  expect(report.not_checked.map(({ reason }) => reason)).toContain(
    "The workspace had stopped answering.",
  );
});

test("a question that fails once is asked again", async () => {
  const deps = await investigable(GUESSED);
  let failures = 0;
  deps.siem.answers((query) => {
    if (askedFor(query) === "s03" && (failures += 1) === 1) {
      throw new AppError("siem-unavailable", "Sentinel answered 503.");
    }
    return answerOf(GUESSED, query);
  });
  const { report } = await finished(deps, await start(deps));
  expect(report.verdict).toBe("true_positive");
  expect(report.not_checked.map(({ reason }) => reason)).not.toContain("Sentinel answered 503.");
});

test.for(["siem-unavailable", "query-timeout"] as const)(
  "a session for which no query could run fails with %s and the workspace's own words",
  async (code) => {
    const deps = await investigable(GUESSED);
    deps.siem.answers(() => {
      throw new AppError(code, "Sentinel answered nothing.");
    });
    const session = await start(deps);
    await work(deps);
    const after = await current(deps, session);
    expect(after).toMatchObject({
      status: "failed",
      error: { code, detail: "Sentinel answered nothing." },
    });
    expect(after.report).toBeUndefined();
  },
);
