/** Recorded rows of a real workspace, served as a folder and read through the Sentinel adapter. */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, test } from "vitest";
import { z } from "zod";

import { loadTenantDirectory } from "../../local/workspace/tenantDirectory.ts";
import { createTenantHttpClient } from "../../local/workspace/tenantHttpClient.ts";
import { lastDays, testClock, testProvider, testSiem } from "../../local/workspace/testTenant.ts";
import type { SentinelIncident } from "../../shared/schemas/incidents.ts";

const RECORDED = join(import.meta.dirname, "../../../shared/data/sentinel");
const TABLES = ["SecurityIncident", "SecurityAlert", "SigninLogs"];
const hasData = TABLES.every((table) => existsSync(join(RECORDED, `${table}.rows.jsonl`)));

const IncidentRow = z.looseObject({
  IncidentNumber: z.number(),
  LastModifiedTime: z.string(),
  Title: z.string(),
  Status: z.string(),
  ProviderIncidentId: z.string(),
  AlertIds: z.array(z.string()),
  ClosedTime: z.string().nullable(),
});
const AlertRow = z.looseObject({ SystemAlertId: z.string() });

const readRows = <T>(table: string, schema: z.ZodType<T>): T[] =>
  readFileSync(join(RECORDED, `${table}.rows.jsonl`), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => schema.parse(JSON.parse(line)));

describe.skipIf(!hasData)("recorded rows as a folder", async () => {
  const dir = mkdtempSync(join(tmpdir(), "recorded-"));
  afterAll(() => rmSync(dir, { recursive: true }));
  mkdirSync(join(dir, "tables"));
  if (hasData)
    for (const table of TABLES)
      copyFileSync(join(RECORDED, `${table}.rows.jsonl`), join(dir, "tables", `${table}.jsonl`));
  const clock = testClock(Date.parse("2024-07-19T00:00:00Z"));
  const { workspace, bad } = loadTenantDirectory(dir, {
    name: "recorded",
    workspaceId: "11111111-1111-4111-8111-111111111111",
    azureTenantId: "22222222-2222-4222-8222-222222222222",
    clientId: "33333333-3333-4333-8333-333333333333",
    clientSecret: "secret",
    clock,
  });
  const siem = testSiem(clock, createTenantHttpClient([workspace]));
  const provider = await testProvider(workspace);

  const sync = async (pageSize: number): Promise<SentinelIncident[]> => {
    const incidents: SentinelIncident[] = [];
    for await (const page of siem.changedIncidents(provider, lastDays(clock, 60), pageSize))
      incidents.push(...page);
    return incidents;
  };

  test("every row loads", () => {
    expect(bad.told).toEqual([]);
    for (const table of TABLES)
      expect(workspace.tables.rowCount(table)).toBe(readRows(table, z.unknown()).length);
  });

  test("every incident syncs once, in its newest state, whatever the page size", async () => {
    const newest = new Map<number, z.infer<typeof IncidentRow>>();
    for (const row of readRows("SecurityIncident", IncidentRow)) {
      const known = newest.get(row.IncidentNumber);
      if (known === undefined || known.LastModifiedTime < row.LastModifiedTime)
        newest.set(row.IncidentNumber, row);
    }
    const incidents = await sync(9);
    expect(incidents.map(({ number }) => number).toSorted((a, b) => a - b)).toEqual(
      [...newest.keys()].toSorted((a, b) => a - b),
    );
    for (const incident of incidents) {
      const row = newest.get(incident.number);
      expect(incident).toMatchObject({
        title: row?.Title,
        status: row?.Status.toLowerCase(),
        source_provider: "Microsoft XDR",
        source_incident_id: row?.ProviderIncidentId,
        alert_ids: row?.AlertIds,
      });
      expect(incident.closed_at === null).toBe(row?.ClosedTime === null);
      expect(incident.incident_url).toContain("security.microsoft.com");
    }
    expect(await sync(1000)).toEqual(incidents);
  });

  test("alerts resolve to their newest row, with the entities of the document", async () => {
    const known = new Set(
      readRows("SecurityAlert", AlertRow).map(({ SystemAlertId }) => SystemAlertId),
    );
    const asked = new Set((await sync(1000)).flatMap(({ alert_ids }) => alert_ids));
    const alerts = await siem.alerts(provider, [...asked], lastDays(clock, 60));
    const expected = [...asked].filter((id) => known.has(id));
    expect(alerts.map(({ id }) => id).toSorted()).toEqual(expected.toSorted());
    expect(alerts.length).toBeGreaterThan(50);
    const references = alerts.flatMap(({ entities }) => entities.filter((one) => "$ref" in one));
    expect(references.length).toBeGreaterThan(100);
  });

  test("dynamic columns can be looked into", async () => {
    const { rows } = await siem.query(provider, {
      kql: "SigninLogs | where isnotempty(tostring(LocationDetails.countryOrRegion)) | summarize Rows = count(), Places = dcount(tostring(LocationDetails.city))",
      timespan: lastDays(clock, 60),
      maxRows: 10,
      timeoutMs: 30_000,
    });
    expect(Number(rows[0]?.[0])).toBeGreaterThan(10);
  });
});
