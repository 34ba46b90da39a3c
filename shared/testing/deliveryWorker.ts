/** Workers of the queues `notifications` and `deliveries` on one SQLite file, as many at once as a host runs. */
import { createCircuits } from "../adapters/circuits/circuits.ts";
import { createOutboundHttp } from "../adapters/outboundHttp/outboundHttp.ts";
import { openDatabase } from "../adapters/sqlite/database.ts";
import { createSqliteDocumentStore } from "../adapters/sqlite/documentStore.ts";
import { createSqliteWorkQueue } from "../adapters/sqlite/workQueue.ts";
import { createWebhookChannel } from "../adapters/webhook/channel.ts";
import type { Deps } from "../ports/deps.ts";
import type { Json } from "../schemas/json.ts";
import { DeliveryMessage, NotificationMessage, type QueueName } from "../schemas/messages.ts";
import { deliverNotification } from "../services/deliverNotification.ts";
import { sendDelivery } from "../services/sendDelivery.ts";
import { notifiableDeps } from "./notifications.ts";

/** `maxConcurrentCalls` of host.json. */
const AT_ONCE = 4;
const WAIT_MS = 200;

/**
 * The real store, queue, guard and webhook channel; time is the machine's.
 * @param isDurable false for measurements: the disk's moods are no part of them.
 */
export function deliveringDeps(file: string, isDurable = true): Deps {
  const clock = { now: () => new Date() };
  const database = openDatabase(file);
  if (!isDurable) database.exec("PRAGMA synchronous = OFF");
  const http = createOutboundHttp({ allowLoopback: true });
  const signed = createWebhookChannel({ http, clock });
  const base = notifiableDeps();
  return {
    ...base,
    clock,
    documents: createSqliteDocumentStore(database, clock),
    queue: createSqliteWorkQueue(database, clock),
    outbound: http,
    channels: {
      hasEmail: true,
      send: (target, outgoing) =>
        target.channel === "webhook"
          ? signed(target, outgoing)
          : base.channels.send(target, outgoing),
    },
    circuits: createCircuits({ clock }),
  };
}

/** Works until the signal is given; a message that fails comes back at once. */
export async function runDeliveries(deps: Deps, signal: AbortSignal): Promise<void> {
  const work = async (queue: QueueName, handle: (body: Json) => Promise<void>) => {
    while (!signal.aborted) {
      const [message] = await deps.queue.receive(queue, 1, WAIT_MS);
      if (message === undefined) continue;
      try {
        await handle(message.body);
        await message.complete();
      } catch {
        await message.abandon().catch(() => undefined);
      }
    }
  };
  const lines = Array.from({ length: AT_ONCE }, () => [
    work("notifications", (body) => deliverNotification(deps, NotificationMessage.parse(body))),
    work("deliveries", (body) => sendDelivery(deps, DeliveryMessage.parse(body))),
  ]);
  await Promise.all(lines.flat());
}
