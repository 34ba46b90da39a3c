/**
 * 1,000 notifications to five webhooks, paced: how long from the event to the three healthy receivers while one of the
 * other two hangs and one fails, against the same while all five answer. Real store, queue, guard and wire.
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
const HEALTHY = 3;
const SETTLE_MS = 120_000;

const answering = await measured("answering", () => {});
const faulty = await measured("faulty", ([hanging, failing]) => {
  if (hanging !== undefined) hanging.answer = () => {};
  if (failing !== undefined) failing.answer = (response) => response.writeHead(500).end();
});
report({
  notifications: NOTIFICATIONS,
  answering_p95_ms: Math.round(answering),
  faulty_p95_ms: Math.round(faulty),
  faulty_over_answering: Number((faulty / answering).toFixed(3)),
});
process.exit(0);

/** p95 over the healthy receivers, in milliseconds. @param spoil makes receivers of the first two fail. */
async function measured(name: string, spoil: (receivers: LoopbackReceiver[]) => void) {
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
  const stopping = new AbortController();
  const working = runDeliveries(deps, stopping.signal);
  for (let number = 1; number <= NOTIFICATIONS; number += 1) {
    const body = await happened(deps, { number });
    sentAt.set(String(number), performance.now());
    await deps.queue.send("notifications", [{ id: `n-${number}`, body }]);
    await pause(EVERY_MS);
  }
  const deadline = performance.now() + SETTLE_MS;
  while (latencies.length < NOTIFICATIONS * HEALTHY && performance.now() < deadline)
    await pause(20);
  stopping.abort();
  await Promise.race([working, pause(1_000)]);
  await Promise.all(receivers.map((receiver) => receiver.close()));
  rmSync(directory, { recursive: true });
  if (latencies.length < NOTIFICATIONS * HEALTHY) {
    throw new Error(`Only ${latencies.length} deliveries of the healthy three arrived.`);
  }
  return latencies.toSorted((a, b) => a - b)[Math.floor(latencies.length * 0.95)] ?? Number.NaN;
}
