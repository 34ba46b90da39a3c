/** Settlement over the link: what a receiver's disposition does, and the broker's answer to it. */
import rhea, { type Container, type Delivery, type EventContext } from "rhea";
import { z } from "zod";

import { unwrapMap } from "./amqpMessages.ts";
import { BrokerError, type BrokerQueue } from "./brokerQueue.ts";

const AMQP_ACCEPTED = 0x24;
const AMQP_REJECTED = 0x25;

const Rejection = z.looseObject({
  error: z.looseObject({ info: z.unknown().optional() }).nullish(),
});
const Modification = z.looseObject({ message_annotations: z.unknown().optional() });

/** Maps AMQP outcomes to the queue: accepted completes, modified and released abandon, rejected dead-letters. */
export function handleSettlements(
  container: Container,
  queueOf: (context: EventContext) => BrokerQueue | undefined,
): void {
  const on = (
    outcome: string,
    settle: (queue: BrokerQueue, token: Buffer, state: unknown) => void,
  ): void => {
    container.on(outcome, (context: EventContext) => {
      const { delivery } = context;
      const queue = queueOf(context);
      if (delivery === undefined || delivery.settled) return;
      if (queue === undefined) {
        answer(delivery, undefined);
        return;
      }
      try {
        settle(queue, Buffer.from(delivery.tag), delivery.remote_state);
        answer(delivery, undefined);
      } catch (error) {
        if (!(error instanceof BrokerError)) throw error;
        answer(delivery, error);
      }
    });
  };
  on("accepted", (queue, token) => queue.complete(token));
  on("released", (queue, token) => queue.abandon(token, {}));
  on("modified", (queue, token, state) =>
    queue.abandon(token, unwrapMap(Modification.parse(state).message_annotations)),
  );
  on("rejected", (queue, token, state) =>
    queue.deadLetter(token, unwrapMap(Rejection.parse(state).error?.info)),
  );
}

/** The receiver settles second: it waits for this disposition, which is `rejected` when its lock is gone. */
function answer(delivery: Delivery, error: BrokerError | undefined): void {
  const { types } = rhea;
  const outcome =
    error === undefined
      ? types.wrap_described([], AMQP_ACCEPTED)
      : types.wrap_described(
          [
            types.wrap_described(
              [types.wrap_symbol(error.condition), types.wrap_string(error.message)],
              0x1d,
            ),
          ],
          AMQP_REJECTED,
        );
  delivery.update(true, outcome);
  // The receiver sends nothing after this; the library would wait for it and keep the delivery for ever.
  Object.assign(delivery, { remote_settled: true });
}
