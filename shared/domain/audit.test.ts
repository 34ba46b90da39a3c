import fc from "fast-check";
import { expect, test } from "vitest";

import type { AuditEntry, AuditRecord } from "../schemas/audit.ts";
import { changeAudit, firstBreak, link } from "./audit.ts";

const entry = (n: number): AuditEntry => ({
  id: `audit:${n}`,
  tenant_id: "t-1",
  at: `2026-03-01T08:00:${String(n % 60).padStart(2, "0")}Z`,
  actor_id: "u-1",
  actor_kind: "user",
  action: "incident.patch",
  subject_id: `ws:${n}`,
  fields: ["notes"],
});

function chain(length: number): AuditRecord[] {
  const records: AuditRecord[] = [];
  for (let n = 0; n < length; n += 1) records.push(link(entry(n), records.at(-1)));
  return records;
}

test("an untouched chain holds", () => {
  expect(firstBreak(chain(20))).toBeUndefined();
});

// An audit trail that can be edited quietly proves nothing.
test("removing, changing, moving to another day or swapping entries shows at the first one touched", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 18 }),
      fc.constantFrom("remove", "change", "move", "swap"),
      (at, how) => {
        const records = chain(20);
        if (how === "remove") records.splice(at, 1);
        else if (how === "change") records[at] = { ...records[at]!, actor_id: "u-2" };
        else if (how === "move") records[at] = { ...records[at]!, day: "2026-02-28" };
        else records.splice(at, 2, records[at + 1]!, records[at]!);
        expect(firstBreak(records)).toBe(at + 1);
      },
    ),
  );
});

/** The id of an act on a subject at a version. */
const idOf = (tenant_id: string, id: string, version: string, action: string): string => {
  const by = { id: "u-1", kind: "user", tenant_id } as const;
  const at = new Date(`2026-03-01T08:00:${version}Z`);
  return changeAudit(by, action, { id, version }, ["notes"], at).id;
};

// The trail keeps one line of an id: of two acts with one id the second would be lost.
test("each version, subject, act and tenant gives an act an id of its own; the same act the same", () => {
  const acts = [
    idOf("t-1", "ws:1", "01", "incident.patch"),
    idOf("t-1", "ws:1", "02", "incident.patch"),
    idOf("t-1", "ws:2", "01", "incident.patch"),
    idOf("t-1", "ws:1", "01", "incident.enrich"),
    idOf("t-2", "ws:1", "01", "incident.patch"),
  ];
  expect(new Set(acts).size).toBe(acts.length);
  expect(idOf("t-1", "ws:1", "01", "incident.patch")).toBe(acts[0]);
});
