/** Functions and watchlists from end to end: metadata, the adapter, the analyser, and a query over the wire. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { analyse } from "../../shared/kql/analyse.ts";
import { withFunctions } from "../../shared/kql/functions.ts";
import { FUNCTIONS, type KqlFunction } from "../../shared/schemas/kql.ts";
import { createFaults } from "./faults.ts";
import { loadTenantDirectory } from "./tenantDirectory.ts";
import { createTenantHttpClient } from "./tenantHttpClient.ts";
import { TEST_NOW, testClock, testProvider, testSiem, testTenant } from "./testTenant.ts";
import type { Workspace } from "./workspace.ts";

const HOUR = 3_600_000;

async function reach(workspace: Workspace, clock = testClock()) {
  const siem = testSiem(clock, createTenantHttpClient([workspace], createFaults()));
  const provider = await testProvider(workspace);
  const rows = async (kql: string, days = 30) => {
    const to = clock.now();
    const from = new Date(to.getTime() - days * 24 * HOUR);
    const timespan = { from: from.toISOString(), to: to.toISOString() };
    return (await siem.query(provider, { kql, timespan, maxRows: 1_000, timeoutMs: 30_000 })).rows;
  };
  return { siem, provider, clock, rows };
}

test("the adapter reads functions with parameters and bodies, and the analyser takes them", async () => {
  const { siem, provider } = await reach(testTenant(testClock()));
  const schema = await siem.schema(provider);
  const saved = schema[FUNCTIONS]?.find(({ name }) => name === "FailedSignIns");
  expect(saved).toMatchObject({ parameters: "days:int=7, least:long=5" });
  const query =
    "FailedSignIns(days=30, least=1) | invoke WithDepartment() | project Department, Failures";
  expect(analyse(query, schema)).toMatchObject({
    ok: true,
    policy: [],
    tables: ["IdentityInfo", "SigninLogs"],
  });
  expect(analyse(query, schema, { deniedTables: ["IdentityInfo"] }).policy).toMatchObject([
    { rule: "table-denied" },
  ]);
});

test("a function that is saved later is known after an hour", async () => {
  const clock = testClock();
  const tenant = testTenant(clock);
  const workspace = { ...tenant };
  const { siem, provider } = await reach(workspace, clock);
  await siem.schema(provider);
  workspace.schema = withFunctions(tenant.schema, [
    { name: "Late", parameters: "", body: "print 1" },
  ]);
  const names = async () => (await siem.schema(provider))[FUNCTIONS]?.map(({ name }) => name);
  clock.advance(HOUR / 2);
  expect(await names()).not.toContain("Late");
  clock.advance(HOUR / 2);
  expect(await names()).toContain("Late");
});

test("queries that call them run on the tenant", async () => {
  const { rows } = await reach(testTenant(testClock()));
  const failed = await rows("FailedSignIns(days=30, least=1) | invoke WithDepartment()");
  expect(failed.length).toBeGreaterThan(0);
  expect(await rows("_GetWatchlistAlias | sort by WatchlistAlias asc")).toEqual(
    ["HighValueAssets", "NetworkAddresses", "PrivilegedUsers", "ServiceAccounts", "VIPUsers"].map(
      (alias) => [alias],
    ),
  );
  const known = await rows("KnownAddresses", 1 / 24);
  expect(known.length).toBeGreaterThan(1);
  const all = Number((await rows("SigninLogs | count"))[0]?.[0]);
  const others = Number(
    (await rows("SigninLogs | invoke WithoutKnownAddresses() | count"))[0]?.[0],
  );
  expect(others).toBeLessThan(all);
  expect(await rows("_GetWatchlist('VIPUsers') | where isempty(['User Principal Name'])")).toEqual(
    [],
  );
});

function folder(functions: readonly KqlFunction[] | string): string {
  const dir = mkdtempSync(join(tmpdir(), "functions-"));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  for (const part of ["tables", "watchlists"]) mkdirSync(join(dir, part));
  const text = typeof functions === "string" ? functions : JSON.stringify(functions);
  writeFileSync(join(dir, "functions.json"), text);
  writeFileSync(
    join(dir, "tables", "Doors_CL.jsonl"),
    '{"TimeGenerated":"2026-06-17T10:00:00Z","Badge_s":"B-7"}\n',
  );
  writeFileSync(
    join(dir, "watchlists", "badges.jsonl"),
    '{"Badge":"B-7","Owner":"anna"}\nnot an item\n{"SearchKey":"B-8","Owner":"bert"}\n',
  );
  return dir;
}

const REGISTRATION = {
  name: "folder",
  workspaceId: "11111111-1111-4111-8111-111111111111",
  azureTenantId: "22222222-2222-4222-8222-222222222222",
  clientId: "33333333-3333-4333-8333-333333333333",
  clientSecret: "the-right-secret",
};
const load = (dir: string) =>
  loadTenantDirectory(dir, { ...REGISTRATION, clock: testClock(TEST_NOW) });

test("a folder brings its own functions and watchlists; a line that is none is named", async () => {
  const dir = folder([
    {
      name: "Owners",
      parameters: "badge:string",
      body: "Doors_CL | where Badge_s == badge | join kind=inner _GetWatchlist('badges') on $left.Badge_s == $right.SearchKey | project SearchKey, tostring(WatchlistItem.Owner)",
    },
  ]);
  const { workspace, bad } = load(dir);
  expect(bad.told).toMatchObject([{ line: 2, problem: "The line is no JSON object." }]);
  const { rows } = await reach(workspace);
  expect(await rows("Owners('B-7')")).toEqual([["B-7", "anna"]]);
  expect(await rows("_GetWatchlist('badges') | project SearchKey, Owner")).toEqual([
    ["B-7", "anna"],
    ["B-8", "bert"],
  ]);
});

test("a functions.json that is no list of functions stops the start and says so", () => {
  expect(() => load(folder('{"name":"x"}'))).toThrow("functions.json is no list");
});
