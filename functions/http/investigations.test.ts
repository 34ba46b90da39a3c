import { beforeEach, describe, expect, test } from "vitest";

import * as incidents from "../../shared/repositories/incidents.ts";
import * as providers from "../../shared/repositories/providers.ts";
import { readSession } from "../../shared/repositories/sessions.ts";
import type { Json } from "../../shared/schemas/json.ts";
import { drain, type TestDeps } from "../../shared/testing/deps.ts";
import {
  aModel,
  anIncident,
  aPrincipal,
  aProvider,
  TENANT,
} from "../../shared/testing/fixtures.ts";
import { call } from "../../shared/testing/http.ts";
import type { DocumentStore } from "../../shared/ports/documentStore.ts";
import { GUESSED, investigable } from "../../shared/testing/investigation.ts";
import { setModels } from "../../shared/testing/modelSession.ts";
import { investigationsStart } from "./investigations.ts";

const analyst = aPrincipal("analyst");
let deps: TestDeps;

beforeEach(async () => {
  deps = await investigable(GUESSED);
});

const start = (body: Json, as = analyst) => call(investigationsStart, deps, { as, body });

async function stored(json: Json) {
  const id = (json as { session_id: string }).session_id;
  return (await readSession(deps.documents, TENANT, id))?.session;
}

const sessionsStored = () => deps.documents.count("sessions", {});

describe("POST /api/v1/investigations/start", () => {
  test("202: the session, its first message and the audit row stand when it answers", async () => {
    const reply = await start({ query: "Is it real?", incident_number: 12345 });
    expect(reply).toMatchObject({ status: 202, json: { status: "active" } });
    const session = await stored(reply.json);
    expect(reply.headers.get("location")).toBe(`/api/v1/sessions/${session?.session_id}`);
    expect(session).toMatchObject({
      status: "queued",
      incident_number: 12345,
      provider_id: "sip_contoso",
      created_by: analyst.id,
    });
    const [message] = await drain(deps.queue, "investigations");
    expect(message?.id).toBe(`slice:${session?.session_id}:0`);
    const [audit] = await drain(deps.queue, "audit");
    expect(audit?.body).toMatchObject({ action: "session.start", actor_id: analyst.id });
  });

  test("202: the rules alone are asked for with no model, also where one is the default", async () => {
    await setModels(deps, [aModel()]);
    const usual = await stored((await start({ query: "q" })).json);
    expect(usual?.model_name).toBe("judge");
    const alone = await stored((await start({ query: "q", model: null })).json);
    expect(alone?.model_name).toBeUndefined();
    expect(await start({ query: "q", model: null, require_model: true })).toMatchObject({
      status: 422,
      json: { errors: [{ pointer: "/require_model" }] },
    });
  });

  test("202: a session that runs another again names it and keeps how far back was asked; 404 for another tenant's", async () => {
    const first = await stored((await start({ query: "q", timespan: "P3D" })).json);
    const again = { query: "q", timespan: "P3D", rerun_of: first?.session_id ?? "" };
    expect(await stored((await start(again)).json)).toMatchObject({
      lookback: "P3D",
      rerun_of: first?.session_id,
    });
    const before = await sessionsStored();
    expect(await start({ ...again, rerun_of: "ses_none" })).toMatchObject({ status: 404 });
    const stranger = aPrincipal("analyst", { tenant_id: "fabrikam" });
    await providers.create(deps.documents, aProvider({ id: "sip_f", tenant_id: "fabrikam" }));
    expect(await start(again, stranger)).toMatchObject({ status: 404 });
    expect(await sessionsStored()).toBe(before);
  });

  test("202: an incident named in the text is resolved", async () => {
    const reply = await start({ query: "What happened in #12345?" });
    expect(await stored(reply.json)).toMatchObject({ incident_number: 12345 });
  });

  test.for(["issue#12345", "https://x.example/#12345x", "no number"])(
    "202: %s names no incident",
    async (query) => {
      expect((await stored((await start({ query })).json))?.incident_number).toBeUndefined();
    },
  );

  test("202: the range is fixed around the incident's activity, and by the timespan when given", async () => {
    const around = await stored((await start({ query: "q", incident_number: 12345 })).json);
    expect(around?.timespan).toEqual({
      from: "2025-12-18T11:30:00.000Z",
      to: "2026-01-15T12:00:00.000Z",
    });
    const given = await stored((await start({ query: "q", timespan: "P2D" })).json);
    expect(given?.timespan.from).toBe("2026-01-13T12:00:00.000Z");
  });

  test("202: a number used in two workspaces is the named provider's incident", async () => {
    await providers.create(
      deps.documents,
      aProvider({ id: "sip_other", name: "Other", is_default: false }),
    );
    const other = anIncident({ incident_key: "other:12345", provider_id: "sip_other" });
    await incidents.create(deps, other, []);
    const reply = await start({ query: "q", incident_number: 12345, provider: "Other" });
    expect(await stored(reply.json)).toMatchObject({
      incident_key: "other:12345",
      provider_id: "sip_other",
    });
  });

  test("400: a body that is not JSON", async () => {
    expect(await start("{")).toMatchObject({ status: 400 });
  });

  test("401: nobody is signed in", async () => {
    expect(await call(investigationsStart, deps, { body: { query: "q" } })).toMatchObject({
      status: 401,
    });
  });

  test("403: a viewer may not start, and is told which role may", async () => {
    const reply = await start({ query: "q" }, aPrincipal("viewer"));
    expect(reply).toMatchObject({ status: 403 });
    expect(JSON.stringify(reply.json)).toContain("analyst");
  });

  test.for<Json>([
    { query: "q", incident_number: 99 },
    { query: "What about #99?" },
    { query: "q", provider: "sip_unknown" },
  ])("404: %j", async (body) => {
    expect(await start(body)).toMatchObject({ status: 404 });
    expect(await sessionsStored()).toBe(0);
  });

  test("404: another tenant's incident looks absent", async () => {
    await providers.create(deps.documents, aProvider({ tenant_id: "fabrikam", id: "sip_f" }));
    const stranger = aPrincipal("admin", { tenant_id: "fabrikam" });
    expect(await start({ query: "q", incident_number: 12345 }, stranger)).toMatchObject({
      status: 404,
    });
  });

  test.for<[Json, string]>([
    [{ query: "" }, "/query"],
    [{ query: "q".repeat(4001) }, "/query"],
    [{ query: "q", persona: "boss" }, "/persona"],
    [{ query: "q", timespan: "P10Y" }, "/timespan"],
    [{ query: "q", timespan: "yesterday" }, "/timespan"],
    [{ query: "q", timespan: "PT0S" }, "/timespan"],
    [{ query: "q", incident_number: -1 }, "/incident_number"],
    [{ query: "q", unknown: 1 }, "/unknown"],
  ])("422: %j names %s, and nothing is stored", async ([body, pointer]) => {
    const reply = await start(body);
    expect(reply).toMatchObject({ status: 422, json: { errors: [{ pointer }] } });
    expect(await sessionsStored()).toBe(0);
  });
});

describe("Idempotency-Key", () => {
  const body = { query: "Is it real?", incident_number: 12345 };
  const headers = { "idempotency-key": "from-a-playbook" };
  const send = () => call(investigationsStart, deps, { as: analyst, body, headers });

  test("500 parallel requests with one key start one session, with one message", async () => {
    const replies = await Promise.all(Array.from({ length: 500 }, send));
    expect(new Set(replies.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(replies[0]?.status).toBe(202);
    expect(await deps.documents.count("sessions", { where: IS_SESSION })).toBe(1);
    expect(await drain(deps.queue, "investigations")).toHaveLength(1);
  });

  // The process dies when the session stands and its answer does not.
  test("after a crash in the middle the next request answers with the session that was begun", async () => {
    const { documents } = deps;
    deps.documents = withoutAnswers(documents);
    const died = await send();
    deps.documents = documents;
    deps.clock.advance(60_000);
    const reply = await send();
    expect([reply.status, reply.text]).toEqual([202, died.text]);
    expect(await deps.documents.count("sessions", { where: IS_SESSION })).toBe(1);
    expect(await drain(deps.queue, "investigations")).toHaveLength(1);
  });
});

const IS_SESSION = [{ op: "eq", field: "type", value: "session" } as const];

/** Takes claims on a key and loses what is written about it afterwards. */
const withoutAnswers = (documents: DocumentStore): DocumentStore => ({
  read: (...of) => documents.read(...of),
  query: (...of) => documents.query(...of),
  count: (...of) => documents.count(...of),
  close: () => documents.close(),
  batch: async (container, key, writes) =>
    container === "control" && writes[0]?.kind === "replace"
      ? "done"
      : await documents.batch(container, key, writes),
});
