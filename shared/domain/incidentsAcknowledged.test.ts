/** When an incident was first taken up follows from what syncs see, once. */
import { expect, test } from "vitest";

import { asDeepDocument } from "../schemas/json.ts";
import { anIncident, aProvider, aSentinelIncident } from "../testing/fixtures.ts";
import { decideChange, type SyncContext } from "./incidents.ts";

const CONTEXT: SyncContext = {
  provider: aProvider(),
  startedAt: new Date("2026-01-15T13:00:00.000Z"),
  isFirstSync: false,
  lastSuccessAt: undefined,
};

/** The time that the change leaves; the stored incident is `before` and was `acknowledged_at`. */
function acknowledgedAfter(
  before: "new" | "active",
  now: "new" | "active" | "closed",
  acknowledged_at: string | null,
): unknown {
  const { sync } = anIncident();
  const known = anIncident({ status: before, sync: { ...sync, acknowledged_at } });
  const last_modified_at = "2026-01-15T12:30:00.000Z";
  const incoming = aSentinelIncident({ status: now, last_modified_at });
  const change = decideChange(incoming, { known, doc: asDeepDocument(known) }, CONTEXT);
  if (change.kind !== "updated") throw new Error("Nothing changed.");
  return change.set["sync"];
}

// The time to acknowledge is what a team is measured by: neither an open incident nor a second look may move it.
test("the first change away from new is when it was taken up; later ones do not move it", () => {
  const first = "2026-01-15T12:10:00.000Z";
  const seen = "2026-01-15T12:30:00.000Z";
  expect(acknowledgedAfter("new", "new", null)).toMatchObject({ acknowledged_at: null });
  expect(acknowledgedAfter("new", "active", null)).toMatchObject({ acknowledged_at: seen });
  expect(acknowledgedAfter("new", "closed", null)).toMatchObject({ acknowledged_at: seen });
  expect(acknowledgedAfter("active", "closed", first)).toMatchObject({ acknowledged_at: first });
  // Nobody saw who took it: it was so when it was first synchronised.
  expect(acknowledgedAfter("active", "closed", null)).toMatchObject({ acknowledged_at: null });
});
