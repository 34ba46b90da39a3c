/** Merged incidents lead to the one that took over; nothing else does. */
import { expect, test } from "vitest";

import { anIncident } from "../testing/fixtures.ts";
import { mergedInto } from "./incidentsMerged.ts";
import { conditionsOf } from "./incidentViews.ts";

const rowWith = (AdditionalData: Record<string, string | number | null>) =>
  anIncident({ sentinel: { AdditionalData } });

test("the row's columns give number, Defender's id and address", () => {
  const url = "https://security.microsoft.com/incidents/4503?tid=x";
  const incident = rowWith({ mergedIncidentNumber: 167, mergedIncidentUrl: url });
  expect(mergedInto(incident)).toEqual({ number: 167, source_incident_id: "4503", url });
  expect(conditionsOf(incident)).toEqual(["merged"]);
});

// The address becomes a link on the page: a row must not choose its scheme.
test.each([
  [{}],
  [{ mergedIncidentNumber: null }],
  [{ mergedIncidentNumber: "soon", mergedIncidentUrl: "javascript:alert('/incidents/1')" }],
])("%j is no merge", (columns) => {
  expect(mergedInto(rowWith(columns))).toBeNull();
  expect(conditionsOf(rowWith(columns))).toEqual([]);
});
