/** Figures rest on counts: nothing counted is not measured, and few cases give wide intervals. */
import { expect, test } from "vitest";

import { share } from "../domain/metrics.ts";
import * as incidents from "../repositories/incidents.ts";
import { asDeepDocument } from "../schemas/json.ts";
import type { SessionOutcome } from "../schemas/metrics.ts";
import { testDeps } from "../testing/deps.ts";
import { aPrincipal, anIncident, TENANT } from "../testing/fixtures.ts";
import { finished, GUESSED, investigable, start } from "../testing/investigation.ts";
import { giveFeedback } from "./changeSession.ts";
import { measure } from "./measure.ts";
import { patchIncident } from "./patchIncident.ts";

// A zero that means "we do not know" misleads whoever reads it.
test("nothing counted is not measured", async () => {
  const deps = await investigable(GUESSED);
  const { all, incidents: counted } = await measure(deps, TENANT, "P30D");
  expect(all.agreement).toEqual({ state: "not_measured", of: 0 });
  expect(all.time_to_verdict).toEqual({ state: "not_measured", of: 0 });
  expect(counted.time_to_acknowledge.state).toBe("not_measured");
  expect(counted.time_to_resolve.state).toBe("not_measured");
  expect(counted.coverage).toMatchObject({ state: "measured", value: 0, of: 1 });
});

// Values of the Wilson score interval from its definition.
test("intervals are Wilson's", () => {
  expect(share(8, 10)).toMatchObject({ value: 0.8, low: 0.4902, high: 0.9433 });
  expect(share(0, 5)).toMatchObject({ value: 0, low: 0, high: 0.4345 });
  expect(share(5, 5)).toMatchObject({ value: 1, low: 0.5655, high: 1 });
});

test("verdicts are held against closures and opinions, by family and persona", async () => {
  const closing = { status: "closed", classification: "true_positive" } as const;
  const deps = await investigable(GUESSED, { incident: closing });
  const { session } = await finished(deps, await start(deps));
  await giveFeedback(deps, aPrincipal(), session.session_id, { opinion: "agree", note: "" });
  const { all, by_driver, by_family, by_persona, cost } = await measure(deps, TENANT, "P30D");
  expect(all.agreement).toMatchObject({ count: 1, of: 1 });
  expect(all.recall_true_positive).toMatchObject({ count: 1, of: 1 });
  expect(all.abstention).toMatchObject({ count: 0, of: 1 });
  expect(all.feedback_agreement).toMatchObject({ count: 1, of: 1 });
  expect(by_family["signin_attack"]?.sessions).toBe(1);
  expect(Object.keys(by_persona)).toEqual(["soc_analyst"]);
  expect(Object.keys(by_driver)).toEqual(["rules"]);
  expect(cost).toEqual({ usd: null, measured: 0, estimated: 0, unknown: 0, none: 1 });
  const theirs = await measure(deps, "fabrikam", "P30D");
  expect(theirs.counted).toEqual({ sessions: 0, incidents: 0 });
});

// An analyst who changes his mind has one opinion.
test("a later opinion of the same person takes the place of the earlier one", async () => {
  const deps = await investigable(GUESSED);
  const { session } = await finished(deps, await start(deps));
  for (const opinion of ["agree", "disagree"] as const) {
    await giveFeedback(deps, aPrincipal(), session.session_id, { opinion, note: "" });
  }
  const { all } = await measure(deps, TENANT, "P30D");
  expect(all.feedback_agreement).toMatchObject({ count: 0, of: 1 });
});

// A time to resolve that counts the open ones, or an acknowledgement nobody gave, flatters.
test("times count only incidents that were taken and closed", async () => {
  const created_at = "2026-01-15T10:00:00.000Z";
  const deps = await investigable(GUESSED, { incident: { created_at } });
  const more = [
    { number: 1, status: "closed", closed_at: "2026-01-15T11:00:00.000Z", at: "10:10:00.5Z" },
    { number: 2, status: "active", closed_at: null, at: "10:30:00Z" },
    { number: 3, status: "new", closed_at: null, at: "10:40:00Z" },
  ] as const;
  for (const { number, status, closed_at, at } of more) {
    const incident_key = `w:${number}`;
    const sentinel = { FirstModifiedTime: `2026-01-15T${at}` };
    const given = { number, incident_key, status, closed_at, created_at, sentinel };
    await incidents.create(deps, anIncident(given), []);
  }
  const { incidents: times } = await measure(deps, TENANT, "P30D");
  expect(times).toMatchObject({ arrived: 4, closed: 1 });
  expect(times.time_to_acknowledge).toMatchObject({ median_ms: 1_200_250, of: 2 });
  expect(times.time_to_resolve).toMatchObject({ median_ms: 3_600_000, p90_ms: 3_600_000, of: 1 });
});

// Sentinel seldom says who looked first; whoever takes the incident here has looked.
test("taking an incident here acknowledges it, once", async () => {
  const created_at = "2026-01-15T10:00:00.000Z";
  const deps = await investigable(GUESSED, { incident: { created_at } });
  deps.clock.set("2026-01-15T10:20:00.000Z");
  const target = { number: 12345, ifMatch: undefined };
  await patchIncident(deps, aPrincipal(), target, { notes: "Seen." });
  const before = await measure(deps, TENANT, "P30D");
  expect(before.incidents.time_to_acknowledge.state).toBe("not_measured");
  await patchIncident(deps, aPrincipal(), target, { local_status: "in_progress" });
  deps.clock.advance(3_600_000);
  await patchIncident(deps, aPrincipal(), target, { assigned_to: "ana@contoso.example" });
  const { incidents: times } = await measure(deps, TENANT, "P30D");
  expect(times.time_to_acknowledge).toMatchObject({ median_ms: 1_200_000, of: 1 });
});

// The newest thousand of a busy month are its last week: figures of a month must be of a month.
test("more sessions and incidents than one page are all counted", async () => {
  const deps = testDeps();
  for (let n = 0; n < 1100; n += 1) {
    const session_id = `ses_${n}`;
    const incident_key = `w:${n}`;
    const at = { created_at: new Date(deps.clock.now().getTime() - n * 60_000).toISOString() };
    const classification = n % 2 === 0 ? "true_positive" : "false_positive";
    const incident = anIncident({ number: n, incident_key, classification, ...at });
    const doc = asDeepDocument({ ...incident, sentinel: {} });
    await deps.documents.batch("incidents", [TENANT, incident_key], [{ kind: "create", doc }]);
    const outcome: SessionOutcome = {
      id: "outcome",
      type: "outcome",
      tenant_id: TENANT,
      session_id,
      incident_key,
      status: "completed",
      driver: "rules",
      persona: "ciso",
      families: ["phishing"],
      verdict: "true_positive",
      ...at,
      started_at: null,
      completed_at: null,
      opinions: [],
      cost: null,
    };
    const write = { kind: "create", doc: asDeepDocument(outcome) } as const;
    await deps.documents.batch("sessions", [TENANT, session_id], [write]);
  }
  const { all, counted, truncated, by_family } = await measure(deps, TENANT, "P30D");
  expect(counted).toEqual({ sessions: 1100, incidents: 1100 });
  expect(truncated).toBe(false);
  expect(all.agreement).toMatchObject({ count: 550, of: 1100 });
  expect(by_family["phishing"]?.recall_true_positive).toMatchObject({ count: 550, of: 550 });
});

// Figures from memory must be those of the store, whoever wrote what since, and whatever was deleted.
test("what arrives, changes or goes between two looks is counted as it then is", async () => {
  const deps = await investigable(GUESSED);
  const { session } = await finished(deps, await start(deps));
  const look = async () => (await measure(deps, TENANT, "P30D")).incidents;
  expect(await look()).toMatchObject({ arrived: 1, closed: 0, coverage: { count: 1 } });
  const [number, incident_key] = [77, "w:77"];
  await incidents.create(deps, anIncident({ number, incident_key }), []);
  expect(await look()).toMatchObject({ arrived: 2, closed: 0, coverage: { count: 1 } });
  deps.clock.advance(86_400_000);
  const updated_at = deps.clock.now().toISOString();
  const set = { status: "closed", classification: "true_positive", updated_at };
  const close = { kind: "patch", id: "incident", set } as const;
  await deps.documents.batch("incidents", [TENANT, incident_key], [close]);
  await giveFeedback(deps, aPrincipal(), session.session_id, { opinion: "agree", note: "" });
  const { all, incidents: counted } = await measure(deps, TENANT, "P30D");
  expect(counted).toMatchObject({ arrived: 2, closed: 1 });
  expect(all.feedback_agreement).toMatchObject({ count: 1, of: 1 });
  const gone = { kind: "delete", id: "outcome" } as const;
  await deps.documents.batch("sessions", [TENANT, session.session_id], [gone]);
  expect(await look()).toMatchObject({ arrived: 2, coverage: { count: 0 } });
  const week = await measure(deps, TENANT, "PT1H");
  expect(week.counted).toEqual({ sessions: 0, incidents: 0 });
  expect((await look()).arrived).toBe(2);
});
