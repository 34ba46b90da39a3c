import { expect, test } from "vitest";

import { aSentinelIncident, TENANT, WORKSPACE } from "../testing/fixtures.ts";
import { enrichmentRequest, incidentAlert } from "./incidents.ts";
import { eventId } from "./notifications.ts";

const AT = "2026-01-15T12:00:00.000Z";
const KEY = `${WORKSPACE}:12345`;
const { alert_ids } = aSentinelIncident();
const requestOf = (tenant_id: string, incident_key: string = KEY) =>
  enrichmentRequest({ tenant_id, incident_key, alert_ids }, 0);

// A service provider and its customer connect the same workspace: the broker would drop the second one's message.
test("what two tenants' incidents of one workspace cause has ids of its own", () => {
  expect(incidentAlert(TENANT, KEY, AT).id).not.toBe(incidentAlert("fabrikam", KEY, AT).id);
  expect(requestOf(TENANT).id).not.toBe(requestOf("fabrikam").id);
  const body = { event: "incident-alert", subject_id: KEY, at: AT } as const;
  expect(eventId({ ...body, tenant_id: TENANT })).not.toBe(
    eventId({ ...body, tenant_id: "fabrikam" }),
  );
});

test("a tenant whose name has a colon is not taken for another with another workspace", () => {
  expect(incidentAlert("a", "b:w:1", AT).id).not.toBe(incidentAlert("a:b", "w:1", AT).id);
});

// Brokers refuse longer ids, and with them the message.
test("an id has at most 128 characters, however long the names are, and still tells them apart", () => {
  const guid = "6f0f7a9e-4b1c-4bb5-9d3e-0c8f1f6f2a11";
  const long = "t".repeat(200);
  const ids = [
    incidentAlert(guid, `${guid}:9007199254740991`, AT).id,
    requestOf(guid, `${guid}:9007199254740991`).id,
    requestOf(long).id,
    requestOf(`${long}u`).id,
  ];
  for (const id of ids) expect(id.length).toBeLessThanOrEqual(128);
  expect(new Set(ids).size).toBe(ids.length);
});
