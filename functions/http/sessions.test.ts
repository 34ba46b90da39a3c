import { beforeEach, describe, expect, test } from "vitest";

import { createSession } from "../../shared/repositories/sessions.ts";
import {
  Evidence,
  SessionPage,
  SessionView,
  type SessionRecord,
} from "../../shared/schemas/sessions.ts";
import { drain, type TestDeps } from "../../shared/testing/deps.ts";
import { aPrincipal } from "../../shared/testing/fixtures.ts";
import { call, type TestRequest } from "../../shared/testing/http.ts";
import { GUESSED, investigable, start, work } from "../../shared/testing/investigation.ts";
import { sessionsCancel, sessionsEvidence, sessionsGet, sessionsList } from "./sessions.ts";

const analyst = aPrincipal("analyst");
const stranger = aPrincipal("admin", { tenant_id: "fabrikam" });
let deps: TestDeps;

beforeEach(async () => {
  deps = await investigable(GUESSED);
});

const list = (query: TestRequest["query"] = {}, as = analyst) =>
  call(sessionsList, deps, { as, query });
const get = ({ session_id: id }: Pick<SessionRecord, "session_id">, more: TestRequest = {}) =>
  call(sessionsGet, deps, { as: analyst, params: { id }, ...more });
const cancel = ({ session_id: id }: SessionRecord, as = analyst) =>
  call(sessionsCancel, deps, { as, params: { id } });
const evidence = ({ session_id: id }: SessionRecord, eid: string, as = analyst) =>
  call(sessionsEvidence, deps, { as, params: { id, eid } });

const found = async (query: TestRequest["query"]) =>
  SessionPage.parse((await list(query)).json).items.map(({ id }) => id);

const several = async (count: number): Promise<SessionRecord[]> => {
  const sessions = [];
  for (let i = 0; i < count; i += 1) {
    deps.clock.advance(1000);
    sessions.push(await start(deps));
  }
  return sessions;
};
const ids = (sessions: readonly SessionRecord[]) => sessions.map(({ session_id }) => session_id);

describe("GET /api/v1/sessions", () => {
  test("200: newest first, in pages, each once", async () => {
    const sessions = await several(5);
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const reply = await list({ limit: 2, ...(cursor !== "" && { cursor }) });
      const page = SessionPage.parse(reply.json);
      expect(page).toMatchObject({ total: 5, limit: 2 });
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.next_cursor;
    }
    expect(seen).toEqual(ids(sessions).toReversed());
  });

  test("200: each filter chooses its sessions", async () => {
    const [first] = await several(1);
    await work(deps);
    deps.clock.advance(60_000);
    const since = deps.clock.now().toISOString();
    const free = await start(deps, { query: "any", incident_number: undefined });
    expect(await found({ status: "completed" })).toEqual([first?.session_id]);
    expect(await found({ status: "queued" })).toEqual([free.session_id]);
    expect(await found({ incident_number: 12345 })).toEqual([first?.session_id]);
    expect(await found({ updated_since: since })).toEqual([free.session_id]);
  });

  test("200: another tenant sees none of them", async () => {
    await several(1);
    expect(await list({}, stranger)).toMatchObject({ status: 200, json: { items: [], total: 0 } });
  });

  test("401: nobody is signed in", async () => {
    expect(await call(sessionsList, deps)).toMatchObject({ status: 401 });
  });

  test.for([{ limit: 0 }, { limit: 101 }, { status: "odd" }, { unknown: 1 }])(
    "422: %j",
    async (query) => {
      expect(await list(query as TestRequest["query"])).toMatchObject({ status: 422 });
    },
  );
});

describe("GET /api/v1/sessions/{id}", () => {
  test("200: a queued session tells its place, a finished one its report and cost", async () => {
    const [first, second] = await several(2);
    if (first === undefined || second === undefined) throw new Error("No sessions.");
    expect((await get(second)).json).toMatchObject({
      status: "queued",
      queue_position: 1,
      progress: 0,
      report: null,
    });
    await work(deps);
    const view = SessionView.parse((await get(first)).json);
    expect(view).toMatchObject({ status: "completed", queue_position: null, progress: 1 });
    expect(view.cost).toMatchObject({ model_tokens: 0, usd: 0, usd_kind: "measured" });
    expect(view.cost.queries).toBeGreaterThan(10);
    expect(view.report?.verdict).toBe("true_positive");
  });

  // How busy another tenant is concerns nobody here.
  test("200: the place in the queue is one among the tenant's own", async () => {
    const [own] = await several(1);
    if (own === undefined) throw new Error("No session.");
    const before = "2026-01-01T00:00:00.000Z";
    const other = { tenant_id: "fabrikam", session_id: "ses_other", created_at: before };
    await createSession(deps, { ...own, ...other }, []);
    expect((await get(own)).json).toMatchObject({ status: "queued", queue_position: 0 });
  });

  test("200: `after` gives the later steps only", async () => {
    const session = await start(deps);
    await work(deps);
    const whole = SessionView.parse((await get(session)).json).steps;
    const later = SessionView.parse((await get(session, { query: { after: 5 } })).json).steps;
    expect(later).toEqual(whole.slice(5));
    const none = await get(session, { query: { after: whole.length } });
    expect(none.json).toMatchObject({ steps: [] });
  });

  // A page that polls must pay next to nothing while nothing happens, and must see every change.
  test("304: nothing changed; 200 with another ETag after every slice and when the queue moves", async () => {
    const [first, second] = await several(2);
    if (first === undefined || second === undefined) throw new Error("No sessions.");
    const etagOf = async (session: SessionRecord) => (await get(session)).headers.get("etag") ?? "";
    const etag = await etagOf(second);
    expect(await get(second, { headers: { "if-none-match": etag } })).toMatchObject({
      status: 304,
    });
    await cancel(first);
    expect(await etagOf(second)).not.toBe(etag);
    await work(deps);
    expect(await get(second, { headers: { "if-none-match": etag } })).toMatchObject({
      status: 200,
    });
  });

  test("401 without a token; 422 for a negative `after`", async () => {
    const session = await start(deps);
    expect(await get(session, { as: undefined } as unknown as TestRequest)).toMatchObject({
      status: 401,
    });
    expect(await get(session, { query: { after: -1 } })).toMatchObject({ status: 422 });
  });

  test.for(["ses_00000000000000000000000099", "odd id/../x", "session"])(
    "404: %s",
    async (session_id) => {
      expect(await get({ session_id })).toMatchObject({ status: 404 });
    },
  );

  // A 403 here would tell that the session exists in somebody else's tenant.
  test("404: another tenant's session looks absent on every route, and stays as it is", async () => {
    const session = await start(deps);
    expect(await get(session)).toMatchObject({ status: 200 });
    expect(await get(session, { as: stranger })).toMatchObject({ status: 404 });
    expect(await cancel(session, stranger)).toMatchObject({ status: 404 });
    await work(deps);
    expect(await evidence(session, "ev_s01")).toMatchObject({ status: 200 });
    expect(await evidence(session, "ev_s01", stranger)).toMatchObject({ status: 404 });
    expect((await get(session)).json).toMatchObject({ status: "completed" });
  });
});

describe("GET /api/v1/sessions/{id}/evidence/{eid}", () => {
  test("200: every claim's ref is found in the rows it names", async () => {
    const session = await start(deps);
    await work(deps);
    const { report } = SessionView.parse((await get(session)).json);
    const refs = report?.claims.flatMap((claim) => claim.refs) ?? [];
    expect(refs.length).toBeGreaterThan(10);
    for (const ref of refs) {
      const reply = await evidence(session, ref.evidence_id);
      expect(reply.status).toBe(200);
      const { rows, columns, kql } = Evidence.parse(reply.json);
      expect(kql).not.toBe("");
      if (ref.row_hash === undefined) continue;
      const row = rows.find(({ hash }) => hash === ref.row_hash);
      const at = columns.findIndex(({ name }) => name === ref.column);
      expect(row?.values[at]).toEqual(ref.value);
    }
  });

  test.for(["ev_none", "session", "step:00001"])("404: %s is no evidence", async (eid) => {
    const session = await start(deps);
    await work(deps);
    expect(await evidence(session, eid)).toMatchObject({ status: 404 });
  });
});

describe("POST /api/v1/sessions/{id}/cancel", () => {
  test("200: the session ends for good, is audited once, and cancelling again is the same", async () => {
    const session = await start(deps);
    await drain(deps.queue, "audit");
    expect(await cancel(session)).toMatchObject({ status: 200, json: { status: "cancelled" } });
    expect(await cancel(session)).toMatchObject({ status: 200, json: { status: "cancelled" } });
    const audit = await drain(deps.queue, "audit");
    expect(audit.map(({ body }) => body)).toMatchObject([{ action: "session.cancel" }]);
    await work(deps);
    expect((await get(session)).json).toMatchObject({ status: "cancelled", steps: [] });
  });

  test("403: a viewer may not cancel", async () => {
    expect(await cancel(await start(deps), aPrincipal("viewer"))).toMatchObject({ status: 403 });
  });

  test("409: a session that ended by itself cannot be cancelled", async () => {
    const session = await start(deps);
    await work(deps);
    expect(await cancel(session)).toMatchObject({ status: 409 });
  });
});
