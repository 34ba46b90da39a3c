import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";

import * as incidents from "../../shared/repositories/incidents.ts";
import * as providers from "../../shared/repositories/providers.ts";
import { readSession } from "../../shared/repositories/sessions.ts";
import * as syncState from "../../shared/repositories/syncState.ts";
import type { Json } from "../../shared/schemas/json.ts";
import type { SyncState } from "../../shared/schemas/providers.ts";
import { cancelInvestigation } from "../../shared/services/cancelInvestigation.ts";
import { AppError } from "../../shared/domain/errors.ts";
import { ScriptedIncidents } from "../../shared/testing/scriptedIncidents.ts";
import { drain, type TestDeps } from "../../shared/testing/deps.ts";
import {
  anAlert,
  aPrincipal,
  aProvider,
  aSentinelIncident,
  TENANT,
} from "../../shared/testing/fixtures.ts";
import { call } from "../../shared/testing/http.ts";
import { GUESSED, investigable, work } from "../../shared/testing/investigation.ts";
import {
  armIdOf,
  aTriggerBody,
  INCIDENT_NAME,
  PLACE,
} from "../../shared/testing/sentinelTriggers.ts";
import {
  investigationsFromSentinel,
  investigationsFromSentinelState,
} from "./investigationsFromSentinel.ts";

const analyst = aPrincipal("analyst");
const SENTINEL = { IncidentNumber: 12345, IncidentName: INCIDENT_NAME };
const Started = z.object({ session_id: z.string(), status: z.string() });
let deps: TestDeps;

beforeEach(async () => {
  deps = await investigable(GUESSED, { incident: { sentinel: SENTINEL }, provider: PLACE });
  // Resource Manager knows no more than Log Analytics, where a test does not say so.
  deps.siem.writer.currentIncident = async () => undefined;
});

const send = (body: Json | undefined, query = {}, as = analyst) =>
  call(investigationsFromSentinel, deps, { as, query, ...(body !== undefined && { body }) });
const poll = (id: string, as = analyst) =>
  call(investigationsFromSentinelState, deps, { as, params: { id } });
const idOf = (json: Json): string => Started.parse(json).session_id;
const hoursBack = (hours: number): string =>
  new Date(deps.clock.now().getTime() - hours * 3_600_000).toISOString();
const sessions = () =>
  deps.documents.count("sessions", { where: [{ op: "eq", field: "type", value: "session" }] });

/** An incident in the workspace that no sync has brought yet. */
function unknownIncident(number: number, name: string): void {
  deps.siem.holds("sip_contoso", {
    incidents: [
      aSentinelIncident({ number, sentinel: { IncidentNumber: number, IncidentName: name } }),
    ],
    alerts: [anAlert()],
  });
}

describe("POST /api/v1/investigations/from-sentinel", () => {
  test.for<[string, Json]>([
    ["the whole trigger", aTriggerBody()],
    ["the whole trigger with its number as text", aTriggerBody({ number: "12345" })],
    ["the whole trigger with 150 alerts", aTriggerBody({ alerts: 150 })],
    ["a number", { incidentNumber: 12345 }],
    ["a number as text", { incidentNumber: "12345" }],
    ["a resource id", { incidentArmId: armIdOf() }],
  ])("202: %s starts an investigation of the incident", async ([, body]) => {
    deps.siem.holds("sip_contoso", {
      incidents: [aSentinelIncident({ sentinel: SENTINEL })],
      alerts: [anAlert()],
    });
    const reply = await send(body);
    expect(reply).toMatchObject({ status: 202, json: { status: "queued", verdict: null } });
    const id = idOf(reply.json);
    // Logic Apps follow an absolute address only, at the pace that Retry-After sets.
    expect(reply.headers.get("location")).toBe(
      `http://127.0.0.1/api/v1/investigations/from-sentinel/${id}`,
    );
    expect(reply.headers.get("retry-after")).toBe("10");
    const stored = await readSession(deps.documents, TENANT, id);
    expect(stored?.session).toMatchObject({ incident_number: 12345, created_by: analyst.id });
  });

  test("202 while it runs, 200 with verdict and report text at its end", async () => {
    const id = idOf((await send(aTriggerBody())).json);
    expect(await poll(id)).toMatchObject({ status: 202, json: { status: "queued" } });
    await work(deps);
    const reply = await poll(id);
    expect(reply).toMatchObject({ status: 200, json: { status: "completed", error: null } });
    const { verdict, report_text } = z
      .object({ verdict: z.string(), report_text: z.string() })
      .parse(reply.json);
    expect(verdict).toMatch(/positive|undetermined/);
    expect(report_text).toContain("SoCMate investigation of incident 12345");
    expect(report_text).toContain(`https://socmate.example/sessions/${id}`);
    expect(report_text.length).toBeLessThan(30_000);
  });

  // A Logic App sends again whatever was not answered in time: two sessions for one event double the cost.
  test.for<[string, Json, Json]>([
    ["event id", aTriggerBody(), aTriggerBody({ etag: '"etag-2"' })],
    [
      "version",
      { ...aTriggerBody(), eventUniqueId: null },
      { ...aTriggerBody(), eventUniqueId: null },
    ],
    ["number", { incidentNumber: 12345 }, { incidentNumber: "12345" }],
  ])("202: calls of the same %s come to one session, at once or later", async ([, a, b]) => {
    const replies = await Promise.all([send(a), send(b), send(a), send(b)]);
    await work(deps);
    replies.push(await send(b));
    expect(new Set(replies.map(({ json }) => idOf(json))).size).toBe(1);
    expect(replies.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202]);
    expect(await sessions()).toBe(1);
  });

  // Sentinel fires a playbook for each of many alerts of one incident, and every one of them retries.
  test("202: a hundred calls at once come to one session, with one message", async () => {
    const replies = await Promise.all(Array.from({ length: 100 }, () => send(aTriggerBody())));
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([202]));
    expect(new Set(replies.map(({ json }) => idOf(json))).size).toBe(1);
    expect(await sessions()).toBe(1);
    expect(await drain(deps.queue, "investigations")).toHaveLength(1);
  });

  // The process dies right after the write: the playbook was told nothing and sends again.
  test("202: the call after a crash finds what the one before it had begun", async () => {
    const whole = deps.documents;
    const crashing: typeof whole = {
      ...whole,
      read: (...at) => whole.read(...at),
      query: (...what) => whole.query(...what),
      count: (...what) => whole.count(...what),
      batch: async (container, ...rest) => {
        const outcome = await whole.batch(container, ...rest);
        if (container === "sessions") throw new Error("killed");
        return outcome;
      },
    };
    const request = { as: analyst, body: aTriggerBody() };
    const lost = await call(investigationsFromSentinel, { ...deps, documents: crashing }, request);
    expect(lost.status).toBe(500);
    expect((await send(aTriggerBody())).status).toBe(202);
    expect(await sessions()).toBe(1);
  });

  test("202: another event, and another version, is another session", async () => {
    await send(aTriggerBody());
    await send(aTriggerBody({ eventId: "event-2" }));
    await send({ ...aTriggerBody(), eventUniqueId: null });
    await send({ ...aTriggerBody({ etag: '"etag-2"' }), eventUniqueId: null });
    expect(await sessions()).toBe(4);
  });

  // Whoever resubmits a playbook after a failure wants it done, not told again that it failed.
  test("202: what was cancelled is investigated anew when its event comes again", async () => {
    const first = idOf((await send(aTriggerBody())).json);
    await cancelInvestigation(deps, analyst, first);
    expect(idOf((await send(aTriggerBody())).json)).not.toBe(first);
    expect(await sessions()).toBe(2);
  });

  test.for<[string, Json]>([
    ["name", aTriggerBody({ number: 777, name: "66666666-6666-4666-8666-666666666666" })],
    ["number", { incidentNumber: 777 }],
  ])("202: an incident that no sync has brought is fetched by its %s", async ([, body]) => {
    unknownIncident(777, "66666666-6666-4666-8666-666666666666");
    expect(await send(body)).toMatchObject({ status: 202, json: { incident_number: 777 } });
    const [stored] = await incidents.withNumber(deps.documents, TENANT, 777);
    expect(stored?.record).toMatchObject({ provider_id: "sip_contoso", number: 777 });
  });

  // What a playbook brings first comes to no sync as new any more: an alert that it keeps back is lost.
  test.for<[string, number, (() => Partial<SyncState>) | undefined]>([
    ["told, as the next sync would", 1, () => ({ covered_from: hoursBack(240) })],
    ["not told before any sync ended well", 0, undefined],
    [
      "not told when it changed before all that syncs look at",
      0,
      () => ({ covered_from: hoursBack(1) }),
    ],
    ["not told by what was synced of another workspace", 0, () => ({ workspace_id: "ws-other" })],
  ])("202: an incident of three hours ago is %s", async ([, told, known]) => {
    const provider = aProvider(PLACE);
    const last_success_at = hoursBack(0.1);
    if (known !== undefined)
      await syncState.update(deps.documents, provider, 1, (state) => ({
        ...state,
        last_success_at,
        ...known(),
      }));
    const at = hoursBack(3);
    const times = { created_at: at, last_modified_at: at };
    deps.siem.holds("sip_contoso", {
      incidents: [aSentinelIncident({ number: 778, severity: "high", status: "new", ...times })],
    });
    expect(await send({ incidentNumber: 778 })).toMatchObject({ status: 202 });
    const messages = await drain(deps.queue, "notifications");
    expect(messages.filter(({ id }) => id.includes("778"))).toHaveLength(told);
  });

  // The body is a claim: whoever can call us could otherwise have any incident investigated as another one.
  test("202: the number in the trigger does not stand against the incident's own name", async () => {
    unknownIncident(777, "66666666-6666-4666-8666-666666666666");
    const body = aTriggerBody({ number: 12345, name: "66666666-6666-4666-8666-666666666666" });
    expect(await send(body)).toMatchObject({ json: { incident_number: 777 } });
  });

  test("401, 403: not signed in; a viewer", async () => {
    const anonymous = await call(investigationsFromSentinel, deps, { body: aTriggerBody() });
    expect(anonymous.status).toBe(401);
    expect((await send(aTriggerBody(), {}, aPrincipal("viewer"))).status).toBe(403);
    const reader = aPrincipal("analyst", { permissions: ["investigations:write"] });
    expect((await send(aTriggerBody(), { write_back: "comment" }, reader)).status).toBe(403);
    expect(await sessions()).toBe(0);
  });

  test.for<[string, Json]>([
    ["an incident nobody has", { incidentNumber: 99 }],
    ["a name nobody has", { incidentArmId: armIdOf("77777777-7777-4777-8777-777777777777") }],
    ["another workspace", { incidentArmId: armIdOf().replace("/prod/", "/theirs/") }],
    ["another subscription", aTriggerBodyOf("99999999-9999-4999-8999-999999999999")],
  ])("404: %s, and nothing is stored", async ([, body]) => {
    expect((await send(body)).status).toBe(404);
    expect(await sessions()).toBe(0);
  });

  test("404: another tenant's incident and session look absent", async () => {
    const id = idOf((await send(aTriggerBody())).json);
    await providers.create(
      deps.documents,
      aProvider({ id: "sip_f", tenant_id: "fabrikam", ...PLACE, workspace_name: "own" }),
    );
    deps.siem.holds("sip_f", {});
    const stranger = aPrincipal("analyst", { tenant_id: "fabrikam" });
    expect((await send(aTriggerBody(), {}, stranger)).status).toBe(404);
    expect((await send({ incidentNumber: 12345 }, {}, stranger)).status).toBe(404);
    expect((await poll(id, stranger)).status).toBe(404);
    expect(await sessions()).toBe(1);
  });

  test("409: a report is to be written back and the provider does not allow it", async () => {
    const reply = await send(aTriggerBody(), { write_back: "comment" });
    expect(reply).toMatchObject({ status: 409 });
    expect(JSON.stringify(reply.json)).toContain("writeback_enabled");
    expect(await sessions()).toBe(0);
  });

  test.for<[string, Json | undefined, string]>([
    ["nothing", undefined, ""],
    ["an empty object", {}, ""],
    ["a word for a number", { incidentNumber: "abc" }, "/incidentNumber"],
    ["a half for a number", { incidentNumber: 1.5 }, "/incidentNumber"],
    ["no resource id", { incidentArmId: "/subscriptions/x" }, "/incidentArmId"],
    ["both", { incidentNumber: 1, incidentArmId: armIdOf() }, "/incidentArmId"],
    ["an alert's trigger", { ...aTriggerBody(), objectSchemaType: "Alert" }, "/objectSchemaType"],
    ["a trigger without the incident's id", { object: { etag: "1" } }, "/object/id"],
    ["a slip", { incidentNumber: 1, incidentnumber: 1 }, "/incidentnumber"],
  ])("422: %s, and nothing is stored", async ([, body, pointer]) => {
    const reply = await send(body);
    expect(reply).toMatchObject({ status: 422, json: { errors: [{ pointer }] } });
    expect(await sessions()).toBe(0);
  });

  test("413: a body of 6 MB, and nothing is stored", async () => {
    const reply = await send(aTriggerBody({ title: "x".repeat(6 * 1024 * 1024) }));
    expect(reply.status).toBe(413);
    expect(await sessions()).toBe(0);
  });

  // Logic Apps try again after 5xx: the incident is then visible. A 404 would end the playbook.
  test("503 with a time to wait: Sentinel has the incident, Log Analytics does not show it yet", async () => {
    deps.siem.holds("sip_contoso", {});
    deps.siem.writer = new ScriptedIncidents();
    const body = { incidentArmId: armIdOf("88888888-8888-4888-8888-888888888888") };
    const reply = await send(body);
    expect(reply).toMatchObject({ status: 503, json: { code: "siem-unavailable" } });
    expect(reply.headers.get("retry-after")).toBe("30");
    expect(await sessions()).toBe(0);
  });

  test("502 or 503: the workspace does not answer for an incident that is not known", async () => {
    deps.siem.failsNext("sip_contoso", new AppError("siem-unavailable", "No."));
    expect((await send({ incidentNumber: 99 })).status).toBeGreaterThanOrEqual(502);
    expect(await sessions()).toBe(0);
  });
});

function aTriggerBodyOf(subscription: string): Json {
  const text = JSON.stringify(aTriggerBody()).replaceAll(PLACE.subscription_id, subscription);
  return JSON.parse(text) as Json;
}
