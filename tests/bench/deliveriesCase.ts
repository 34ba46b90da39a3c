/**
 * 1,000 notifications to five webhooks, paced: how long from the event to the three healthy receivers while one of the
 * other two hangs and one fails, against the same while all five answer. Real store, queue, guard and wire. Both are measured by
 * turns, so that what else the machine does falls on both.
 */
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";

import { deliveringDeps, runDeliveries } from "../../shared/testing/deliveryWorker.ts";
import { type LoopbackReceiver, startReceiver } from "../../shared/testing/loopbackReceiver.ts";
import { aWebhook, happened } from "../../shared/testing/notifications.ts";
import { report } from "./child.ts";

const NOTIFICATIONS = Number(process.argv[2] ?? 1_000);
/** Between two of them: below what four workers deliver, so that the wait is the receivers' and not the queue's. */
const EVERY_MS = Number(process.argv[3] ?? 75);
const TURNS = 10;
const HEALTHY = 3;
const SETTLE_MS = 120_000;

interface World {
  /** Tells of so many events and waits until the healthy receivers have them. */
  turn(count: number): Promise<void>;
  /** From event to receiver, in milliseconds, of every turn so far. */
  latencies: readonly number[];
  close(): Promise<void>;
}

const answering = await world("answering", () => {});
const faulty = await world("faulty", ([hanging, failing]) => {
  if (hanging !== undefined) hanging.answer = () => {};
  if (failing !== undefined) failing.answer = (response) => response.writeHead(500).end();
});
for (let turn = 0; turn < TURNS; turn += 1) {
  await answering.turn(NOTIFICATIONS / TURNS);
  await faulty.turn(NOTIFICATIONS / TURNS);
}
report({
  notifications: NOTIFICATIONS,
  answering_p95_ms: Math.round(p95(answering)),
  faulty_p95_ms: Math.round(p95(faulty)),
  faulty_over_answering: Number((p95(faulty) / p95(answering)).toFixed(3)),
});
await Promise.all([answering.close(), faulty.close()]);
process.exit(0);

function p95({ latencies }: World): number {
  return latencies.toSorted((a, b) => a - b)[Math.floor(latencies.length * 0.95)] ?? Number.NaN;
}

/** @param spoil makes receivers of the first two fail. */
async function world(name: string, spoil: (receivers: LoopbackReceiver[]) => void): Promise<World> {
  const directory = mkdtempSync(path.join(os.tmpdir(), "bench-deliveries-"));
  const deps = deliveringDeps(path.join(directory, `${name}.sqlite`), false);
  const receivers = await Promise.all(Array.from({ length: 5 }, startReceiver));
  for (const [i, { url }] of receivers.entries()) await aWebhook(deps, { name: `W${i}`, url });
  const sentAt = new Map<string, number>();
  const latencies: number[] = [];
  for (const receiver of receivers.slice(-HEALTHY)) {
    receiver.answer = (response, { body }) => {
      const number = /"incident_number":(\d+)/.exec(body)?.[1] ?? "";
      latencies.push(performance.now() - (sentAt.get(number) ?? Number.NaN));
      response.end();
    };
  }
  spoil(receivers);
  return {
    latencies,
    async turn(count) {
      const stopping = new AbortController();
      const working = runDeliveries(deps, stopping.signal);
      for (let i = 0; i < count; i += 1) {
        const number = sentAt.size + 1;
        const body = await happened(deps, { number });
        sentAt.set(String(number), performance.now());
        await deps.queue.send("notifications", [{ id: `n-${number}`, body }]);
        await pause(EVERY_MS);
      }
      const deadline = performance.now() + SETTLE_MS;
      while (latencies.length < sentAt.size * HEALTHY) {
        if (performance.now() > deadline) throw new Error(`${name}: ${latencies.length} arrived.`);
        await pause(20);
      }
      stopping.abort();
      await working;
    },
    async close() {
      await Promise.all(receivers.map((receiver) => receiver.close()));
      rmSync(directory, { recursive: true });
    },
  };
}
