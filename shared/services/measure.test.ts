/** Figures rest on counts: nothing counted is not measured, and few cases give wide intervals. */
import { expect, test } from "vitest";

import { share } from "../domain/metrics.ts";
import { aPrincipal, TENANT } from "../testing/fixtures.ts";
import { finished, GUESSED, investigable, start } from "../testing/investigation.ts";
import { giveFeedback } from "./changeSession.ts";
import { measure } from "./measure.ts";

// A zero that means "we do not know" misleads whoever reads it.
test("nothing counted is not measured", async () => {
  const deps = await investigable(GUESSED);
  const { all, incidents } = await measure(deps, TENANT, "P30D");
  expect(all.agreement).toEqual({ state: "not_measured", of: 0 });
  expect(all.time_to_verdict).toEqual({ state: "not_measured", of: 0 });
  expect(incidents.time_to_acknowledge.state).toBe("not_measured");
  expect(incidents.coverage).toMatchObject({ state: "measured", value: 0, of: 1 });
});

// Values of the Wilson score interval from its definition.
test("intervals are Wilson's", () => {
  expect(share(8, 10)).toMatchObject({ value: 0.8, low: 0.4902, high: 0.9433 });
  expect(share(0, 5)).toMatchObject({ value: 0, low: 0, high: 0.4345 });
  expect(share(5, 5)).toMatchObject({ value: 1, low: 0.5655, high: 1 });
});

test("verdicts are held against closures and opinions, by family and persona", async () => {
  const closing = { status: "closed", classification: "true_positive" } as const;
  const deps = await investigable(GUESSED, { incident: closing });
  const { session } = await finished(deps, await start(deps));
  await giveFeedback(deps, aPrincipal(), session.session_id, { opinion: "agree", note: "" });
  const { all, by_family, by_persona } = await measure(deps, TENANT, "P30D");
  expect(all.agreement).toMatchObject({ count: 1, of: 1 });
  expect(all.recall_true_positive).toMatchObject({ count: 1, of: 1 });
  expect(all.abstention).toMatchObject({ count: 0, of: 1 });
  expect(all.feedback_agreement).toMatchObject({ count: 1, of: 1 });
  expect(by_family["signin_attack"]?.sessions).toBe(1);
  expect(Object.keys(by_persona)).toEqual(["soc_analyst"]);
});
