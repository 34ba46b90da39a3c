/** The WorkQueue contract on the real SDK over AMQP: against the loopback peer, and a real namespace when one is set. */
import { DUPLICATE_WINDOW_MS, LOCK_MS, MAX_DELIVERIES } from "../../ports/workQueue.ts";
import { QueueName } from "../../schemas/messages.ts";
import { startServiceBusPeer } from "../../testing/doubles/serviceBus/peer.ts";
import { workQueueContract } from "../../testing/workQueue.contract.ts";
import { createServiceBusWorkQueue } from "./workQueue.ts";

workQueueContract("service bus peer", async () => {
  const peer = await startServiceBusPeer(QueueName.options, {
    lockMs: LOCK_MS,
    maxDeliveries: MAX_DELIVERIES,
    duplicateWindowMs: DUPLICATE_WINDOW_MS,
  });
  const clock = { now: () => new Date(peer.now()) };
  const open = () => createServiceBusWorkQueue({ connectionString: peer.connectionString, clock });
  const [first, second] = [open(), open()];
  return {
    first,
    second,
    now: clock.now,
    advance: (ms) => peer.advance(ms),
    async dispose() {
      await Promise.all([first.close(), second.close()]);
      await peer.close();
    },
  };
});
