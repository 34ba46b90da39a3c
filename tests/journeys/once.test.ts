/** Six timers racing, every message delivered twice, a broker that fails after the commit: the same result as once. */
import { beforeAll, expect, test } from "vitest";

import type { JsonObject } from "../../shared/schemas/json.ts";
import { enrichIncident } from "../../shared/services/enrichIncident.ts";
import { patchIncident } from "../../shared/services/patchIncident.ts";
import { startInvestigation } from "../../shared/services/startInvestigation.ts";
import { aPrincipal } from "../../shared/testing/fixtures.ts";
import { rememberingAnalyser } from "../../shared/testing/rememberingAnalyser.ts";
import { openOnceWorld, race, workOff } from "./onceWorld.ts";

interface Way {
  /** Copies of the program, each with its own connection to the file. */
  copies: number;
  deliveries: number;
  /** Nothing can be sent until the sweep comes. */
  isBrokerDown: boolean;
}

let once: JsonObject;

/** Sync, enrichment, a note, an investigation; then the sweep and the workers, until nothing is left. */
async function live({ copies: count, deliveries, isBrokerDown }: Way) {
  const { copies, clock, playStories, outcome, close } = await openOnceWorld(
    count,
    rememberingAnalyser,
  );
  try {
    for (const copy of copies) copy.setBrokerDown(isBrokerDown);
    await race(copies, "sync-incidents");
    clock.advance(300_000);
    const [number = 0] = playStories();
    await race(copies, "sync-incidents");
    const analyst = aPrincipal("analyst");
    const { deps } = copies[0] ?? {};
    if (deps === undefined) throw new Error("There is no copy.");
    await enrichIncident(deps, analyst, number);
    const note = { number, ifMatch: undefined };
    await patchIncident(deps, analyst, note, { notes: "It was not the user." });
    const query = `Investigate incident #${number}`;
    await startInvestigation(deps, analyst, {
      query,
      persona: "soc_analyst",
      provider: "sentinel",
    });
    clock.advance(6_000);
    for (const copy of copies) copy.setBrokerDown(false);
    await race(copies, "relay-outbox");
    await race(copies, "sync-incidents");
    await race(copies, "sweep-sessions");
    const delivered = await workOff(copies, deliveries);
    return { outcome: outcome(), delivered };
  } finally {
    await close();
  }
}

beforeAll(async () => {
  once = (await live({ copies: 1, deliveries: 1, isBrokerDown: false })).outcome;
});

const named = (start: string): string[] =>
  Object.keys(once).filter((name) => name.startsWith(start));

// The comparison below is worth what stands in the result that it compares with.
test("once: incidents, one completed session with its report, notifications and audit rows", async () => {
  expect(named("incidents ").length).toBeGreaterThan(20);
  expect(named("notifications ").length).toBeGreaterThan(1);
  expect(once["audit"]).toEqual([
    expect.stringMatching(/^incident\.enrich /),
    expect.stringMatching(/^incident\.patch /),
    expect.stringMatching(/^session\.start /),
  ]);
  const [session] = named("sessions ").filter((name) => name.endsWith(" session"));
  expect(once[session ?? ""]).toMatchObject({
    status: "completed",
    report: { verdict: expect.any(String) },
  });
  expect(JSON.stringify(once)).toContain("It was not the user.");
  expect(JSON.stringify(once)).not.toContain('"type":"outbox"');
  expect(once["left_on_queues"]).toBe(0);
});

const WAYS: readonly (readonly [string, Way])[] = [
  ["six timers racing", { copies: 6, deliveries: 1, isBrokerDown: false }],
  ["every message delivered twice at once", { copies: 2, deliveries: 2, isBrokerDown: false }],
  ["a broker that fails after each commit", { copies: 1, deliveries: 1, isBrokerDown: true }],
  ["all of it together", { copies: 6, deliveries: 3, isBrokerDown: true }],
];

test.each(WAYS)("%s: the same result as once", async (_name, way) => {
  const { outcome, delivered } = await live(way);
  expect(Object.keys(delivered).toSorted()).toEqual([
    "advance-investigation",
    "append-audit",
    "deliver-notification",
    "enrich-incident",
    "remember-session",
  ]);
  expect(outcome).toEqual(once);
});
