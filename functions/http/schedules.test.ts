import * as fc from "fast-check";
import { beforeEach, expect, test } from "vitest";

import { FABRIKAM } from "../../local/demoTenants.ts";
import type { Json, JsonObject } from "../../shared/schemas/json.ts";
import { SchedulePage, ScheduleView } from "../../shared/schemas/schedules.ts";
import { drain, type TestDeps } from "../../shared/testing/deps.ts";
import { aPrincipal } from "../../shared/testing/fixtures.ts";
import { call, type TestRequest } from "../../shared/testing/http.ts";
import { GUESSED, investigable, work } from "../../shared/testing/investigation.ts";
import { deliverRuns, runAt } from "../../shared/testing/schedules.ts";
import { schedulesRun, schedulesRuns } from "./scheduleRuns.ts";
import {
  schedulesCreate,
  schedulesDelete,
  schedulesGet,
  schedulesList,
  schedulesPause,
  schedulesPreview,
  schedulesResume,
  schedulesUpdate,
} from "./schedules.ts";

let deps: TestDeps;
beforeEach(async () => {
  deps = await investigable(GUESSED);
});

const analyst = aPrincipal("analyst");
const viewer = aPrincipal("viewer");
const stranger = aPrincipal("analyst", { tenant_id: FABRIKAM.tenantId });

const daily = {
  name: "Morning check",
  description: "Before the stand-up",
  user_query: "Was the password of #12345 guessed in the last 24 hours?",
  persona: "soc_analyst",
  provider: "sentinel",
  frequency: "daily",
  scheduled_time: "08:00",
  timezone: "Europe/Berlin",
};
const create = (more: JsonObject = {}, as = analyst) =>
  call(schedulesCreate, deps, { as, body: { ...daily, ...more } });
const created = async (more: JsonObject = {}): Promise<ScheduleView> =>
  ScheduleView.parse((await create(more)).json);
const onOne =
  (endpoint: typeof schedulesGet) =>
  (id: string, request: TestRequest = {}) =>
    call(endpoint, deps, { as: analyst, ...request, params: { id } });
const get = onOne(schedulesGet);
const patch = (id: string, body: Json, more: TestRequest = {}) =>
  onOne(schedulesUpdate)(id, { body, ...more });
const list = async (query: TestRequest["query"] = {}) =>
  SchedulePage.parse((await call(schedulesList, deps, { as: viewer, query })).json);
const stored = () => deps.documents.count("schedules", {});

test("201: a schedule runs by itself from its next time on, in its zone", async () => {
  const reply = await create();
  expect(reply.status).toBe(201);
  const { id } = ScheduleView.parse(reply.json);
  expect(id).toMatch(/^sch_/);
  expect(reply.headers.get("location")).toBe(`/api/v1/schedules/${id}`);
  expect(reply.json).toMatchObject({
    ...daily,
    status: "ACTIVE",
    next_run_at: "2026-01-16T07:00:00.000Z",
    last_run_at: null,
    consecutive_failures: 0,
    created_by: analyst.id,
  });
  expect(ScheduleView.parse(reply.json).next_runs).toHaveLength(5);
  expect(await get(id)).toMatchObject({ status: 200, json: reply.json });
});

test("304 while a schedule is as the reader knows it; 412 for a change over somebody else's", async () => {
  const { id } = await created();
  const etag = (await get(id)).headers.get("etag") ?? "";
  expect(await get(id, { headers: { "if-none-match": etag } })).toMatchObject({ status: 304 });
  expect((await patch(id, { name: "Evening" }, { headers: { "if-match": etag } })).status).toBe(
    200,
  );
  expect((await patch(id, { name: "Noon" }, { headers: { "if-match": etag } })).status).toBe(412);
  expect((await get(id)).json).toMatchObject({ name: "Evening" });
});

// The next run is computed once and stored: a change of the time that left it would run at the old one.
test("a new timing gives a new next run; another change leaves a run that is due", async () => {
  const { id } = await created();
  const noon = await patch(id, { scheduled_time: "12:00" });
  expect(noon.json).toMatchObject({ next_run_at: "2026-01-16T11:00:00.000Z" });
  const utc = await patch(id, { timezone: "UTC" });
  expect(utc.json).toMatchObject({ next_run_at: "2026-01-16T12:00:00.000Z" });
  const sunday = await patch(id, { frequency: "weekly", day_of_week: "Sunday" });
  expect(sunday.json).toMatchObject({ next_run_at: "2026-01-18T12:00:00.000Z" });
  deps.clock.set("2026-01-18T12:00:30Z");
  const renamed = await patch(id, { name: "Hunt" });
  expect(renamed.json).toMatchObject({ name: "Hunt", next_run_at: "2026-01-18T12:00:00.000Z" });
});

test("422: a change to a timespan that no session takes leaves the schedule as it was", async () => {
  const { id } = await created();
  const reply = await patch(id, { timespan: "P91D" });
  expect(reply).toMatchObject({ status: 422, json: { errors: [{ pointer: "/timespan" }] } });
  expect(ScheduleView.parse((await get(id)).json).timespan).toBeNull();
});

test("a schedule that has completed runs again when it gets a new time", async () => {
  const { id } = await created({ frequency: "once", scheduled_time: "2026-01-16T08:00" });
  await runAt(deps, "2026-01-16T08:00:00Z");
  expect((await get(id)).json).toMatchObject({ status: "COMPLETED", next_run_at: null });
  const past = await patch(id, { scheduled_time: "2026-01-15T08:00" });
  expect(past).toMatchObject({ status: 422, json: { errors: [{ pointer: "/scheduled_time" }] } });
  const next = await patch(id, { scheduled_time: "2026-01-17T08:00" });
  expect(next.json).toMatchObject({ status: "ACTIVE", next_run_at: "2026-01-17T07:00:00.000Z" });
});

test("pause and resume: no run while it rests, the next one after; 409 where there is nothing to do", async () => {
  const { id } = await created();
  const pause = onOne(schedulesPause);
  const resume = onOne(schedulesResume);
  expect((await pause(id)).json).toMatchObject({ status: "PAUSED", next_run_at: null });
  expect((await pause(id)).status).toBe(200);
  const changed = await patch(id, { scheduled_time: "09:00" });
  expect(changed.json).toMatchObject({ status: "PAUSED", next_run_at: null, next_runs: [] });
  expect((await resume(id)).json).toMatchObject({
    status: "ACTIVE",
    next_run_at: "2026-01-16T08:00:00.000Z",
  });
  const once = await created({ frequency: "once", scheduled_time: "2026-01-16T08:00" });
  await pause(once.id);
  deps.clock.set("2026-01-17T08:00:00Z");
  expect(await resume(once.id)).toMatchObject({ status: 409 });
});

// A second press, or a client that repeats itself, would drop the run that is due and fill the audit trail.
test("pausing or resuming what is so already changes nothing: a due run stays due, nothing is audited", async () => {
  const { id } = await created();
  await drain(deps.queue, "audit");
  deps.clock.set("2026-01-16T07:00:30Z");
  const resumed = await onOne(schedulesResume)(id);
  expect(resumed.json).toMatchObject({ next_run_at: "2026-01-16T07:00:00.000Z" });
  expect(await drain(deps.queue, "audit")).toEqual([]);
  await onOne(schedulesPause)(id);
  await onOne(schedulesPause)(id);
  expect(await drain(deps.queue, "audit")).toHaveLength(1);
});

test("204: a deleted schedule is in no list, runs no more, and its runs can still be settled", async () => {
  const { id } = await created();
  await call(schedulesRun, deps, { as: analyst, params: { id } });
  expect((await onOne(schedulesDelete)(id)).status).toBe(204);
  for (const endpoint of [schedulesGet, schedulesDelete, schedulesPause, schedulesRuns]) {
    expect((await onOne(endpoint)(id)).status).toBe(404);
  }
  expect(await list()).toMatchObject({ items: [], total: 0 });
  await deliverRuns(deps);
  await work(deps);
  await deliverRuns(deps);
  const where = [{ op: "eq", field: "status", value: "running" } as const];
  expect(await deps.documents.count("schedules", { where })).toBe(0);
});

test("the list pages newest first over every partition, each schedule once, with the total", async () => {
  const ids: string[] = [];
  for (let n = 0; n < 23; n += 1) ids.push((await created({ name: `Check ${n}` })).id);
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const page = await list({ limit: 5, ...(cursor !== null && { cursor }) });
    expect(page.total).toBe(23);
    seen.push(...page.items.map((item) => item.id));
    cursor = page.next_cursor;
  } while (cursor !== null);
  expect(seen).toEqual(ids.toReversed());
  await onOne(schedulesPause)(ids[3] ?? "");
  expect((await list({ status: "PAUSED" })).items).toMatchObject([{ id: ids[3] }]);
  const foreign = await call(schedulesList, deps, { as: viewer, query: { cursor: "bm8" } });
  expect(foreign).toMatchObject({ status: 422, json: { errors: [{ pointer: "/query/cursor" }] } });
});

// A 403 here would tell the caller that the schedule exists in somebody else's tenant.
test("404: another tenant's schedule looks absent, and its list is empty", async () => {
  const { id } = await created();
  for (const one of [schedulesGet, schedulesPause, schedulesResume, schedulesDelete]) {
    expect((await onOne(one)(id, { as: stranger })).status).toBe(404);
  }
  expect((await patch(id, { name: "Mine" }, { as: stranger })).status).toBe(404);
  for (const one of [schedulesRun, schedulesRuns]) {
    expect((await call(one, deps, { as: stranger, params: { id } })).status).toBe(404);
  }
  const theirs = await call(schedulesList, deps, { as: stranger });
  expect(theirs.json).toMatchObject({ items: [], total: 0 });
});

test("401 and 403: viewers read, analysts write", async () => {
  const { id } = await created();
  expect((await call(schedulesCreate, deps, { body: daily })).status).toBe(401);
  expect((await create({}, viewer)).status).toBe(403);
  expect((await patch(id, { name: "Mine" }, { as: viewer })).status).toBe(403);
  expect((await call(schedulesRun, deps, { as: viewer, params: { id } })).status).toBe(403);
  expect((await get(id, { as: viewer })).status).toBe(200);
});

test.each([
  [{ timezone: "Mars/Olympus" }, "/timezone"],
  [{ frequency: "once", scheduled_time: "2026-01-01T08:00" }, "/scheduled_time"],
  [{ frequency: "once", scheduled_time: "08:00" }, "/scheduled_time"],
  [{ frequency: "custom", cron: "0 0 31 2 *" }, "/cron"],
  [{ frequency: "custom", cron: "* * * * *" }, "/cron"],
  [{ frequency: "custom" }, "/cron"],
  [{ frequency: "weekly" }, "/day_of_week"],
  [{ frequency: "monthly", day_of_month: 32 }, "/day_of_month"],
  [{ frequency: "hourly" }, "/frequency"],
  [{ scheduled_time: "25:00" }, "/scheduled_time"],
  [{ user_query: "x".repeat(4001) }, "/user_query"],
  [{ name: "x".repeat(201) }, "/name"],
  [{ provider: "nobody's" }, "/provider"],
  [{ model: "nobody's" }, "/model"],
  // No session looks back so far: every run would fail.
  [{ timespan: "P10Y" }, "/timespan"],
  [{ timespan: "P0D" }, "/timespan"],
  [{ tags: Array.from({ length: 10_000 }, (_, n) => `tag ${n}`) }, "/tags"],
])("422: %j names its field, and nothing is stored", async (fields, pointer) => {
  const reply = await create(fields);
  expect(reply).toMatchObject({ status: 422, json: { errors: [{ pointer }] } });
  expect(await stored()).toBe(0);
  expect(await drain(deps.queue, "audit")).toEqual([]);
});

// Whatever a person types into the field: an answer that says what is wrong, or a schedule that has a next run.
test("no cron text ends in a failure of ours, or in a schedule that never runs", async () => {
  const field = fc.oneof(fc.constantFrom("*", "*/7", "1-5", "L", "5#2", "MON", "0", "59", "31"));
  const cron = fc.oneof(
    fc.string({ maxLength: 40 }),
    fc.array(field, { minLength: 5, maxLength: 5 }).map((parts) => parts.join(" ")),
  );
  await fc.assert(
    fc.asyncProperty(cron, async (text) => {
      const before = await stored();
      const { status, json } = await create({ frequency: "custom", cron: text });
      const added = (await stored()) - before;
      const made = ScheduleView.safeParse(json).data;
      const outcome = { status, added, runs: typeof made?.next_run_at === "string", json };
      const good = { status: 201, added: 1, runs: true };
      const bad = { status: 422, added: 0, json: { errors: [{ pointer: "/cron" }] } };
      expect(outcome).toMatchObject(status === 201 ? good : bad);
    }),
    { numRuns: 60 },
  );
});

test("preview: the next five runs of a timing, and nothing is stored", async () => {
  const body = { frequency: "monthly", scheduled_time: "06:00", day_of_month: 31 };
  const reply = await call(schedulesPreview, deps, { as: analyst, body });
  expect(reply.json).toEqual({
    next_runs: ["01-31", "02-28", "03-31", "04-30", "05-31"].map(
      (date) => `2026-${date}T06:00:00.000Z`,
    ),
  });
  const bad = await call(schedulesPreview, deps, { as: analyst, body: { ...body, timezone: "x" } });
  expect(bad).toMatchObject({ status: 422, json: { errors: [{ pointer: "/timezone" }] } });
  expect(await stored()).toBe(0);
});
