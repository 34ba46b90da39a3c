import { expect, test } from "vitest";

import type { EntityType } from "../schemas/incidents.ts";
import type { Found } from "./findings.ts";
import { entitiesOf } from "./reportEntities.ts";

type State = Parameters<typeof entitiesOf>[0];

const state = (entities: State["named"]["entities"]): State => ({
  families: ["lateral_movement"],
  named: { entities, tactics: [], techniques: [] },
  not_checked: [],
  not_observable: [],
});

/** A verified claim about one thing. */
const claimOn = (id: string, type: EntityType, value: string, isContext = false): Found => ({
  claim: {
    id,
    text: "",
    kind: "value",
    is_key: true,
    finding_key: `t01.found:${id}`,
    refs: [{ evidence_id: "ev_t01", row_hash: "r", column: "Name", value }],
    check: "verified",
    reason: "",
  },
  findingId: "t01.found",
  finding: { id: "t01.found", kind: "value", text: "{Name}", isContext, entities: { Name: type } },
});

// An analyst would isolate one machine twice, or miss that two lines are the same application.
test("a claim about another name of what the alerts name is a claim about that", () => {
  const named = state([
    { type: "host", value: "srv-1.corp.example", aliases: ["srv-1"] },
    { type: "cloud_application", value: "4f6c", aliases: ["Mail Sync"] },
  ]);
  const found = [
    claimOn("clm_1", "host", "SRV-1"),
    claimOn("clm_2", "host", "srv-1.corp.example"),
    claimOn("clm_3", "cloud_application", "mail sync"),
  ];
  expect(entitiesOf(named, found)).toEqual([
    { type: "host", value: "srv-1.corp.example", claim_ids: ["clm_1", "clm_2"] },
    { type: "cloud_application", value: "4f6c", claim_ids: ["clm_3"] },
  ]);
});

// The backup server that everybody reaches would stand among the machines to be cleaned.
test("what is usual is named only when the alerts name it, what is new always", () => {
  const named = state([{ type: "host", value: "srv-1" }]);
  const found = [
    claimOn("clm_1", "host", "srv-1", true),
    claimOn("clm_2", "host", "srv-backup", true),
    claimOn("clm_3", "host", "srv-new"),
  ];
  expect(entitiesOf(named, found).map(({ value }) => value)).toEqual(["srv-1", "srv-new"]);
});

// Alerts give three sums of each file: an analyst looks one of them up.
test("of a file's sums one is named, unless a claim speaks of another", () => {
  const sums = ["a".repeat(32), "b".repeat(40), "c".repeat(64)];
  const named = state(sums.map((value) => ({ type: "file_hash", value })));
  expect(entitiesOf(named, []).map(({ value }) => value)).toEqual(["c".repeat(64)]);
  const found = [claimOn("clm_1", "file_hash", "b".repeat(40))];
  expect(entitiesOf(named, found).map(({ value }) => value)).toEqual([
    "b".repeat(40),
    "c".repeat(64),
  ]);
  const older = state([{ type: "file_hash", value: "a".repeat(32) }]);
  expect(entitiesOf(older, [])).toHaveLength(1);
});
