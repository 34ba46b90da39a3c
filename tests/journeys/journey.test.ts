/** The newcomer's whole way, against the started product over HTTP. Each test goes on from the one before. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";

import { triggers } from "../../functions/contents.ts";
import { openApiPath } from "../../functions/kit/route.ts";
import { InboxPage } from "../../shared/schemas/notifications.ts";
import { IncidentPage, IncidentView } from "../../shared/schemas/incidents.ts";
import { Problem } from "../../shared/schemas/problem.ts";
import { brokenProof, ended, type Session } from "../product/investigation.ts";
import { Product } from "../product/product.ts";
import { until } from "../product/until.ts";
import { localControlCases, Timers } from "./localControlCases.ts";

const ANALYST = "analyst@contoso.example";
const ADMIN = "admin@contoso.example";
const VIEWER = "viewer@contoso.example";
const STRANGER = "admin@fabrikam.example";
const NOTE = "Called the user: it was not them.";

let product: Product;
/** The story's incident. */
let number = 0;
let incidentId = "";
let session: Session;

beforeAll(async () => {
  product = await Product.start();
});
afterAll(async () => {
  await product?.stop();
});

const ask = (user: string | undefined, method: string, path: string, body?: object) =>
  product.ask(user, method, path, body === undefined ? undefined : z.json().parse(body));
const sync = () => ask(ADMIN, "POST", "/local/timers/sync-incidents");
const alertsOf = async (user: string): Promise<number[]> => {
  const path = "/api/v1/notifications?event=incident-alert&limit=100";
  const { items } = InboxPage.parse(await ask(user, "GET", path));
  return items.flatMap(({ event }) =>
    event.type === "incident-alert" ? [event.data.incident_number] : [],
  );
};
const read = async (user = ANALYST) =>
  IncidentView.parse(await ask(user, "GET", `/api/v1/incidents/${number}`));

test("the page is served, and a demo analyst signs in with a real token", async () => {
  const page = await fetch(product.url);
  expect([page.status, page.headers.get("content-type")]).toEqual([
    200,
    "text/html; charset=utf-8",
  ]);
  expect(await page.text()).toContain("<div id=");
  expect(await ask(ANALYST, "GET", "/api/v1/me")).toMatchObject({
    kind: "user",
    email: ANALYST,
    roles: ["analyst"],
  });
  expect(await product.call(undefined, "GET", "/api/v1/me")).toMatchObject({ status: 401 });
});

test("an incident of a story arrives by the sync timer, newest first in the list", async () => {
  const story = { family: "signin_attack", truth: "true_positive", seed: 1 };
  const played = await ask(undefined, "POST", "/local/tenant/stories", story);
  [number] = z.object({ incident_numbers: z.tuple([z.int()]) }).parse(played).incident_numbers;
  expect(await sync()).toMatchObject({ name: "sync-incidents", outcome: "succeeded" });
  const list = IncidentPage.parse(await ask(ANALYST, "GET", "/api/v1/incidents?limit=5"));
  expect(list.items[0]).toMatchObject({ number, severity: "high", local_status: "new" });
  incidentId = list.items[0]?.id ?? "";
  expect(list.items).toHaveLength(5);
  expect(list.total).toBeGreaterThan(5);
});

function expectWholeChain({ alerts, entities, alert_ids }: IncidentView): void {
  expect(alerts.map(({ id }) => id).toSorted()).toEqual(alert_ids.toSorted());
  const ids = new Set(entities.map(({ id }) => id));
  expect(alerts.flatMap(({ entity_ids }) => entity_ids).every((id) => ids.has(id))).toBe(true);
  expect(new Set(entities.map(({ type }) => type))).toContain("account");
}

test("it is enriched with its alerts and entities by itself", async () => {
  const enriched = await until("its own enrichment", async () => {
    const incident = await read();
    return incident.enriched_at === undefined ? undefined : incident;
  });
  expect(enriched.alerts).not.toEqual([]);
  expectWholeChain(enriched);
});

test("enriching it on demand reads its alerts and entities again", async () => {
  const before = await read();
  const reply = IncidentView.parse(
    await ask(ANALYST, "POST", `/api/v1/incidents/${number}/enrich`),
  );
  const after = await read();
  for (const incident of [reply, after]) expectWholeChain(incident);
  const times = [before, after].map(({ enriched_at = "" }) => Date.parse(enriched_at));
  expect(times[1]).toBeGreaterThan(times[0] ?? Infinity);
});

test("304 while it is unchanged, 412 for a change to a version that is gone", async () => {
  const path = `/api/v1/incidents/${number}`;
  const first = await product.call(ANALYST, "GET", path);
  const etag = first.headers.get("etag") ?? "";
  const same = await product.call(ANALYST, "GET", path, undefined, { "if-none-match": etag });
  expect(same).toMatchObject({ status: 304, json: null });
  const patch = { notes: NOTE, local_status: "in_progress", assigned_to: ANALYST, tags: ["vip"] };
  const patched = await product.call(ANALYST, "PATCH", path, patch, { "if-match": etag });
  expect(patched).toMatchObject({ status: 200, json: patch });
  const late = await product.call(ANALYST, "PATCH", path, { notes: "x" }, { "if-match": etag });
  expect(late).toMatchObject({ status: 412, json: { code: "precondition-failed" } });
  const changed = await product.call(ANALYST, "GET", path, undefined, { "if-none-match": etag });
  expect(changed.status).toBe(200);
});

test("after the next sync the note is still there, and nobody is told twice", async () => {
  await until("the notification", async () =>
    (await alertsOf(ANALYST)).includes(number) ? true : undefined,
  );
  await sync();
  await sync();
  expect(await read()).toMatchObject({ notes: NOTE, local_status: "in_progress", tags: ["vip"] });
  expect((await alertsOf(ANALYST)).filter((one) => one === number)).toEqual([number]);
});

test("an investigation ends with a verdict that the truth behind the story confirms", async () => {
  const query = `Investigate incident #${number}`;
  const reply = await product.call(ANALYST, "POST", "/api/v1/investigations/start", { query });
  expect(reply).toMatchObject({ status: 202, json: { status: "active" } });
  const location = reply.headers.get("location") ?? "";
  session = await ended(product, ANALYST, location.split("/").at(-1) ?? "");
  expect(session).toMatchObject({ status: "completed", progress: 1, driver: "rules" });
  const truth = await ask(ADMIN, "GET", `/local/tenant/truth/${number}`);
  expect(session.report?.verdict).toBe(truth["verdict"]);
  expect(session.steps.map(({ seq }) => seq)).toEqual(session.steps.map((_, i) => i + 1));
});

// A claim that cannot be traced to rows is an opinion.
test("every claim leads to evidence whose rows hash to what the claim names", async () => {
  expect(session.report?.claims.length).toBeGreaterThan(0);
  expect(session.report?.claims.map(({ check }) => check)).not.toContain("struck");
  expect(session.report?.claims.some(({ refs }) => refs.some((ref) => ref.row_hash))).toBe(true);
  expect(await brokenProof(product, ANALYST, session)).toEqual([]);
  const path = `/api/v1/sessions/${session.id}`;
  const etag = (await product.call(ANALYST, "GET", path)).headers.get("etag") ?? "";
  const again = await product.call(ANALYST, "GET", path, undefined, { "if-none-match": etag });
  expect(again.status).toBe(304);
});

test("the second tenant sees none of it", async () => {
  const list = IncidentPage.parse(await ask(STRANGER, "GET", "/api/v1/incidents?limit=100"));
  expect(list.items.length).toBeGreaterThan(0);
  expect(list.items.map(({ id }) => id)).not.toContain(incidentId);
  const foreign = await product.call(STRANGER, "GET", `/api/v1/incidents/${number}`);
  expect(JSON.stringify(foreign.json)).not.toContain(incidentId);
  const { items } = InboxPage.parse(await ask(ANALYST, "GET", "/api/v1/notifications"));
  const paths = [
    ["GET", `/api/v1/sessions/${session.id}`],
    ["POST", `/api/v1/sessions/${session.id}/cancel`],
    ["POST", `/api/v1/notifications/${items[0]?.id}/read`],
  ] as const;
  for (const [method, path] of paths) {
    expect(await product.call(STRANGER, method, path)).toMatchObject({ status: 404 });
  }
  expect((await ask(STRANGER, "GET", "/api/v1/sessions"))["items"]).toEqual([]);
});

test("a viewer reads and writes nothing", async () => {
  expect(await read(VIEWER)).toMatchObject({ notes: NOTE });
  const writes = [
    ["PATCH", `/api/v1/incidents/${number}`, { notes: "x" }, "analyst"],
    ["POST", `/api/v1/incidents/${number}/enrich`, undefined, "analyst"],
    ["POST", "/api/v1/investigations/start", { query: "x" }, "analyst"],
    ["POST", "/api/v1/incidents/sync", undefined, "admin"],
  ] as const;
  for (const [method, path, body, role] of writes) {
    const reply = await product.call(VIEWER, method, path, body);
    expect(reply.status).toBe(403);
    expect(Problem.parse(reply.json).detail).toContain(`role ${role}`);
  }
});

// The connection must go on: a body that is left unread would be taken for the next request.
test("a body of 6 MB is refused and the next request is answered", async () => {
  const notes = "x".repeat(6 * 1024 * 1024);
  const path = `/api/v1/incidents/${number}`;
  expect(await product.call(ANALYST, "PATCH", path, { notes })).toMatchObject({ status: 413 });
  expect(await read()).toMatchObject({ notes: NOTE });
});

const Advanced = z.object({
  now: z.iso.datetime(),
  runs: z.array(
    z.object({ name: z.string(), outcome: z.literal("succeeded"), isPastDue: z.literal(true) }),
  ),
});

test("time moves on: what fell due runs once, in the order of due times, and the note stays", async () => {
  const { timers } = Timers.parse(await ask(undefined, "GET", "/local/timers"));
  const before = z
    .object({ now: z.iso.datetime() })
    .parse(await ask(undefined, "GET", "/local/clock"));
  const moved = Advanced.parse(await ask(undefined, "POST", "/local/clock", { advance: "PT11M" }));
  expect(Date.parse(moved.now) - Date.parse(before.now)).toBeGreaterThanOrEqual(11 * 60_000);
  const dueInOrder = timers
    .filter(({ nextDue }) => nextDue <= moved.now)
    .toSorted((a, b) => Date.parse(a.nextDue) - Date.parse(b.nextDue))
    .map(({ name }) => name);
  expect(dueInOrder).toContain("sync-incidents");
  expect(moved.runs.map(({ name }) => name)).toEqual(dueInOrder);
  product.forgetTokens();
  expect(await read()).toMatchObject({ notes: NOTE });
  expect((await alertsOf(ANALYST)).filter((one) => one === number)).toEqual([number]);
});

const Described = z.object({
  openapi: z.string().regex(/^3\.1\./),
  paths: z.record(z.string(), z.record(z.string(), z.looseObject({ operationId: z.string() }))),
  components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
});

test("the API describes itself: every route, no reference that leads nowhere", async () => {
  const reply = await product.call(undefined, "GET", "/api/openapi.json");
  const described = Described.parse(reply.json);
  const named = triggers.endpoints.map(({ method, route, name }) => [
    described.paths[openApiPath(route)]?.[method.toLowerCase()]?.operationId,
    name,
  ]);
  expect(named).toEqual(triggers.endpoints.map(({ name }) => [name, name]));
  const references = JSON.stringify(reply.json).matchAll(
    /"\$ref":"#\/components\/schemas\/([^"]+)"/g,
  );
  const missing = [...references].filter(
    ([, name]) => !(String(name) in described.components.schemas),
  );
  expect(missing).toEqual([]);
  for (const [path, operations] of Object.entries(described.paths)) {
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const declared = JSON.stringify(Object.values(operations)).match(/"in":"path"/g) ?? [];
    expect([path, declared.length]).toEqual([path, inPath.length * Object.keys(operations).length]);
  }
});

localControlCases(
  () => product,
  () => number,
);
