/** The audit trail as administrators read, export and verify it; every way to change it behind our back is found. */
import { createHash } from "node:crypto";

import { beforeEach, describe, expect, test } from "vitest";

import type { Write } from "../../shared/ports/documentStore.ts";
import { type AuditEntry, AuditList, AuditVerification } from "../../shared/schemas/audit.ts";
import { asDeepDocument } from "../../shared/schemas/json.ts";
import { appendAudit } from "../../shared/services/appendAudit.ts";
import { type TestDeps, testDeps } from "../../shared/testing/deps.ts";
import { aPrincipal, TENANT } from "../../shared/testing/fixtures.ts";
import { call } from "../../shared/testing/http.ts";
import { auditExport, auditList, auditVerify } from "./audit.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const admin = aPrincipal("admin");
const DAY = "2026-01-15";
let deps: TestDeps;

beforeEach(() => {
  deps = testDeps();
});

const entry = (n: number, over: Partial<AuditEntry> = {}): AuditEntry => ({
  id: `audit:${n}`,
  tenant_id: TENANT,
  at: `${DAY}T08:00:${String(n).padStart(2, "0")}.000Z`,
  actor_id: "ana",
  actor_kind: "user",
  actor_name: "Ana",
  action: "incident.patch",
  subject_id: `ws:${n}`,
  fields: ["notes"],
  ...over,
});

async function append(count: number, over: Partial<AuditEntry> = {}): Promise<void> {
  for (let n = 1; n <= count; n += 1) await appendAudit(deps, entry(n, over));
}

const list = (query = {}, as = admin) => call(auditList, deps, { as, query });
async function verify(query = {}): Promise<AuditVerification> {
  const reply = await call(auditVerify, deps, { as: admin, query });
  expect(reply.status).toBe(200);
  return AuditVerification.parse(reply.json);
}

/** Ids of the subjects that the list shows. */
async function subjects(query = {}): Promise<string[]> {
  const { items } = AuditList.parse((await list(query)).json);
  return items.map(({ subject_id }) => subject_id);
}

/** Changes the store behind the program's back. */
const tamperOn = (day: string, writes: Write[]) =>
  deps.documents.batch("audit", [TENANT, day], writes);
const tamper = (writes: Write[]) => tamperOn(DAY, writes);
const set = (n: number, fields: Record<string, string | number | string[]>): Write => ({
  kind: "patch",
  id: `audit:${n}`,
  set: fields,
});
const remove = (id: string): Write => ({ kind: "delete", id });

/** Three entries of another day. */
const fill = async (day: string, actor_id: string) => {
  for (const n of [1, 2, 3])
    await appendAudit(
      deps,
      entry(n, { id: `audit:${day}:${n}`, at: `${day}T08:00:00Z`, actor_id }),
    );
};

/** Removes all that `fill` made. */
const wipe = (day: string) =>
  tamperOn(day, [
    remove(`audit:${day}:1`),
    remove(`audit:${day}:2`),
    remove(`audit:${day}:3`),
    remove("head"),
  ]);

describe("GET admin/audit", () => {
  beforeEach(async () => {
    await append(3);
    await appendAudit(deps, entry(4, { actor_id: "key_1", actor_kind: "api_key" }));
    await appendAudit(deps, entry(5, { at: "2026-01-14T23:59:59.999Z", action: "model.create" }));
  });
  test("200: newest first, over all days", async () => {
    expect(await subjects()).toEqual(["ws:4", "ws:3", "ws:2", "ws:1", "ws:5"]);
  });

  test.each([
    [{ actor_id: "key_1" }, ["ws:4"]],
    [{ action: "model." }, ["ws:5"]],
    [{ action: "incident.patch", subject_id: "ws:2" }, ["ws:2"]],
    [{ from: DAY }, ["ws:4", "ws:3", "ws:2", "ws:1"]],
    [{ to: "2026-01-14" }, ["ws:5"]],
    [{ from: "2026-01-16" }, []],
  ])("200: %j", async (query, expected) => {
    expect(await subjects(query)).toEqual(expected);
  });

  test("200: page by page, each once", async () => {
    const first = AuditList.parse((await list({ limit: 3 })).json);
    const cursor = first.next_cursor ?? "";
    const second = AuditList.parse((await list({ limit: 3, cursor })).json);
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(
      [4, 3, 2, 1, 5].map((n) => `audit:${n}`),
    );
    expect(second.next_cursor).toBeNull();
  });

  test("403 for an analyst; nothing of it for another tenant", async () => {
    expect((await list({}, aPrincipal("analyst"))).status).toBe(403);
    const other = await list({}, aPrincipal("admin", { tenant_id: "fabrikam" }));
    expect(other.json).toMatchObject({ items: [] });
  });

  test.each([
    [{ from: "yesterday" }],
    [{ to: "2026-02-30" }],
    [{ cursor: "x" }],
    [{ actor_id: "" }],
  ])("422: %j", async (query) => {
    expect((await list(query)).status).toBe(422);
  });
});

// Names come from outside: a spreadsheet must not compute one.
test("the export has all that match, and no cell that a spreadsheet would compute", async () => {
  await append(2);
  await appendAudit(deps, entry(3, { actor_name: "=HYPERLINK(1)" }));
  const reply = await call(auditExport, deps, { as: admin, query: { from: DAY } });
  const lines = reply.text.split("\r\n");
  expect(lines[0]).toBe(
    "at,actor_name,actor_kind,actor_id,action,subject_id,fields,changes,id,day,seq,previous_hash,hash,previous_day",
  );
  expect(lines).toHaveLength(5);
  expect(lines[1]).toContain(",'=HYPERLINK(1),");
  expect(reply.headers.get("content-disposition")).toContain("audit.csv");
});

describe("GET admin/audit/verification", () => {
  test("200: every day that has entries is whole", async () => {
    await append(3);
    await appendAudit(deps, entry(9, { at: "2026-01-10T00:00:00Z" }));
    expect(await verify()).toMatchObject({
      is_whole: true,
      from: "2025-12-17",
      to: DAY,
      entries: 4,
      days: [
        { day: "2026-01-10", entries: 1, is_whole: true },
        { day: DAY, entries: 3, is_whole: true, broken_at: null },
      ],
    });
  });

  // Each of these is somebody with access to the store who wants something not to have happened.
  test.each<[string, Write[], number]>([
    ["an entry's actor is another", [set(2, { actor_id: "bob" })], 2],
    ["an entry's name is another", [set(2, { actor_name: "Bob" })], 2],
    ["an entry's time is another", [set(3, { at: `${DAY}T07:00:00.000Z` })], 3],
    ["an entry's fields are less", [set(1, { fields: [] })], 1],
    ["an entry's hash is another", [set(2, { hash: "0".repeat(64) })], 2],
    ["an entry's link is another", [set(2, { previous_hash: "0".repeat(64) })], 2],
    ["an entry is nonsense", [set(2, { actor_kind: "nobody" })], 2],
    ["two entries change places", [set(2, { seq: 3 }), set(3, { seq: 2 })], 2],
    ["the first entry is removed", [remove("audit:1")], 1],
    ["one in the middle is removed", [remove("audit:2")], 2],
    ["the last entry is removed", [remove("audit:4")], 4],
    ["all entries are removed", [1, 2, 3, 4].map((n) => remove(`audit:${n}`)), 1],
    ["the head is removed", [remove("head")], 5],
  ])("found: %s", async (_, writes, brokenAt) => {
    await append(4);
    expect(await tamper(writes)).toBe("done");
    expect(await verify()).toMatchObject({
      is_whole: false,
      days: [{ day: DAY, is_whole: false, broken_at: brokenAt }],
    });
  });

  test("found: an entry put in later, on a day of a thousand", async () => {
    await append(1);
    for (let n = 2; n <= 1001; n += 1)
      await appendAudit(deps, entry(n, { at: `${DAY}T09:00:00Z` }));
    expect(await verify()).toMatchObject({ is_whole: true, entries: 1001 });
    const page = await deps.documents.read("audit", [TENANT, DAY], "audit:600");
    if (page === undefined) throw new Error("no entry");
    await tamper([{ kind: "create", doc: { ...page.doc, id: "audit:forged" } }]);
    expect((await verify()).days[0]).toMatchObject({ is_whole: false, broken_at: 601 });
  });

  describe("of days that follow each other", () => {
    const days = ["2026-01-08", "2026-01-10", DAY];
    beforeEach(async () => {
      for (const day of days) await fill(day, "ana");
    });

    // A day without entries looks like one on which nobody did anything.
    test.each(["2026-01-08", "2026-01-10"])("found: all of %s is removed", async (day) => {
      expect(await verify()).toMatchObject({ is_whole: true, entries: 9 });
      expect(await wipe(day)).toBe("done");
      const found = await verify();
      expect(found).toMatchObject({ is_whole: false, entries: 6 });
      expect(found.days.filter(({ is_whole }) => !is_whole)).toMatchObject([
        { day, entries: 0, broken_at: 1, detail: expect.stringContaining("had 3 entries") },
      ]);
    });

    test("found: the removed day lies before the range", async () => {
      await wipe("2026-01-10");
      const found = await verify({ from: DAY });
      expect(found.is_whole).toBe(false);
      expect(found.days.map(({ day, is_whole }) => [day, is_whole])).toEqual([
        ["2026-01-10", false],
        [DAY, true],
      ]);
    });

    test("found: a day made anew with hashes that fit each other", async () => {
      await wipe("2026-01-10");
      await fill("2026-01-10", "bob");
      expect((await verify()).days).toMatchObject([
        { is_whole: true },
        { day: "2026-01-10", is_whole: false, entries: 3 },
        { is_whole: true },
      ]);
    });

    // Queues deliver late: what comes behind the entry that the next day knows is no break.
    test("an entry that is delivered after the next day began breaks nothing", async () => {
      await appendAudit(deps, entry(4, { id: "audit:late", at: "2026-01-10T23:59:59Z" }));
      expect(await verify()).toMatchObject({ is_whole: true, entries: 10 });
    });

    test("found: the link itself is changed", async () => {
      const id = `audit:${DAY}:1`;
      await tamperOn(DAY, [{ kind: "patch", id, set: { previous_day: null } }]);
      expect((await verify()).days.at(-1)).toMatchObject({ day: DAY, broken_at: 1 });
    });

    test("a day of before days were linked is whole, and its line says what it cannot show", async () => {
      const day = "2026-01-12";
      // Its hash as the first version wrote it.
      const previous_hash = sha256(`${TENANT}|${day}`);
      const old = entry(1, { id: "audit:old", at: `${day}T08:00:00Z` });
      const { id, at, actor_id, actor_kind, action, subject_id, fields } = old;
      const named = { actor_name: old.actor_name };
      const parts = [id, TENANT, at, actor_id, actor_kind, action, subject_id, fields, named];
      const hash = sha256(JSON.stringify([previous_hash, 1, ...parts]));
      const chained = { day, seq: 1, hash };
      await tamperOn(day, [
        {
          kind: "create",
          doc: asDeepDocument({ ...old, ...chained, previous_hash, type: "entry" }),
        },
        { kind: "create", doc: { id: "head", type: "head", tenant_id: TENANT, ...chained } },
      ]);
      const found = await verify();
      expect(found.is_whole).toBe(true);
      expect(found.days.filter(({ detail }) => detail.includes("before days were linked"))).toEqual(
        [expect.objectContaining({ day, is_whole: true })],
      );
    });
  });

  test("another day's break leaves this one whole", async () => {
    await append(2);
    await appendAudit(deps, entry(9, { at: "2026-01-10T00:00:00Z" }));
    await tamper([remove("audit:1")]);
    const { days } = await verify();
    expect(days.map(({ day, is_whole }) => [day, is_whole])).toEqual([
      ["2026-01-10", true],
      [DAY, false],
    ]);
  });

  test.each([
    [{ from: "2026-01-16", to: "2026-01-15" }],
    [{ from: "2025-01-01", to: "2026-01-15" }],
    [{ from: "x" }],
  ])("422: %j", async (query) => {
    const reply = await call(auditVerify, deps, { as: admin, query });
    expect(reply).toMatchObject({ status: 422, json: { errors: [{ pointer: "/query/from" }] } });
  });
});
