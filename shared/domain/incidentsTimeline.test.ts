/** What an incident without alerts, and one that Defender merged, tell of themselves. */
import { expect, test } from "vitest";

import { anIncident } from "../testing/fixtures.ts";
import { timelineOf } from "./incidentsTimeline.ts";

const told = (over: Partial<Parameters<typeof timelineOf>[0]>) =>
  timelineOf({
    record: anIncident({ alert_ids: [] }),
    enrichment: undefined,
    audit: [],
    sessions: [],
    starts: [],
    writebacks: [],
    ...over,
  }).items;
const source = (record: ReturnType<typeof anIncident>) =>
  told({ record }).find(({ kind }) => kind === "merged")?.source;
const LOST = "2026-01-15T11:57:00.000Z";

// An incident that names no alert looks like a fault of ours unless it says since when and why.
test("an incident that names no alert says so, since its last one was taken away", () => {
  expect(told({}).find(({ kind }) => kind === "phantom")).toEqual({
    at: "2026-01-15T11:55:00.000Z",
    kind: "phantom",
    title: "Names no alert: Defender moved what it had elsewhere",
    source: "SecurityIncident.AlertIds",
  });
  const by = "Microsoft Defender XDR - alert correlation";
  const enrichment = {
    enriched_at: "2026-01-15T12:00:00.000Z",
    alerts: [],
    entities: [],
    missing_alert_ids: [],
    history: {
      changes: [{ at: LOST, by, fields: [], alerts_added: [], alerts_removed: ["alert-1"] }],
      newest: null,
    },
  };
  expect(told({ enrichment }).find(({ kind }) => kind === "phantom")).toMatchObject({
    at: LOST,
    by,
    title: "Its last alert was moved elsewhere",
  });
  expect(told({ record: anIncident() }).filter(({ kind }) => kind === "phantom")).toEqual([]);
});

test("a merge says whether Sentinel's row or Graph told it", () => {
  const merged_into = { number: 7, source_incident_id: "912", url: null };
  const sentinel = { AdditionalData: { mergedIncidentNumber: 7 } };
  expect(source(anIncident({ merged_into }))).toBe("Microsoft Graph: redirectIncidentId");
  expect(source(anIncident({ sentinel }))).toBe("SecurityIncident.AdditionalData");
});

// What a colleague found may stand at a comment's end, and half of a character is no text that other readers take.
test("comments stand whole, other long texts by their beginning", () => {
  const message = "\u{1F600}".repeat(15_000);
  const at = "2026-01-15T11:58:00Z";
  const sentinel = {
    Comments: [{ message, createdTimeUtc: at }],
    Tasks: [{ title: message, createdTimeUtc: at }],
  };
  const items = told({ record: anIncident({ sentinel }) });
  expect(items.find(({ kind }) => kind === "comment")?.title).toBe(message);
  expect(items.find(({ kind }) => kind === "task")?.title).toBe(`${"\u{1F600}".repeat(249)}…`);
});
