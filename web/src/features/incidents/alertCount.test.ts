/** The number of alerts on the page is what was read, not only what Sentinel says. */
import { expect, test } from "vitest";

import { anIncident, ENRICHED } from "../../testing/fixtures.ts";
import { alertNumber, alertWords } from "./alertCount.ts";

const ids = (count: number) => Array.from({ length: count }, (_, at) => `alert-${at}`);
const [alert] = ENRICHED.alerts;
const alerts = (count: number) =>
  alert === undefined ? [] : ids(count).map((id) => ({ ...alert, id }));

// Sentinel's alertsCount stays 1 where 6 or 150 alerts came: "1 alert" over a table of six is wrong.
test.each([
  ["six read", { alerts: alerts(6), alert_count: 1 }, "6 (Sentinel counts 1)"],
  ["all read", { alerts: alerts(2), alert_count: 2 }, "2"],
  ["one of three read", { alerts: alerts(1), alert_count: 3 }, "1 (Sentinel counts 3)"],
])("%s", (_name, changes, number) => {
  expect(alertNumber(anIncident({ enriched_at: "2026-01-15T12:00:00.000Z", ...changes }))).toBe(
    number,
  );
});

test("before they were read, the alerts that the incident names are counted", () => {
  const { alerts: _alerts, enriched_at: _at, ...summary } = anIncident();
  const named = (count: number, alert_count: number) =>
    alertWords({ ...summary, alert_ids: ids(count), alert_count });
  expect(named(1, 1)).toBe("1 alert");
  expect(named(6, 1)).toBe("6 alerts (Sentinel counts 1)");
  // Beside "No alert: moved elsewhere".
  expect(named(0, 1)).toBe("0 alerts (Sentinel counts 1)");
});
