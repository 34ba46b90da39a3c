/** What makes real incidents awkward happens here, too: merged, reopened, without alerts, alerts that come later. */
import { expect, test } from "vitest";

import { type Row } from "./rows/row.ts";
import { testClock, testTenant } from "./testTenant.ts";
import { listOf, newestBy, rowsUntil, textOf } from "./workspaceRows.ts";

const HOUR = 3_600_000;

/** A tenant after half a day of life, with all rows of its incidents and alerts. */
function lived() {
  const clock = testClock();
  const tenant = testTenant(clock);
  for (let hour = 0; hour < 12; hour += 1) {
    clock.advance(HOUR);
    tenant.tick();
  }
  const incidents = rowsUntil(tenant, "SecurityIncident", tenant.now());
  const alerts = rowsUntil(tenant, "SecurityAlert", tenant.now());
  const newest = newestBy(incidents, "IncidentNumber", "LastModifiedTime");
  return { tenant, incidents, alerts, newest: [...newest.values()] };
}

const { incidents, alerts, newest } = lived();
const alertIds = (row: Row): string[] => listOf(row["AlertIds"]).map(textOf);
const isMerged = (row: Row): boolean => textOf(row["Labels"]).includes("Redirected");
const firstSeen = new Map<string, string>();
for (const alert of alerts) {
  const id = textOf(alert["SystemAlertId"]);
  const known = firstSeen.get(id) ?? "9999";
  const time = textOf(alert["TimeGenerated"]);
  firstSeen.set(id, time < known ? time : known);
}

test("a merged incident is closed, labelled and empty, and its alerts stand in the one that took over", () => {
  const merged = newest.filter(isMerged);
  expect(merged.length).toBeGreaterThan(3);
  for (const row of merged) {
    expect(row).toMatchObject({
      Status: "Closed",
      Classification: "Undetermined",
      AlertIds: [],
      Labels: [{ labelName: "Redirected", labelType: "AutoAssigned" }],
    });
    const before = incidents.filter((one) => one["IncidentNumber"] === row["IncidentNumber"]);
    const target = newest.find(
      (one) => one["IncidentNumber"] === Number(row["IncidentNumber"]) - 1,
    );
    expect(alertIds(target ?? {})).toEqual(expect.arrayContaining(before.flatMap(alertIds)));
    expect(alertIds(target ?? {}).length).toBeGreaterThan(1);
  }
});

test("some incidents never had an alert, as far as the table knows", () => {
  const named = new Set(
    incidents.filter((row) => alertIds(row).length > 0).map((row) => row["IncidentNumber"]),
  );
  const phantoms = newest.filter((row) => !named.has(row["IncidentNumber"] ?? null));
  expect(phantoms.length).toBeGreaterThan(0);
  expect(phantoms.every(isMerged)).toBe(true);
});

test("some closed incidents are open again: they keep their closing time, and have no verdict", () => {
  const reopened = newest.filter(
    (row) => row["ClosedTime"] !== undefined && row["Status"] !== "Closed",
  );
  expect(reopened.length).toBeGreaterThan(0);
  for (const row of reopened) expect(textOf(row["Classification"])).toBe("");
});

// The settling of incidents in the product is tried by these alone.
test("about a quarter of the alerts come later than the incident that names them, some by minutes", () => {
  const waits = new Map<string, number>();
  for (const row of incidents)
    for (const id of alertIds(row))
      if (!waits.has(id))
        waits.set(
          id,
          Date.parse(firstSeen.get(id) ?? "9999") - Date.parse(textOf(row["TimeGenerated"])),
        );
  const late = [...waits.values()].filter((ms) => ms > 30_000);
  expect(late.length / waits.size).toBeGreaterThan(0.15);
  expect(late.length / waits.size).toBeLessThan(0.5);
  expect(Math.max(...late)).toBeGreaterThan(5 * 60_000);
});

test("incidents of Defender have no description, and an alert keeps its product's id in all rows", () => {
  expect(incidents.every((row) => textOf(row["Description"]) === "")).toBe(true);
  const ids = new Map<string, string>();
  for (const alert of alerts) {
    const id = textOf(alert["SystemAlertId"]);
    const vendorId = textOf(alert["VendorOriginalId"]);
    expect(ids.get(id) ?? vendorId).toBe(vendorId);
    ids.set(id, vendorId);
  }
  expect(alerts.length).toBeGreaterThan(ids.size);
});
