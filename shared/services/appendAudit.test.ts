import { expect, test } from "vitest";

import { firstBreak } from "../domain/audit.ts";
import * as audit from "../repositories/audit.ts";
import type { AuditEntry } from "../schemas/audit.ts";
import { testDeps } from "../testing/deps.ts";
import { appendAudit } from "./appendAudit.ts";

const entry = (n: number): AuditEntry => ({
  id: `audit:patch:${n}`,
  tenant_id: "contoso",
  at: "2026-03-01T08:00:00Z",
  actor_id: "u-1",
  actor_kind: "user",
  action: "incident.patch",
  subject_id: `ws:${n}`,
  fields: ["notes"],
});

// Workers run side by side and a queue delivers twice: the chain must still be one line.
test("entries appended at once, each delivered twice, make one unbroken chain of each once", async () => {
  const deps = testDeps();
  const all = Array.from({ length: 8 }, (_, n) => entry(n));
  await Promise.all([...all, ...all].map((each) => appendAudit(deps, each)));
  const { records } = await audit.entries(deps.documents, "contoso", "2026-03-01", 100);
  expect(records.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(new Set(records.map(({ id }) => id)).size).toBe(8);
  expect(firstBreak(records)).toBeUndefined();
});

test("each tenant and each day has a chain of its own", async () => {
  const deps = testDeps();
  await appendAudit(deps, entry(1));
  await appendAudit(deps, { ...entry(2), tenant_id: "fabrikam" });
  await appendAudit(deps, { ...entry(3), at: "2026-03-02T00:00:00Z" });
  const { records } = await audit.entries(deps.documents, "contoso", "2026-03-01", 100);
  expect(records.map(({ id }) => id)).toEqual(["audit:patch:1"]);
});
