/** What reaches a receiver when the process that delivers is killed again and again. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { afterEach, beforeEach, expect, test } from "vitest";

import { NotificationEvent } from "../schemas/notifications.ts";
import { deliveringDeps } from "../testing/deliveryWorker.ts";
import { type LoopbackReceiver, startReceiver } from "../testing/loopbackReceiver.ts";
import { aWebhook, deliveryLog, happened } from "../testing/notifications.ts";

const WORKER = fileURLToPath(new URL("../testing/deliveryWorkerProcess.ts", import.meta.url));
const EVENTS = 40;
const HANGING = "/hang";
/** Posts after which each process is killed, with others under way; the last one finishes. */
const KILLED_AFTER = [9, 23];

let folder: string;
let receiver: LoopbackReceiver;
let child: ChildProcess | undefined;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "deliveries-crash-"));
  receiver = await startReceiver();
});
afterEach(async () => {
  child?.kill("SIGKILL");
  await receiver.close();
  rmSync(folder, { recursive: true });
});

/** Runs a worker until `isEnough` says so after a post, then kills it. */
async function runUntil(file: string, isEnough: () => boolean): Promise<void> {
  const worker = spawn(process.execPath, [WORKER, file], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  child = worker;
  const exited = once(worker, "exit");
  await new Promise<void>((resolve) => {
    receiver.answer = (response, { path: asked }) => {
      if (isEnough()) resolve();
      if (asked !== HANGING) response.end();
    };
  });
  worker.kill("SIGKILL");
  await exited;
}

const answered = () => receiver.posts.filter(({ path: asked }) => asked !== HANGING);
const idsOf = (): string[] => answered().map(({ headers }) => String(headers["webhook-id"]));

// SOAR playbooks act on what they are told: a lost event is an unseen incident, one under two ids is handled twice.
test("kill -9 loses no event, and what comes twice has the same webhook-id", async () => {
  const file = path.join(folder, "state.db");
  const deps = deliveringDeps(file);
  await aWebhook(deps, { url: `${receiver.url}/hook` });
  const { webhook: hanging } = await aWebhook(deps, { name: "S", url: receiver.url + HANGING });
  for (let number = 1; number <= EVENTS; number += 1) {
    const body = await happened(deps, { number });
    await deps.queue.send("notifications", [{ id: `n-${number}`, body }]);
  }
  await deps.queue.close();
  for (const count of KILLED_AFTER) await runUntil(file, () => answered().length >= count);
  await runUntil(file, () => new Set(idsOf()).size === EVENTS);
  const byNumber = new Map<number, Set<string>>();
  for (const { headers, body } of answered()) {
    const event = NotificationEvent.parse(JSON.parse(body));
    expect(headers["webhook-id"]).toBe(event.id);
    if (event.type !== "incident-alert") throw new Error(`Nobody sent a ${event.type}.`);
    const { incident_number: number } = event.data;
    byNumber.set(number, (byNumber.get(number) ?? new Set()).add(event.id));
  }
  expect(byNumber.size).toBe(EVENTS);
  expect([...byNumber.values()].every((ids) => ids.size === 1)).toBe(true);
  // What could not be delivered still has a message that asks for it.
  const after = deliveringDeps(file);
  const log = await deliveryLog(after);
  const waiting = log.filter(({ target_id }) => target_id === hanging.id);
  expect(waiting.map(({ status }) => status)).toEqual(Array(EVENTS).fill("pending"));
  const { active, scheduled } = await after.queue.counts("deliveries");
  expect(active + scheduled).toBeGreaterThanOrEqual(EVENTS);
  await after.queue.close();
});
