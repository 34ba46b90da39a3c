/**
 * The WorkQueue contract against a real namespace, when SERVICE_BUS_CONNECTION has its connection string.
 * It empties the queues `audit` and `notifications` there: never point it at one that is in use.
 */
import { createHash, randomUUID } from "node:crypto";

import { ServiceBusClient } from "@azure/service-bus";
import { describe } from "vitest";

import { createServiceBusWorkQueue } from "../../shared/adapters/serviceBus/workQueue.ts";
import type { WorkQueue } from "../../shared/ports/workQueue.ts";
import { workQueueContract } from "../../shared/testing/workQueue.contract.ts";

const connectionString = process.env["SERVICE_BUS_CONNECTION"];
if (connectionString === undefined) {
  console.log("SERVICE_BUS_CONNECTION is not set: the real Service Bus is not tested.");
}

describe.skipIf(connectionString === undefined)("real namespace", () => {
  const real = connectionString ?? "";
  workQueueContract(
    "service bus",
    async () => {
      await emptyQueues(real);
      const ids = new UniqueIds();
      const [one, two] = [1, 2].map(() => createServiceBusWorkQueue({ connectionString: real }));
      if (one === undefined || two === undefined) throw new Error("Two connections are needed.");
      return {
        first: ids.wrap(one),
        second: ids.wrap(two),
        now: () => new Date(),
        dispose: async () => {
          await Promise.all([one.close(), two.close()]);
        },
      };
    },
    { canAdvance: false },
  );
});

/** Gives every test ids of its own: the namespace remembers those of the test before for ten minutes. */
class UniqueIds {
  readonly #run = randomUUID();
  readonly #originals = new Map<string, string>();

  wrap(queue: WorkQueue): WorkQueue {
    const original = <T extends { id: string }>(message: T): T =>
      Object.assign(message, { id: this.#originals.get(message.id) ?? message.id });
    return {
      send: (name, messages) =>
        queue.send(
          name,
          messages.map((message) => ({ ...message, id: this.#unique(message.id) })),
        ),
      receive: async (name, max, waitMs) => (await queue.receive(name, max, waitMs)).map(original),
      deadLetters: async (name, limit, after) =>
        (await queue.deadLetters(name, limit, after)).map(original),
      deadLetter: async (name, key) => {
        const letter = await queue.deadLetter(name, key);
        return letter && original(letter);
      },
      replayDeadLetter: (name, key, message) =>
        queue.replayDeadLetter(name, key, { ...message, id: this.#unique(message.id) }),
      dropDeadLetter: (name, key) => queue.dropDeadLetter(name, key),
      counts: (name) => queue.counts(name),
      close: () => queue.close(),
    };
  }

  #unique(id: string): string {
    // Ids of unusable length stay as they are: refusing them is under test.
    if (id.length === 0 || id.length > 128) return id;
    const unique = createHash("sha256").update(`${this.#run}/${id}`).digest("hex");
    this.#originals.set(unique, id);
    return unique;
  }
}

async function emptyQueues(real: string): Promise<void> {
  const client = new ServiceBusClient(real);
  for (const queue of ["audit", "notifications"]) {
    const sender = client.createSender(queue);
    const peeker = client.createReceiver(queue);
    for (const { state, sequenceNumber } of await peeker.peekMessages(100)) {
      if (state === "scheduled" && sequenceNumber !== undefined) {
        await sender.cancelScheduledMessages(sequenceNumber);
      }
    }
    const receivers = [
      client.createReceiver(queue),
      client.createReceiver(queue, { subQueueType: "deadLetter" }),
    ];
    for (const receiver of receivers) {
      for (;;) {
        const messages = await receiver.receiveMessages(100, { maxWaitTimeInMs: 500 });
        if (messages.length === 0) break;
        await Promise.all(messages.map((message) => receiver.completeMessage(message)));
      }
    }
  }
  await client.close();
}
