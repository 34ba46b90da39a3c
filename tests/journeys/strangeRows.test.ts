/** Rows that no document of Sentinel's describes, through the real clients, the sync and the API. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { incidentsGet, incidentsList } from "../../functions/http/incidents.ts";
import { siemProvidersGet, siemProvidersList } from "../../functions/http/siemProviders.ts";
import { loadTenantDirectory } from "../../local/workspace/tenantDirectory.ts";
import { createTenantHttpClient } from "../../local/workspace/tenantHttpClient.ts";
import { testClock, testProvider, testSiem } from "../../local/workspace/testTenant.ts";
import type { Workspace } from "../../local/workspace/workspace.ts";
import type { Deps } from "../../shared/ports/deps.ts";
import * as incidents from "../../shared/repositories/incidents.ts";
import * as providers from "../../shared/repositories/providers.ts";
import type { Json, JsonObject } from "../../shared/schemas/json.ts";
import type { SiemProvider } from "../../shared/schemas/providers.ts";
import { syncIncidents } from "../../shared/services/syncIncidents.ts";
import { testDeps } from "../../shared/testing/deps.ts";
import { aPrincipal } from "../../shared/testing/fixtures.ts";
import { call } from "../../shared/testing/http.ts";

const dir = mkdtempSync(join(tmpdir(), "strange-"));
afterAll(() => rmSync(dir, { recursive: true }));
const clock = testClock();
const minutesAgo = (minutes: number): string =>
  new Date(clock.now().getTime() - minutes * 60_000).toISOString();

/** An ordinary row with oddities on top; an exported row keeps numbers beyond 2^53 as text. */
const row = (over: JsonObject): JsonObject => ({
  TimeGenerated: minutesAgo(30),
  IncidentNumber: 1,
  IncidentName: `row-${JSON.stringify(over["IncidentNumber"])}`,
  Title: "An ordinary incident",
  Severity: "High",
  Status: "New",
  Classification: "",
  CreatedTime: minutesAgo(30),
  LastModifiedTime: minutesAgo(30),
  ClosedTime: null,
  AlertIds: [],
  ...over,
});

const TITLES: Record<number, string> = {
  10: "🚨 Überwachung 👩‍💻 of 東京",
  11: "הודעה חשודה من الشرق \u202egnp.exe",
  12: '<img src=x onerror="alert(1)"><b>bold</b>',
  13: '=cmd|"/c calc"!A1',
};
const ROWS: JsonObject[] = [
  row({ IncidentNumber: 1 }),
  row({ IncidentNumber: 2, Severity: "Catastrophic", Status: "Paused", Classification: "Maybe" }),
  row({ IncidentNumber: 3, Severity: "Critical", ClosedTime: null, Status: "Closed" }),
  row({ IncidentNumber: 4, LastModifiedTime: null }),
  row({
    IncidentNumber: 5,
    Owner: "{broken",
    AdditionalData: "[1,",
    AlertIds: '["a",',
    Labels: "x",
  }),
  row({
    IncidentNumber: 6,
    Labels: Array.from({ length: 100 }, (_, i) => ({ labelName: `tag-${i}`, labelType: "User" })),
    Comments: [{ message: "y".repeat(30_000), createdTimeUtc: minutesAgo(5), author: null }],
  }),
  ...Object.entries(TITLES).map(([number, Title]) =>
    row({ IncidentNumber: Number(number), Title }),
  ),
  row({ IncidentNumber: "9007199254740993", IncidentName: "too-great" }),
  // Nobody could open it: its number is greater than any that Sentinel and the API's addresses have.
  row({ IncidentNumber: 2 ** 31, IncidentName: "beyond-int" }),
  row({
    IncidentNumber: 2 ** 31 - 1,
    Title: "half \ud83d of a pair",
    Labels: '[{"labelName":"\\udc00"}]',
  }),
  row({ IncidentNumber: null, IncidentName: "no-number" }),
  row({ IncidentNumber: -7, IncidentName: "negative" }),
  row({ IncidentNumber: 99, Title: "after all of them", LastModifiedTime: minutesAgo(1) }),
];

let workspace: Workspace;
let provider: SiemProvider;
let deps: Deps;

beforeAll(async () => {
  mkdirSync(join(dir, "tables"));
  const lines = ROWS.map((one) => JSON.stringify(one)).join("\n");
  writeFileSync(join(dir, "tables", "SecurityIncident.jsonl"), lines);
  const columns = Object.keys(row({})).map((name) => [name, typeOf(name)]);
  const more = ["Owner", "AdditionalData", "Labels", "Comments"].map((name) => [name, "dynamic"]);
  const schema = { SecurityIncident: Object.fromEntries([...columns, ...more]) };
  writeFileSync(join(dir, "schema.json"), JSON.stringify(schema));
  ({ workspace } = loadTenantDirectory(dir, {
    name: "contoso",
    workspaceId: "11111111-1111-4111-8111-111111111111",
    azureTenantId: "22222222-2222-4222-8222-222222222222",
    clientId: "33333333-3333-4333-8333-333333333333",
    clientSecret: "secret",
    clock,
  }));
  provider = await testProvider(workspace);
  deps = testDeps({ clock, siem: testSiem(clock, createTenantHttpClient([workspace])) });
  await providers.create(deps.documents, provider);
});

function typeOf(name: string): string {
  if (name === "IncidentNumber") return "long";
  if (name === "AlertIds") return "dynamic";
  return /Time/.test(name) ? "datetime" : "string";
}

const shown = async (number: number): Promise<Json> => {
  const as = aPrincipal("analyst");
  return (await call(incidentsGet, deps, { as, params: { number } })).json;
};

// One workspace writes one odd row, and nobody sees an incident any more.
test("every row that is an incident arrives, the others are set aside with the reason", async () => {
  const reply = await syncIncidents(deps);
  expect(reply.providers).toEqual([{ provider_id: provider.id, changed: 12 }]);
  expect(await incidents.count(deps.documents, "contoso", [])).toBe(12);
  const as = aPrincipal("admin");
  const one = await call(siemProvidersGet, deps, { as, params: { id: provider.id } });
  expect(one.json).toMatchObject({
    status: "active",
    last_sync: { error: null, set_aside: { count: 4, is_more: false } },
  });
  const { set_aside_rows: rows } = JSON.parse(one.text);
  expect(rows.map(({ name }: { name: string }) => name).toSorted()).toEqual([
    "beyond-int",
    "negative",
    "no-number",
    "too-great",
  ]);
  for (const aside of rows) {
    expect(aside.reason).toMatch(/incident number is missing or not one of Sentinel's/);
    expect(aside.row).toContain(aside.name);
  }
  const list = await call(siemProvidersList, deps, { as });
  expect(list.json).toMatchObject({ providers: [{ last_sync: { set_aside: { count: 4 } } }] });
});

// Called informational, an incident of a severity that is new would be the one that nobody is told of.
test("values that Sentinel never documented are shown as they are", async () => {
  expect(await shown(2)).toMatchObject({
    severity: "medium",
    status: "new",
    classification: null,
    stated: { severity: "Catastrophic", status: "Paused", classification: "Maybe" },
  });
  expect(await shown(3)).toMatchObject({ severity: "critical", closed_at: null, stated: {} });
  expect(await shown(1)).toMatchObject({ severity: "high", stated: {} });
});

test("a row without a time of change counts by when it came", async () => {
  expect(await shown(4)).toMatchObject({ last_modified_at: minutesAgo(30) });
});

test("JSON that is broken, a hundred tags, long comments and any title do no harm", async () => {
  expect(await shown(5)).toMatchObject({ owner: null, alert_ids: [], labels: [] });
  const many = await shown(6);
  expect(many).toMatchObject({ labels: expect.arrayContaining(["tag-0", "tag-99"]) });
  for (const [number, title] of Object.entries(TITLES))
    expect(await shown(Number(number))).toMatchObject({ title });
  const query = { q: "🚨", timespan: "P7D" };
  const found = await call(incidentsList, deps, { as: aPrincipal(), query });
  expect(found.json).toMatchObject({ items: [{ number: 10 }] });
});

// A database or a reader of JSON refuses such a text as a whole, and the incident with it.
test("half of a surrogate pair is shown as the character for what cannot be shown", async () => {
  const half = await shown(2 ** 31 - 1);
  expect(half).toMatchObject({ title: "half \ufffd of a pair", labels: ["\ufffd"] });
  expect(JSON.stringify(half)).not.toMatch(/\\ud[89a-f]/i);
  expect(await shown(10)).toMatchObject({ title: TITLES[10] });
});

// The correction comes as a new row of the same incident; what was set aside must then be gone from the health.
test("a row that was set aside is taken once it can be read", async () => {
  clock.advance(5 * 60_000);
  const fixed = {
    IncidentName: "no-number",
    Title: "it has a number now",
    LastModifiedTime: minutesAgo(1),
  };
  workspace.record("SecurityIncident", [
    row({ IncidentNumber: 500, TimeGenerated: minutesAgo(1), ...fixed }),
  ]);
  expect((await syncIncidents(deps)).providers).toMatchObject([{ changed: 1 }]);
  expect(await shown(500)).toMatchObject({ title: "it has a number now" });
  const as = aPrincipal("admin");
  const one = await call(siemProvidersGet, deps, { as, params: { id: provider.id } });
  expect(one.json).toMatchObject({ last_sync: { set_aside: { count: 3 } } });
});
