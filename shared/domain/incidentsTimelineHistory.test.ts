/** What Sentinel's rows add to a timeline, and what they must not say a second time. */
import { expect, test } from "vitest";

import type { IncidentRow } from "../schemas/incidentsRelated.ts";
import { anIncident, aPrincipal, aSentinelIncident } from "../testing/fixtures.ts";
import { historyOf } from "./incidentsHistory.ts";
import { historyItems, toldByHistory } from "./incidentsTimelineHistory.ts";
import { newWriteback } from "./incidentsWritebackRecord.ts";

const at = (minute: number) => `2026-01-15T11:${minute}:00.000Z`;
const rowAt = (minute: number, over: Partial<IncidentRow> = {}): IncidentRow => ({
  ...aSentinelIncident({ last_modified_at: at(minute) }),
  modified_by: "bo@contoso.example",
  ...over,
});
const enrichmentOf = (rows: IncidentRow[]) => ({
  enriched_at: at(59),
  alerts: [],
  entities: [],
  missing_alert_ids: [],
  history: historyOf(rows),
});

/** A write-back that changed Sentinel's status at that time. */
const writtenAt = (time: string) => ({
  ...newWriteback(anIncident(), aPrincipal(), "w", { status: "active" }, new Date(time)),
  modified_at: [time],
  written: ["status" as const],
});

// Log Analytics gives rows in no order and, after a retry of its ingestion, twice.
test("rows in any order, repeated and without a change that is told, add nothing", () => {
  const rows = [rowAt(20, { severity: "low" }), rowAt(10), rowAt(20, { severity: "low" })];
  const items = historyItems(
    anIncident({ last_modified_at: at(20), severity: "low" }),
    enrichmentOf([...rows, rowAt(15)]),
    [],
  );
  expect(items).toMatchObject([{ at: at(20), title: "severity: high → low" }]);
});

test("alerts that were taken away and values that Sentinel never documented are told as they are", () => {
  const rows = [
    rowAt(10, { alert_ids: ["a", "b"] }),
    rowAt(20, { alert_ids: [], stated: { severity: "Apocalyptic" }, modified_by: "" }),
  ];
  const [item] = historyItems(anIncident({ last_modified_at: at(20) }), enrichmentOf(rows), []);
  expect(item).toEqual({
    at: at(20),
    kind: "updated",
    title: "severity: high → Apocalyptic; 2 alerts removed",
    source: "SecurityIncident.LastModifiedTime",
    fields: ["severity", "alerts"],
  });
});

// Sentinel names our application for a write-back, which the timeline already shows on behalf of the person.
test("what a write-back wrote is not told again, in the rows as in what came since", () => {
  const writeback = writtenAt(at(20));
  const closed = rowAt(20, { status: "closed", severity: "low" });
  const record = anIncident({ status: "closed", severity: "low", last_modified_at: at(20) });
  const onlyForeign = [{ title: "severity: high → low" }];
  expect(historyItems(record, enrichmentOf([rowAt(10), closed]), [writeback])).toMatchObject(
    onlyForeign,
  );
  expect(historyItems(record, enrichmentOf([rowAt(10)]), [writeback])).toMatchObject(onlyForeign);
  const earlier = historyItems(record, enrichmentOf([rowAt(10)]), [
    writtenAt("2026-01-15T11:09:00.000Z"),
  ]);
  expect(earlier).toMatchObject([{ title: "status: new → closed; severity: high → low" }]);
});

// Until its row comes, the incident shows what was written: Sentinel did not do that.
test("what is shown ahead of Sentinel's row is no change of Sentinel's", () => {
  const writeback = {
    id: "w",
    state: "written" as const,
    at: at(30),
    by: "Ana",
    parts: [],
    open: [],
    detail: null,
    modified_at: at(30),
  };
  const record = anIncident({ status: "closed", last_modified_at: at(30), writeback });
  expect(historyItems(record, enrichmentOf([rowAt(10)]), [])).toEqual([]);
});

test("a closing and a reopening stand in the rows instead of the newest row's times", () => {
  const rows = [rowAt(10), rowAt(20, { status: "closed" }), rowAt(30, { status: "active" })];
  const reopened = anIncident({ status: "active", last_modified_at: at(30), closed_at: at(20) });
  expect([...toldByHistory(reopened, enrichmentOf(rows))]).toEqual(["closed", "reopened"]);
  expect(historyItems(reopened, enrichmentOf(rows), []).map(({ kind }) => kind)).toEqual([
    "closed",
    "reopened",
  ]);
  // A closing that the rows do not hold is still told from the times.
  const closed = anIncident({ status: "closed", last_modified_at: at(10), closed_at: at(50) });
  expect([...toldByHistory(closed, enrichmentOf([rowAt(10)]))]).toEqual([]);
});
