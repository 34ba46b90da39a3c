import { beforeEach, describe, expect, test } from "vitest";

import { AppError } from "../domain/errors.ts";
import { readEnrichment } from "../repositories/incidentsEnrichment.ts";
import { read as readIncident } from "../repositories/incidents.ts";
import * as providers from "../repositories/providers.ts";
import { EnrichmentMessage } from "../schemas/messages.ts";
import { drain, testDeps, type TestDeps } from "../testing/deps.ts";
import {
  anAlert,
  aPrincipal,
  aProvider,
  aSentinelIncident,
  TENANT,
  WORKSPACE,
} from "../testing/fixtures.ts";
import { enrichIncident, enrichSettlingIncident } from "./enrichIncident.ts";
import { syncIncidents } from "./syncIncidents.ts";

const MINUTE = 60_000;
const KEY = `${WORKSPACE}:12345`;
const provider = aProvider();
let deps: TestDeps;

beforeEach(async () => {
  deps = testDeps();
  await providers.create(deps.documents, provider);
  deps.siem.holds(provider.id, {});
  await syncIncidents(deps);
});

const enrichment = async () => (await readEnrichment(deps, TENANT, KEY))?.record;

/** Lets five minutes pass, synchronises, and does what waits on the queue; how many messages that were. */
async function round(): Promise<number> {
  deps.clock.advance(5 * MINUTE);
  await syncIncidents(deps);
  const messages = await drain(deps.queue, "enrichments");
  for (const { body } of messages) {
    await enrichSettlingIncident(deps, EnrichmentMessage.parse(body));
  }
  return messages.length;
}

// In another workspace the same number is another incident's: its alerts would be shown as this one's.
test("an incident of a workspace that its provider has left keeps what is known of it", async () => {
  deps.siem.holds(provider.id, { incidents: [aSentinelIncident()], alerts: [anAlert()] });
  await round();
  const before = await enrichment();
  const set = { workspace_id: "22222222-2222-4222-8222-222222222222" };
  await deps.documents.batch("tenants", [TENANT], [{ kind: "patch", id: provider.id, set }]);
  deps.siem.holds(provider.id, { incidents: [aSentinelIncident()], alerts: [] });
  deps.clock.advance(5 * MINUTE);
  const asked = enrichIncident(deps, aPrincipal(), 12345, provider.id);
  await expect(asked).rejects.toMatchObject({ code: "conflict" });
  await enrichSettlingIncident(deps, { tenant_id: TENANT, incident_key: KEY });
  expect(await enrichment()).toEqual(before);
});

describe("by itself", () => {
  const arriving = aSentinelIncident({
    created_at: "2026-01-15T12:04:00.000Z",
    last_modified_at: "2026-01-15T12:04:00.000Z",
  });

  test("an arriving incident is enriched, again while it settles, and then no more", async () => {
    deps.siem.holds(provider.id, { incidents: [arriving], alerts: [anAlert()] });
    const rounds: number[] = [];
    for (let i = 0; i < 8; i += 1) rounds.push(await round());
    expect(rounds).toEqual([1, 1, 0, 1, 0, 0, 0, 0]);
    expect(await enrichment()).toMatchObject({ alerts: [{ id: "alert-1" }] });
  });

  // SecurityAlert may show an alert minutes after the incident that names it.
  test("an alert that is not there yet is found in a later round", async () => {
    deps.siem.holds(provider.id, { incidents: [arriving], alerts: [] });
    await round();
    expect(await enrichment()).toMatchObject({ alerts: [], missing_alert_ids: ["alert-1"] });
    deps.siem.holds(provider.id, { incidents: [arriving], alerts: [anAlert()] });
    await round();
    expect(await enrichment()).toMatchObject({
      alerts: [{ id: "alert-1" }],
      missing_alert_ids: [],
    });
  });

  test("late alerts have it enriched again, also of an incident that has long settled", async () => {
    deps.siem.holds(provider.id, { incidents: [arriving], alerts: [anAlert()] });
    for (let i = 0; i < 5; i += 1) await round();
    deps.clock.advance(3 * 24 * 60 * MINUTE);
    const late = {
      ...arriving,
      alert_ids: ["alert-1", "alert-2"],
      last_modified_at: deps.clock.now().toISOString(),
    };
    deps.siem.holds(provider.id, {
      incidents: [late],
      alerts: [anAlert(), anAlert({ id: "alert-2" })],
    });
    expect(await round()).toBe(1);
    expect((await enrichment())?.alerts.map(({ id }) => id)).toEqual(["alert-1", "alert-2"]);
  });

  // A tenant that is connected on Monday must not ask its workspace for every alert of the weekend.
  test("a first sync enriches only what is fresh, and nothing that is closed", async () => {
    const other = aProvider({ id: "sip_2", name: "Lab", workspace_id: "w2", is_default: false });
    await providers.create(deps.documents, other);
    deps.siem.holds(other.id, {
      incidents: [
        aSentinelIncident({ number: 1, created_at: "2026-01-15T10:59:00.000Z" }),
        aSentinelIncident({ number: 2, created_at: "2026-01-15T11:30:00.000Z" }),
        aSentinelIncident({ number: 3, status: "closed" }),
      ],
    });
    await syncIncidents(deps);
    const bodies = (await drain(deps.queue, "enrichments")).map(({ body }) => body);
    expect(bodies).toEqual([{ tenant_id: TENANT, incident_key: "w2:2" }]);
  });

  // An analyst's If-Match would fail although nothing that they see has changed.
  test("a round that finds the same writes nothing; no round is an act in the audit trail", async () => {
    deps.siem.holds(provider.id, { incidents: [arriving], alerts: [anAlert()] });
    await round();
    const before = await readEnrichment(deps, TENANT, KEY);
    await round();
    expect(await readEnrichment(deps, TENANT, KEY)).toEqual(before);
    expect(await drain(deps.queue, "audit")).toEqual([]);
  });

  test("a workspace that does not answer leaves it to the next round, without dead letters", async () => {
    deps.siem.holds(provider.id, { incidents: [arriving], alerts: [anAlert()] });
    deps.clock.advance(5 * MINUTE);
    await syncIncidents(deps);
    const [message] = await drain(deps.queue, "enrichments");
    deps.siem.failsNext(provider.id, new AppError("siem-unavailable", "down"));
    await enrichSettlingIncident(deps, EnrichmentMessage.parse(message?.body));
    expect(await enrichment()).toBeUndefined();
    await round();
    expect(await enrichment()).toBeDefined();
  });

  // Asking before Retry-After is over prolongs the throttling, also of the synchronisation.
  test("nothing is asked of a workspace that told the synchronisation to wait", async () => {
    deps.siem.holds(provider.id, { incidents: [arriving], alerts: [anAlert()] });
    deps.clock.advance(5 * MINUTE);
    await syncIncidents(deps);
    const [message] = await drain(deps.queue, "enrichments");
    const wait = new AppError("siem-unavailable", "429", { retryAfterSeconds: 900 });
    deps.siem.failsNext(provider.id, wait);
    deps.clock.advance(5 * MINUTE);
    await syncIncidents(deps);
    const asked = deps.siem.calls.length;
    await enrichSettlingIncident(deps, EnrichmentMessage.parse(message?.body));
    expect(deps.siem.calls).toHaveLength(asked);
    deps.clock.advance(15 * MINUTE);
    await enrichSettlingIncident(deps, EnrichmentMessage.parse(message?.body));
    expect(await enrichment()).toBeDefined();
  });
});

// Twenty seconds of silence look like a failure; the work must not be lost with the process either.
test("what takes too long is answered as not done, goes on, and waits on the queue as well", async () => {
  deps.siem.holds(provider.id, { incidents: [aSentinelIncident()], alerts: [anAlert()] });
  deps.clock.advance(60 * MINUTE);
  await syncIncidents(deps);
  await drain(deps.queue, "enrichments");
  let open: (() => void) | undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  const alerts = deps.siem.alerts.bind(deps.siem);
  let done: Promise<unknown> | undefined;
  deps.siem.alerts = async (...args) => {
    await opened;
    const found = alerts(...args);
    done = found;
    return found;
  };
  const reply = await enrichIncident(deps, aPrincipal(), 12345, undefined, 5);
  expect(reply).toMatchObject({ isDone: false, view: { number: 12345, alerts: [] } });
  open?.();
  const [message] = await drain(deps.queue, "enrichments");
  await enrichSettlingIncident(deps, EnrichmentMessage.parse(message?.body));
  await done;
  expect(await enrichment()).toMatchObject({ alerts: [{ id: "alert-1" }] });
});

// Every click on a slow workspace would queue the same work once more.
test("who asks again within the minute adds no work, and a failure that comes late is logged", async () => {
  deps.siem.holds(provider.id, { incidents: [aSentinelIncident()], alerts: [anAlert()] });
  deps.clock.advance(60 * MINUTE);
  await syncIncidents(deps);
  await drain(deps.queue, "enrichments");
  const fails: ((error: Error) => void)[] = [];
  deps.siem.alerts = () => new Promise((_, reject) => fails.push(reject));
  for (let i = 0; i < 3; i += 1) {
    await enrichIncident(deps, aPrincipal(), 12345, undefined, 5);
    deps.clock.advance(1000);
  }
  expect(await drain(deps.queue, "enrichments")).toHaveLength(1);
  for (const fail of fails) fail(new Error("too late"));
  await new Promise((resolve) => setImmediate(resolve));
  const late = deps.log.events().filter((event) => event === "enrichment.failed-late");
  expect(late).toHaveLength(3);
});

const shown = async () => (await enrichIncident(deps, aPrincipal(), 12345)).view;

describe("merged by Defender", () => {
  const emptied = aSentinelIncident({
    status: "closed",
    alert_ids: [],
    alert_count: 0,
    last_modified_at: "2026-01-15T12:04:00.000Z",
  });
  const into = {
    number: 12399,
    source_incident_id: "912",
    url: "https://security.microsoft.com/incidents/912",
  };
  // Its row may say nothing of the merge: an analyst would go on with an incident that nobody fills any more.
  test("an incident whose alerts were taken away leads to the one that took over, by itself", async () => {
    deps.siem.holds(provider.id, { incidents: [aSentinelIncident()], alerts: [anAlert()] });
    await round();
    deps.siem.merges.set("801", into);
    deps.siem.holds(provider.id, { incidents: [emptied] });
    await round();
    const record = await readIncident(deps.documents, TENANT, KEY);
    expect(record?.record.merged_into).toEqual(into);
    expect((await shown()).conditions).toEqual(["merged", "phantom"]);
  });

  test("an incident that arrives without alerts is asked for, too", async () => {
    deps.siem.merges.set("801", into);
    deps.siem.holds(provider.id, { incidents: [emptied] });
    await round();
    expect((await shown()).merged_into).toEqual(into);
  });

  test("one that stands for itself again loses the mark", async () => {
    deps.siem.merges.set("801", into);
    deps.siem.holds(provider.id, { incidents: [emptied] });
    await round();
    deps.siem.merges.clear();
    expect(await shown()).toMatchObject({ merged_into: null, conditions: ["phantom"] });
  });

  // Graph is another service, with permissions of its own: its refusal must not cost the alerts.
  test("when Graph refuses, what is known stays and the rest is enriched", async () => {
    deps.siem.merges.set("801", into);
    deps.siem.holds(provider.id, { incidents: [emptied] });
    await round();
    deps.siem.graphFailure = new AppError(
      "siem-unavailable",
      "Microsoft Graph denies access (403).",
    );
    deps.clock.advance(MINUTE);
    const view = await shown();
    expect(view.merged_into).toEqual(into);
    expect(view.enriched_at).toBe(deps.clock.now().toISOString());
  });

  test("an open incident with alerts costs no question", async () => {
    deps.siem.holds(provider.id, { incidents: [aSentinelIncident()], alerts: [anAlert()] });
    await round();
    expect(deps.siem.calls.filter(({ method }) => method === "mergedInto")).toEqual([]);
  });
});
