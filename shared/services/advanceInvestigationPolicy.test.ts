/** The provider's rules for queries hold for the investigator, too. */
import { expect, test } from "vitest";

import type { KqlAnalyser } from "../ports/kqlAnalyser.ts";
import { ProviderKqlPolicy } from "../schemas/providers.ts";
import { acceptingKql, finished, GUESSED, investigable, start } from "../testing/investigation.ts";

// A table that an administrator has denied would otherwise be read by the investigator.
test("the provider's rules for queries hold for the investigator's, and what they refuse is not run", async () => {
  const kql_policy = ProviderKqlPolicy.parse({ denied_tables: ["AADUserRiskEvents"] });
  const deps = await investigable(GUESSED, { provider: { kql_policy } });
  deps.kql = refusingDenied;
  const { report } = await finished(deps, await start(deps));
  expect(report.not_checked.map(({ reason }) => reason)).toContain("AADUserRiskEvents is denied.");
  const asked = deps.siem.calls.flatMap((one) => (one.method === "query" ? [one.query.kql] : []));
  expect(asked.length).toBeGreaterThan(0);
  expect(asked.filter((kql) => kql.includes("AADUserRiskEvents"))).toEqual([]);
});

/** Refuses by the policy it is given, and without one nothing. */
const refusingDenied: KqlAnalyser = {
  ...acceptingKql,
  async analyse(query, schema, policy) {
    const accepted = await acceptingKql.analyse(query, schema, policy);
    const denied = policy?.denied_tables.find((table) => query.includes(table));
    if (denied === undefined) return accepted;
    const message = `${denied} is denied.`;
    return { ...accepted, policy: [{ rule: "table", message, line: 1, column: 1 }] };
  },
};
