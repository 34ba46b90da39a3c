/** A message under a Service Bus lock, in the port's words. */
import type { ServiceBusReceivedMessage, ServiceBusReceiver } from "@azure/service-bus";

import { AppError } from "../../domain/errors.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ReceivedMessage } from "../../ports/workQueue.ts";
import { parseBody } from "./body.ts";
import { deathProperties } from "./deadLetters.ts";
import { translateErrors } from "./errors.ts";

export function toReceivedMessage(
  receiver: ServiceBusReceiver,
  message: ServiceBusReceivedMessage,
  clock: Clock,
): ReceivedMessage {
  // The SDK's own complaint about a second settlement carries no code, so it is not asked.
  let isSettled = false;
  const settle = async (work: () => Promise<void>): Promise<void> => {
    if (isSettled) throw new AppError("lock-lost", "The message was settled before.");
    isSettled = true;
    try {
      await translateErrors(work);
    } catch (error) {
      // Nothing is known after a broken connection: the caller may try again.
      isSettled = error instanceof AppError && error.code === "lock-lost";
      throw error;
    }
  };
  // The SDK counts failed deliveries before this one: 0 on the first.
  const deliveryCount = (message.deliveryCount ?? 0) + 1;
  const renew = () => translateErrors(() => receiver.renewMessageLock(message));
  const received: ReceivedMessage = {
    id: String(message.messageId),
    body: parseBody(message.body),
    deliveryCount,
    enqueuedAt: message.enqueuedTimeUtc ?? clock.now(),
    lockedUntil: message.lockedUntilUtc ?? clock.now(),
    complete: () => settle(() => receiver.completeMessage(message)),
    abandon: () => settle(() => receiver.abandonMessage(message)),
    deadLetter: (reason, description) =>
      settle(() =>
        receiver.deadLetterMessage(message, {
          deadLetterReason: reason,
          deadLetterErrorDescription: description,
          ...deathProperties(deliveryCount, clock.now()),
        }),
      ),
    async renew() {
      if (isSettled) throw new AppError("lock-lost", "The message was settled before.");
      // The one call that the SDK does not try again by itself when the connection was cut.
      received.lockedUntil = await renew().catch((error: unknown) => {
        if (error instanceof AppError && error.code === "queue-unavailable") return renew();
        throw error;
      });
    },
  };
  return received;
}
