/** Write-back over the real client against the simulated Resource Manager: once, reconciled, never turned back. */
import { beforeEach, describe, expect, test } from "vitest";

import type { AppError } from "../../shared/domain/errors.ts";
import { timeline } from "../../shared/repositories/incidentsTimeline.ts";
import { AuditMessage } from "../../shared/schemas/messages.ts";
import { appendAudit } from "../../shared/services/appendAudit.ts";
import { enrichIncident } from "../../shared/services/enrichIncident.ts";
import { finishWritebacks } from "../../shared/services/writeBackIncident.ts";
import { syncIncidents } from "../../shared/services/syncIncidents.ts";
import { drain } from "../../shared/testing/deps.ts";
import { aPrincipal } from "../../shared/testing/fixtures.ts";
import { lost, MINUTE, WritebackWorld } from "./writebackWorld.ts";

let world: WritebackWorld;

beforeEach(async () => {
  world = await WritebackWorld.open();
});

const refusal = async (work: Promise<unknown>): Promise<AppError> =>
  work.then(
    () => {
      throw new Error("It was not refused.");
    },
    (error: AppError) => error,
  );

describe("what is written", () => {
  test("all of a request is in Sentinel, shown at once, and audited with before and after", async () => {
    const { view, isDone } = await world.write({
      status: "closed",
      classification: "true_positive",
      classification_reason: "SuspiciousActivity",
      severity: "low",
      owner: "ana@contoso.example",
      add_tags: ["phishing"],
      comment: "Confirmed with the user.",
      task: { title: "Reset the password" },
    });
    expect(isDone).toBe(true);
    expect(view).toMatchObject({
      status: "closed",
      classification: "true_positive",
      classification_reason: "SuspiciousActivity",
      severity: "low",
      owner: { user_principal_name: "ana@contoso.example" },
      writeback: { state: "written", by: "Ana Analyst", open: [] },
    });
    expect(await world.inSentinel()).toMatchObject({ status: "closed", severity: "low" });
    const [entry] = await drain(world.deps.queue, "audit");
    expect(entry?.body).toMatchObject({
      action: "incident.writeback",
      actor_name: "Ana Analyst",
      changes: expect.arrayContaining([
        { field: "status", before: "new", after: "closed" },
        { field: "owner", before: null, after: "ana@contoso.example" },
        { field: "comment", before: null, after: expect.any(String) },
      ]),
    });
  });

  // Log Analytics shows a change minutes later: the rows until then must not turn it back.
  test("a sync that still reads the old row changes nothing; the row of the change ends the waiting", async () => {
    await world.write({ status: "active" });
    await syncIncidents(world.deps, world.tenant.name);
    expect(await world.record()).toMatchObject({
      status: "active",
      writeback: { state: "written" },
    });
    await world.sync();
    const after = await world.record();
    expect(after).toMatchObject({ status: "active", sentinel: { Status: "Active" } });
    expect(after.last_modified_at >= (after.writeback?.modified_at ?? "9")).toBe(true);
    expect((await world.write({ status: "active" })).view.writeback).toBeNull();
  });

  // People know what they did themselves.
  test("a severity that we raise notifies nobody when its row comes", async () => {
    await world.write({ severity: "low" });
    await world.write({ severity: "high" });
    await world.sync();
    const told = (await drain(world.deps.queue, "notifications")).map(({ id }) => id);
    expect(told.filter((id) => id.endsWith(`:${world.number}`))).toEqual([]);
  });

  test("tags that Sentinel set by itself outlive a list of tags", async () => {
    await world.write({ add_tags: ["one", "two"] });
    await world.write({ tags: ["three"] });
    expect((await world.inSentinel()).labels.map(({ name }) => name)).toEqual(["three"]);
    await world.write({ remove_tags: ["three"], add_tags: ["four"] });
    expect((await world.inSentinel()).labels.map(({ name }) => name)).toEqual(["four"]);
  });

  test("what is so already is written by nobody", async () => {
    const before = await world.inSentinel();
    const { view } = await world.write({ status: "new" });
    expect(view.writeback).toBeNull();
    expect((await world.inSentinel()).etag).toBe(before.etag);
    expect(await drain(world.deps.queue, "audit")).toEqual([]);
  });
});

// Sentinel names our application for all of them: who asked is known here alone.
test("the timeline says what was written, on behalf of whom, once", async () => {
  await world.write({ severity: "low", comment: "Seen." });
  for (const { body } of await drain(world.deps.queue, "audit"))
    await appendAudit(world.deps, AuditMessage.parse(body));
  await world.sync();
  await enrichIncident(world.deps, aPrincipal("analyst"), world.number);
  const { documents, blobs } = world.deps;
  const { items } = await timeline(
    { documents, blobs },
    { record: await world.record(), etag: "" },
  );
  expect(items.filter(({ kind }) => kind === "written_back" || kind === "changed")).toMatchObject([
    {
      by: "SoCMate on behalf of Ana Analyst",
      title: "Written to Sentinel: severity: high → low; comment added.",
    },
  ]);
  // Sentinel's rows, which the enrichment read, tell of it as well.
  const updates = items.filter(({ kind }) => kind === "updated");
  expect(updates.filter(({ fields }) => fields?.includes("severity"))).toEqual([]);
});

describe("once", () => {
  test("the same Idempotency-Key writes one comment, another body under it is refused", async () => {
    await world.write({ comment: "Once." }, { key: "k1" });
    await world.write({ comment: "Once." }, { key: "k1" });
    expect(await refusal(world.write({ comment: "Else." }, { key: "k1" }))).toMatchObject({
      code: "invalid-fields",
    });
    expect(await world.commentsInRows()).toMatchObject([{ message: "Once." }]);
  });

  // The write arrives and its answer does not: a second one would be a second comment.
  test("a lost answer is looked up: the change and the comment are there once", async () => {
    const puts: string[] = [];
    world.onAnswer = async (method, path) => {
      if (method !== "PUT") return;
      puts.push(path.includes("/comments/") ? "comment" : "incident");
      if (puts.length === 1 || puts.length === 2) throw lost();
    };
    const { isDone, view } = await world.write({ status: "active", comment: "Once." });
    expect(isDone).toBe(true);
    expect(view).toMatchObject({ status: "active", writeback: { state: "written", open: [] } });
    expect(puts).toEqual(["incident", "comment", "comment"]);
    expect(await world.commentsInRows()).toMatchObject([{ message: "Once." }]);
  });

  test("when no answer comes at all the change is unconfirmed, and finished by itself later", async () => {
    let puts = 0;
    world.onAnswer = async (method) => {
      if (method === "PUT") puts += 1;
      if (puts > 0) throw lost();
    };
    const { isDone, view } = await world.write({ status: "active" }, { key: "k" });
    expect({ isDone, state: view.writeback?.state }).toEqual({
      isDone: false,
      state: "unconfirmed",
    });
    expect(await drain(world.deps.queue, "audit")).toEqual([]);
    world.onAnswer = async () => {};
    await world.finish();
    expect(await world.record()).toMatchObject({
      status: "active",
      writeback: { state: "written" },
    });
    expect(puts).toBe(1);
    expect(await drain(world.deps.queue, "audit")).toHaveLength(1);
    expect((await world.write({ status: "active" }, { key: "k" })).isDone).toBe(true);
  });

  // Writing again could undo what the other person decided since.
  test("after a lost answer somebody else's change is not overwritten, and the incident says so", async () => {
    world.onSend = async (method) => {
      if (method === "PUT") throw lost();
    };
    expect((await world.write({ status: "active" })).isDone).toBe(false);
    world.onSend = async () => {};
    const { etag } = await world.inSentinel();
    await world.bySomebodyElse({ severity: "low" });
    await world.finish();
    expect(await world.inSentinel()).toMatchObject({ status: "new", severity: "low" });
    expect((await world.inSentinel()).etag).not.toBe(etag);
    expect(await world.record()).toMatchObject({
      writeback: { state: "failed", open: ["status"], detail: expect.stringContaining("Somebody") },
    });
  });

  test("two runs that finish the same write-back write once", async () => {
    world.onAnswer = async (method) => {
      if (method === "PUT") throw lost();
    };
    expect((await world.write({ comment: "Once." })).isDone).toBe(false);
    world.onAnswer = async () => {};
    world.clock.advance(5 * MINUTE);
    await Promise.all([finishWritebacks(world.deps), finishWritebacks(world.deps)]);
    expect(await world.commentsInRows()).toHaveLength(1);
    expect(await drain(world.deps.queue, "audit")).toHaveLength(1);
  });
});

describe("beside others", () => {
  test("a change between reading and writing is merged, not lost", async () => {
    let isFirst = true;
    world.onSend = async (method) => {
      if (method !== "PUT" || !isFirst) return;
      isFirst = false;
      await world.bySomebodyElse({
        severity: "low",
        labels: [{ name: "theirs", is_automatic: false }],
      });
    };
    await world.write({ status: "active", add_tags: ["ours"] });
    const after = await world.inSentinel();
    expect(after).toMatchObject({ status: "active", severity: "low" });
    expect(after.labels.map(({ name }) => name)).toEqual(["theirs", "ours"]);
  });

  test("an incident that never stands still is refused with 409 after a few tries, and unchanged", async () => {
    let puts = 0;
    world.onSend = async (method) => {
      if (method !== "PUT") return;
      puts += 1;
      await world.bySomebodyElse({ labels: [{ name: `theirs ${puts}`, is_automatic: false }] });
    };
    expect(await refusal(world.write({ status: "active" }))).toMatchObject({ code: "conflict" });
    expect(puts).toBe(5);
    expect(await world.inSentinel()).toMatchObject({ status: "new" });
    expect(await world.record()).toMatchObject({ status: "new", writeback: null });
  });

  test("412: the incident is no longer the version that the caller saw", async () => {
    const error = await refusal(world.write({ status: "active" }, { ifMatch: "older" }));
    expect(error).toMatchObject({ code: "precondition-failed" });
    expect(await world.inSentinel()).toMatchObject({ status: "new" });
  });

  // The timer would carry out what its caller was just told is not done.
  test("412: a write-back that had failed, tried again on an older version, stays undone", async () => {
    const seen = { key: "k", ifMatch: await world.etag() };
    world.onSend = async (method) => {
      if (method !== "PUT") return;
      await world.bySomebodyElse({ labels: [] });
    };
    const failed = await refusal(world.write({ status: "active" }, seen));
    expect(failed).toMatchObject({ code: "conflict" });
    world.onSend = async () => {};
    await world.bySomebodyElse({ severity: "low" });
    await world.sync();
    const error = await refusal(world.write({ status: "active" }, seen));
    expect(error).toMatchObject({ code: "precondition-failed" });
    await world.finish();
    expect(await world.inSentinel()).toMatchObject({ status: "new", severity: "low" });
  });

  // Our own word of the unconfirmed change makes another version: a caller who tries again would be told of "somebody".
  test("what is unconfirmed can be tried again on the version that it was begun with", async () => {
    const seen = { key: "k", ifMatch: await world.etag() };
    world.onSend = async (method) => {
      if (method === "PUT") throw lost();
    };
    expect((await world.write({ status: "active" }, seen)).isDone).toBe(false);
    world.onSend = async () => {};
    world.clock.advance(5 * MINUTE);
    expect((await world.write({ status: "active" }, seen)).isDone).toBe(true);
    expect(await world.inSentinel()).toMatchObject({ status: "active" });
  });
});
