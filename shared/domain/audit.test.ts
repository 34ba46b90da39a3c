import fc from "fast-check";
import { expect, test } from "vitest";

import type { AuditEntry, AuditRecord } from "../schemas/audit.ts";
import { firstBreak, link } from "./audit.ts";

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
