/** Rows as workspaces send them, odd ones included. */
import { expect, test } from "vitest";
import { z } from "zod";

import { alertFromRow, incidentFromRow, namedRows } from "./rows.ts";

const INCIDENT = {
  IncidentNumber: 322,
  Title: "Multi-stage incident",
  Description: null,
  Severity: "High",
  Status: "Closed",
  Classification: "BenignPositive",
  ClassificationReason: "SuspiciousButExpected",
  Owner: { objectId: null, email: null, assignedTo: "Defender Experts", userPrincipalName: null },
  CreatedTime: "2026-06-01T00:00:00.1234567Z",
  LastModifiedTime: "2026-06-02T00:00:00.9999999Z",
  FirstActivityTime: null,
  ClosedTime: "2026-06-02T00:00:00Z",
  ProviderName: "Microsoft XDR",
  ProviderIncidentId: 801,
  IncidentUrl: "https://portal.azure.com/x",
  AlertIds: ["a", "b"],
  Labels: [{ labelName: "HumOR", labelType: "User" }],
  AdditionalData: { alertsCount: 71, tactics: [], techniques: ["T1046"], providerIncidentUrl: "" },
};

test("an incident row in our words", () => {
  expect(incidentFromRow(INCIDENT)).toMatchObject({
    number: 322,
    description: "",
    severity: "high",
    status: "closed",
    classification: "benign_positive",
    owner: { name: "Defender Experts", email: null },
    created_at: "2026-06-01T00:00:00.123Z",
    last_modified_at: "2026-06-02T00:00:00.999Z",
    first_activity_at: null,
    source_incident_id: "801",
    // No provider's URL: the portal's.
    incident_url: "https://portal.azure.com/x",
    labels: ["HumOR"],
    alert_count: 71,
    techniques: ["T1046"],
    sentinel: { Title: "Multi-stage incident" },
  });
});

// Some exporters and older rows carry JSON as text.
test("JSON columns that are text are read, and text that is no JSON does no harm", () => {
  const asText = Object.fromEntries(
    Object.entries(INCIDENT).map(([key, value]) => [
      key,
      typeof value === "object" && value !== null ? JSON.stringify(value) : value,
    ]),
  );
  expect(incidentFromRow(asText)).toEqual(incidentFromRow(INCIDENT));
  const broken = { ...INCIDENT, Owner: "{broken", AdditionalData: "", AlertIds: "[1," };
  expect(incidentFromRow(broken)).toMatchObject({ owner: null, alert_ids: [], alert_count: 0 });
});

// As the lowest severity, what nobody knows would reach nobody.
test("an owner without any part is nobody, and values that nobody documented are kept as they stand", () => {
  const row = { ...INCIDENT, Owner: { email: null }, Severity: "Unheard", Status: "Paused" };
  expect(incidentFromRow(row)).toMatchObject({
    owner: null,
    severity: "medium",
    status: "new",
    stated: { severity: "Unheard", status: "Paused" },
  });
  expect(incidentFromRow({ ...INCIDENT, Severity: null })).toMatchObject({
    severity: "medium",
    stated: { severity: "not stated" },
  });
  expect(alertFromRow({ SystemAlertId: "a", AlertSeverity: "Odd" })).toMatchObject({
    severity: "medium",
    stated_severity: "Odd",
  });
});

test("an alert row in our words; entities that are no JSON are none", () => {
  const row = {
    SystemAlertId: "a1",
    DisplayName: "Shown",
    AlertSeverity: "Medium",
    Status: "New",
    ProductName: "Defender",
    StartTime: "2026-06-01T00:00:00Z",
    Tactics: "InitialAccess, Execution,Unknown",
    Techniques: '["T1566"]',
    ExtendedProperties: '{"MitreTechniques":"T1047;T1566"}',
    Entities: '[{"$id":"2","Type":"ip","Address":"1.2.3.4"},{"$ref":"2"},7]',
  };
  expect(alertFromRow(row)).toEqual({
    id: "a1",
    name: "Shown",
    severity: "medium",
    status: "New",
    product: "Defender",
    started_at: "2026-06-01T00:00:00.000Z",
    ended_at: null,
    tactics: ["InitialAccess", "Execution"],
    techniques: ["T1566", "T1047"],
    entities: [{ $id: "2", Type: "ip", Address: "1.2.3.4" }, { $ref: "2" }],
  });
  expect(alertFromRow({ ...row, Entities: '[{"$id":"2","Na' }).entities).toEqual([]);
});

test("columns are read by name, wherever they stand", () => {
  const columns = ["b", "a"].map((name) => ({ name, type: "string" as const }));
  expect([...namedRows({ columns, rows: [["1", "2"]] })]).toEqual([{ a: "2", b: "1" }]);
});

// Sentinel allows 3 MB of comments, more than a document may hold: without this nobody sees such an incident.
test("of many long comments the newest stay whole, the older ones by their beginning", () => {
  const long = "\u{1F600}".repeat(15_000);
  const comments = Array.from({ length: 100 }, (_, minute) => ({
    message: `x${long}`,
    createdTimeUtc: new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString(),
  }));
  const { sentinel } = incidentFromRow({
    IncidentNumber: 7,
    LastModifiedTime: "2026-01-01T00:00:00Z",
    Comments: JSON.stringify(comments),
  });
  const kept = z.array(z.looseObject({ message: z.string() })).parse(sentinel["Comments"]);
  expect(kept).toHaveLength(100);
  expect(kept.at(-1)?.message).toBe(`x${long}`);
  expect(kept[0]?.message).toMatch(
    /^x(\u{1F600}){249}… \(30001 characters; the rest is in Sentinel\)$/u,
  );
  expect(Buffer.byteLength(JSON.stringify(sentinel))).toBeLessThan(1_200_000);
});
