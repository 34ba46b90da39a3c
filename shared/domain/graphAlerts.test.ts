/** What alerts name together is known to hang together, and no more than that. */
import { expect, test } from "vitest";

import type { IncidentEntity } from "../schemas/incidents.ts";
import { connectionsOfAlerts, type Mentioned } from "./graph.ts";

const anEntity = (
  type: IncidentEntity["type"],
  value: string,
  alerts: string[],
): IncidentEntity => ({
  id: `${type}:${value}`,
  type,
  value,
  aliases: [],
  alias_sources: [],
  strong: true,
  private: false,
  sources: alerts.map((alert_id) => ({ alert_id, path: "0" })),
});
const mentioned = (entity_type: Mentioned["entity_type"], value: string): Mentioned => ({
  node_id: `${entity_type}:${value}`,
  entity_type,
  value,
  claimIds: [],
});

// An edge that says more than the alert did, such as a sign-in, would be an invented fact.
test("entities of one alert are associated; those of different alerts are not, nor those of an alert that names a crowd", () => {
  const found = connectionsOfAlerts(
    [
      anEntity("account", "ana", ["a1"]),
      anEntity("ip", "203.0.113.7", ["a1"]),
      anEntity("host", "fin-1", ["a2"]),
      ...Array.from({ length: 9 }, (_, i) => anEntity("host", `crowd-${i}`, ["a3"])),
    ],
    [
      mentioned("user", "ana"),
      mentioned("ip", "203.0.113.7"),
      mentioned("host", "fin-1"),
      ...Array.from({ length: 9 }, (_, i) => mentioned("host", `crowd-${i}`)),
    ],
  );
  expect(found).toMatchObject([
    { relation: "ASSOCIATED_WITH", from: "ip:203.0.113.7", to: "user:ana", evidence_id: null },
  ]);
});
