/** What is true about a case must not show on its face: an investigator has to look into the logs. */
import { beforeAll, expect, test } from "vitest";

import { FAMILIES } from "./stories/families.ts";
import { Truth } from "./stories/story.ts";
import type { Tenant } from "./tenant.ts";
import { testClock, testTenant } from "./testTenant.ts";
import { bagOf, listOf, rowsUntil, textOf } from "./workspaceRows.ts";
import type { Row } from "./rows/row.ts";

/** Half of them teach the rule, half of them judge it. */
const ROUNDS = 60;

interface Seen {
  readonly family: string;
  readonly truth: Truth;
  readonly round: number;
  readonly features: Readonly<Record<string, string>>;
}

/** Rows by table, those that cannot be seen yet included. */
const rowCounts = ({ schema, tables }: Tenant): Map<string, number> =>
  new Map(Object.keys(schema).map((table) => [table, tables.rowCount(table)]));

/** Plays every family with every truth many times; tells what shows of each case without any query into the logs. */
function playAll(): Seen[] {
  const tenant = testTenant(testClock());
  const played = FAMILIES.flatMap(({ name: family }) =>
    Truth.options.flatMap((truth) =>
      Array.from({ length: ROUNDS }, (_, round) => {
        const before = rowCounts(tenant);
        const seed = `${family}/${truth}/${round}`;
        const [number = 0] = tenant.playStory({ family, truth, seed }).incident_numbers;
        const after = rowCounts(tenant);
        const tables = Object.keys(tenant.schema).map(
          (table) => [table, String(after.get(table) !== before.get(table))] as const,
        );
        return { family, truth, round, number, tables };
      }),
    ),
  );
  const now = tenant.now();
  const incidents = new Map(
    rowsUntil(tenant, "SecurityIncident", now).map((row) => [row["IncidentNumber"], row]),
  );
  const alerts = new Map<string, Row[]>();
  for (const row of rowsUntil(tenant, "SecurityAlert", now)) {
    const id = textOf(row["SystemAlertId"]);
    alerts.set(id, [...(alerts.get(id) ?? []), row]);
  }
  return played.map(({ number, tables, ...one }) => {
    const incident = incidents.get(number) ?? {};
    const own = listOf(incident["AlertIds"]).flatMap((id) => alerts.get(textOf(id)) ?? []);
    return { ...one, features: { ...face(incident, own), ...Object.fromEntries(tables) } };
  });
}

/** What an analyst sees of an incident in a list, before reading anything. */
function face(incident: Row, alerts: readonly Row[]): Record<string, string> {
  const { alertProductNames, tactics, techniques } = bagOf(incident["AdditionalData"]);
  const entities = alerts.map((alert) => listOf(alert["Entities"]));
  const lengthOf = (name: string) =>
    alerts.map((alert) => textOf(alert[name]).length).reduce((sum, length) => sum + length, 0);
  return {
    title: textOf(incident["Title"]),
    severity: textOf(incident["Severity"]),
    products: textOf(alertProductNames),
    tactics: textOf(tactics) + textOf(techniques),
    hour: textOf(incident["FirstActivityTime"]).slice(11, 13),
    duration: String(Math.floor(spanOf(incident) / 600_000)),
    owner: textOf(incident["Owner"]),
    modified_by: textOf(incident["ModifiedBy"]),
    alert_count: String(listOf(incident["AlertIds"]).length),
    alert_names: alerts.map((alert) => textOf(alert["AlertName"])).join(),
    entity_count: entities.map(({ length }) => length).join(),
    compromised: alerts.map((alert) => kindOfName(textOf(alert["CompromisedEntity"]))).join(),
    entity_types: entities
      .flat()
      .map((entity) => textOf(bagOf(entity)["Type"]))
      .join(),
    description_length: String(textOf(incident["Description"]).length + lengthOf("Description")),
    remediation_length: String(lengthOf("RemediationSteps")),
  };
}

/** An address of a person, of a machine, a short name, or nothing. */
const kindOfName = (name: string): string =>
  name === "" ? "none" : name.includes("@") ? "person" : name.includes(".") ? "machine" : "short";

const spanOf = (incident: Row): number =>
  Date.parse(textOf(incident["LastActivityTime"])) -
  Date.parse(textOf(incident["FirstActivityTime"]));

/** The share of labels that the best rule on one feature gets right on cases that it was not made from. */
function rightShare(
  seen: readonly Seen[],
  feature: string,
  label: "truth" | "family" = "truth",
): number {
  const counts = new Map<string, Map<string, number>>();
  const [learned, judged] = [0, 1].map((rest) => seen.filter(({ round }) => round % 2 === rest));
  const labels = new Set(seen.map((one) => one[label])).size;
  for (const one of learned ?? []) {
    const value = one.features[feature] ?? "";
    const ofValue = counts.get(value) ?? new Map<string, number>();
    ofValue.set(one[label], (ofValue.get(one[label]) ?? 0) + 1);
    counts.set(value, ofValue);
  }
  const right = (judged ?? []).map((one) => {
    const ofValue = [...(counts.get(one.features[feature] ?? "") ?? [])];
    const [best] = ofValue.toSorted(([, a], [, b]) => b - a);
    // A value that was never met can only be guessed.
    return best === undefined ? 1 / labels : Number(best[0] === one[label]);
  });
  return right.reduce((sum, one) => sum + one, 0) / right.length;
}

let seen: Seen[] = [];
beforeAll(() => {
  seen = playAll();
});

// An investigator that need not look at the logs would be worth nothing in front of real incidents.
test("neither its face nor the presence of a table gives a case away, in any family", () => {
  const features = Object.keys(seen[0]?.features ?? {});
  expect(features.length).toBeGreaterThan(40);
  const leaks = FAMILIES.flatMap(({ name }) => {
    const ofFamily = seen.filter(({ family }) => family === name);
    return features
      .map((feature) => ({ name, feature, share: rightShare(ofFamily, feature) }))
      .filter(({ share }) => share > 0.5);
  });
  expect(leaks).toEqual([]);
});

// Seven kinds of incidents with seven fixed counts would be sorted without reading one of them.
test("neither the compromised entity nor the number of entities tells the family", () => {
  const shares = ["compromised", "entity_count"].map((feature) => ({
    feature,
    share: rightShare(seen, feature, "family"),
  }));
  expect(shares.filter(({ share }) => share > 0.5)).toEqual([]);
});
