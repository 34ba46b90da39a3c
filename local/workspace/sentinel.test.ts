/** The Sentinel adapter against the simulated tenant, over the real SDKs. */
import { expect, test } from "vitest";

import { historyOf } from "../../shared/domain/incidentsHistory.ts";
import { failure, openSentinel } from "./openSentinel.ts";
import { lastDays } from "./testTenant.ts";

const { clock, tenant, siem, provider, sync, query } = await openSentinel();

// A sync that reads in pages must neither lose an incident nor read one twice.
test("pages hold every incident once, oldest change first, whatever their size", async () => {
  const whole = await sync();
  const paged = await sync({ pageSize: 7 });
  expect(whole.length).toBeGreaterThan(55);
  expect(paged).toEqual(whole);
  expect(new Set(whole.map(({ number }) => number)).size).toBe(whole.length);
  const times = whole.map(({ last_modified_at }) => last_modified_at);
  expect(times).toEqual(times.toSorted());
});

// An open incident with a closing time of 1970 would look closed for ever.
test("absent times stay null, and fields are in our words", async () => {
  const incidents = await sync();
  const open = incidents.filter(({ status }) => status !== "closed");
  const closed = incidents.filter(({ status }) => status === "closed");
  expect(open.length).toBeGreaterThan(0);
  expect(closed.length).toBeGreaterThan(0);
  for (const { classification, closed_at, sentinel } of open) {
    expect(classification).toBeNull();
    // A reopened one keeps the time at which it was closed last.
    expect(closed_at === null).toBe(sentinel["ClosedTime"] === null);
  }
  expect(open.filter(({ closed_at }) => closed_at === null).length).toBeGreaterThan(
    open.length / 2,
  );
  for (const { closed_at, classification, owner } of closed) {
    expect(closed_at).not.toBeNull();
    // Merged by Defender: nobody judged it.
    if (classification === "undetermined") continue;
    expect(classification).toMatch(/^(?:true_positive|benign_positive|false_positive)$/);
    expect(owner).toMatchObject({ name: "SOC Analyst" });
  }
  for (const incident of incidents) {
    expect(incident.source_provider).toBe("Microsoft XDR");
    expect(incident.source_incident_id).not.toBe(String(incident.number));
    expect(incident.incident_url).toContain("security.microsoft.com");
  }
});

test("one incident is found by its number with all its alerts, and an unknown one is absent", async () => {
  const [number = 0] = tenant.playStory({
    family: "phishing",
    truth: "true_positive",
  }).incident_numbers;
  const incident = await siem.incident(provider, number, lastDays(clock, 1));
  expect(incident).toMatchObject({ number, alert_count: 2, status: "new" });
  const alerts = await siem.alerts(provider, incident?.alert_ids ?? [], lastDays(clock, 1));
  expect(alerts.map(({ id }) => id).toSorted()).toEqual(incident?.alert_ids.toSorted());
  expect(alerts.every(({ entities }) => entities.length > 1)).toBe(true);
  expect(await siem.incident(provider, 999_999, lastDays(clock, 31))).toBeUndefined();
});

// A playbook may know no more of an incident than its resource id, which ends in its name.
test("one incident is found by its name in any case, and an unknown one is absent", async () => {
  const numbered = (await sync())[0];
  const name = JSON.stringify(numbered?.sentinel["IncidentName"]).slice(1, -1);
  const range = lastDays(clock, 31);
  const named = await siem.incidentNamed(provider, name.toUpperCase(), range);
  expect(named?.number).toBe(numbered?.number);
  expect(await siem.incidentNamed(provider, crypto.randomUUID(), range)).toBeUndefined();
});

// The newest row tells how an incident stands, the others who brought it there.
test("an incident's rows tell its changes, with who made them, and no more than asked for", async () => {
  const closed = (await sync()).find(({ status }) => status === "closed");
  const number = closed?.number ?? 0;
  const rows = await siem.incidentRows(provider, number, lastDays(clock, 31), 200);
  expect(rows.length).toBeGreaterThan(1);
  expect(rows.every((row) => row.number === number && row.modified_by !== "")).toBe(true);
  const { changes, newest } = historyOf(rows);
  expect(newest?.values["status"]).toBe("closed");
  expect(changes.flatMap(({ fields }) => fields)).toContainEqual(
    expect.objectContaining({ field: "status", after: "closed" }),
  );
  const [last] = await siem.incidentRows(provider, number, lastDays(clock, 31), 1);
  expect(last?.last_modified_at).toBe(newest?.at);
});

test("more alert ids than fit one query are all asked for", async () => {
  const incidents = await sync();
  const ids = incidents.flatMap(({ alert_ids }) => alert_ids);
  const padding = Array.from({ length: 150 }, (_, index) => `unknown-${index}`);
  const alerts = await siem.alerts(provider, [...padding, ...ids], lastDays(clock, 31));
  expect(alerts.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
});

test("a query gives typed columns, cuts at its row limit and says so", async () => {
  const result = await siem.query(provider, {
    kql: "SigninLogs | order by TimeGenerated asc | project TimeGenerated, LocationDetails, DurationMs",
    timespan: lastDays(clock, 31),
    maxRows: 5,
    timeoutMs: 30_000,
  });
  expect(result.columns.map(({ type }) => type)).toEqual(["datetime", "dynamic", "long"]);
  expect(result).toMatchObject({ truncated: true });
  expect(result.rows).toHaveLength(5);
  const [time, location, duration] = result.rows[0] ?? [];
  expect(time).toMatch(/^2026-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/);
  expect(location).toMatchObject({ geoCoordinates: {} });
  expect(duration).toBeNull();
});

// The fence is the timespan of the call: text alone cannot be trusted to bound itself.
test("a query reads nothing outside of its timespan", async () => {
  const kql = "SigninLogs | summarize Rows = count()";
  const timespan = { from: "2020-01-01T00:00:00.000Z", to: "2020-01-02T00:00:00.000Z" };
  const result = await siem.query(provider, { kql, timespan, maxRows: 10, timeoutMs: 30_000 });
  expect(result.rows).toEqual([[0]]);
});

test("a query that is wrong is refused with the service's words", async () => {
  const unknown = await failure(query("SigninLogs | where NoSuchColumn == 1"));
  expect(unknown.code).toBe("kql-refused");
  expect(unknown.detail).toContain("NoSuchColumn");
  const broken = await failure(query("SigninLogs | where ("));
  expect(broken.code).toBe("kql-refused");
  expect(broken.detail).toContain("could not be parsed");
});
