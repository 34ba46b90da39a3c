/** The newest entries of the trail, which no later day knows: their removal is found by the tenant's own note of them. */
import { beforeEach, expect, test } from "vitest";

import * as audit from "../repositories/audit.ts";
import { type TestDeps, testDeps } from "../testing/deps.ts";
import { NOW, TENANT } from "../testing/fixtures.ts";
import { appendAudit } from "./appendAudit.ts";
import { verifyAudit } from "./verifyAudit.ts";

const [BEFORE, TODAY, TOMORROW] = ["2026-01-14", NOW.slice(0, 10), "2026-01-16"] as const;
let deps: TestDeps;
beforeEach(async () => {
  deps = testDeps();
  await append(BEFORE, 1, 2, 3);
  await append(TODAY, 1, 2, 3);
});

async function append(day: string, ...numbers: number[]): Promise<void> {
  for (const n of numbers) {
    const by = { tenant_id: TENANT, actor_id: "ana", actor_kind: "user" } as const;
    const what = { action: "incident.patch", subject_id: `ws:${n}`, fields: ["notes"] };
    await appendAudit(deps, { id: `audit:${day}:${n}`, at: `${day}T08:00:00Z`, ...by, ...what });
  }
}

/** Behind the program's back. @param kept entries that stay, the first ones. */
async function cutDay(day: string, kept = 0): Promise<void> {
  const { records } = await audit.entries(deps.documents, TENANT, day, 10);
  const removed = records.slice(kept).map(({ id }) => ({ kind: "delete", id }) as const);
  const last = records[kept - 1];
  const head =
    last === undefined
      ? ({ kind: "delete", id: "head" } as const)
      : ({ kind: "patch", id: "head", set: { seq: last.seq, hash: last.hash } } as const);
  expect(await deps.documents.batch("audit", [TENANT, day], [...removed, head])).toBe("done");
}

const brokenDays = async () =>
  (await verifyAudit(deps, TENANT, { to: TOMORROW })).days.filter(({ is_whole }) => !is_whole);

// Without the note they look like days on which nobody did anything.
test("the newest days are removed together: found, and still found when later days have entries", async () => {
  expect(await brokenDays()).toEqual([]);
  await cutDay(BEFORE);
  await cutDay(TODAY);
  const detail = expect.stringContaining("The whole day was removed");
  const found = [{ day: TODAY, entries: 0, broken_at: 1, detail }];
  expect(await brokenDays()).toMatchObject(found);
  await append(TOMORROW, 1, 2);
  expect(await brokenDays()).toMatchObject(found);
});

test("the last entries of the newest day are removed with its head set back: found, and still when it goes on", async () => {
  await cutDay(TODAY, 1);
  const found = [{ day: TODAY, broken_at: 3, detail: expect.stringContaining("cut short") }];
  expect(await brokenDays()).toMatchObject(found);
  await append(TODAY, 4, 5, 6, 7);
  expect(await brokenDays()).toMatchObject(found);
  await append(TOMORROW, 1);
  expect(await brokenDays()).toMatchObject(found);
});

// Who compares the log's line with the trail finds also what a rewriting of store and note together would hide.
test("each entry's place and hash are in the log", async () => {
  const { records } = await audit.entries(deps.documents, TENANT, TODAY, 10);
  const lines = deps.log.lines.filter(({ event }) => event === "audit.appended");
  expect(lines.slice(3).map(({ fields }) => fields)).toEqual(
    records.map(({ seq, hash }) => ({ tenant_id: TENANT, day: TODAY, seq, hash })),
  );
});

test("a range that ends before the newest entry says nothing of it", async () => {
  await cutDay(TODAY);
  expect(await verifyAudit(deps, TENANT, { to: BEFORE })).toMatchObject({ is_whole: true });
});
