/** Dead letters of a Service Bus queue, in the port's words. */
import type { ServiceBusReceivedMessage, ServiceBusReceiver } from "@azure/service-bus";
import { z } from "zod";

import { AppError } from "../../domain/errors.ts";
import type { DeadLetter } from "../../schemas/deadLetters.ts";
import { parseBody } from "./body.ts";

/**
 * What the broker does not keep of an explicit dead letter travels as application properties.
 * Their names start in lower case: the Functions host lowers the first letter.
 */
const DeathProperties = z.looseObject({
  delivery_count: z.number().optional(),
  dead_at: z.coerce.date().optional(),
});

export const deathProperties = (deliveryCount: number, at: Date) => ({
  delivery_count: deliveryCount,
  dead_at: at.toISOString(),
});

/** Whether a text can be a key: a sequence number of the broker, which has 64 bits. */
export const isKey = (text: string): boolean => /^(?:0|[1-9]\d{0,18})$/.test(text);

/** `deadAt` is the enqueue time where the broker itself gave up: it keeps no other. */
export function toDeadLetter(message: ServiceBusReceivedMessage): DeadLetter {
  const own = DeathProperties.parse(message.applicationProperties ?? {});
  return {
    key: String(message.sequenceNumber),
    id: String(message.messageId),
    body: parseBody(message.body),
    reason: message.deadLetterReason ?? "",
    description: message.deadLetterErrorDescription ?? "",
    // Of a peeked message the broker says how many deliveries failed, this one included.
    deliveryCount: own.delivery_count ?? message.deliveryCount ?? 0,
    deadAt: own.dead_at ?? message.enqueuedTimeUtc ?? new Date(0),
  };
}

/** Letters that are held to find one of them: more would keep them from everybody else for many seconds. */
export const HELD_MAX = 2_000;
const AT_ONCE = 100;
/** A broker needs a moment to say that nothing more is there. */
const WAIT_MS = 500;

/**
 * Takes one dead letter away. The broker hands letters out only in its own order: those before it are held until it was found
 * and then given back, which a dead letter queue does not count against them.
 * @param before what must be done before the letter goes; when it fails, the letter stays.
 * @returns false when it is not among them.
 * @throws AppError `conflict` when it is not among the first `heldMax`.
 */
export async function settleDeadLetter(
  receiver: ServiceBusReceiver,
  key: string,
  before: () => Promise<void>,
  heldMax: number,
): Promise<boolean> {
  const others: ServiceBusReceivedMessage[] = [];
  try {
    while (others.length < heldMax) {
      const count = Math.min(AT_ONCE, heldMax - others.length);
      const letters = await receiver.receiveMessages(count, { maxWaitTimeInMs: WAIT_MS });
      if (letters.length === 0) return false;
      const found = letters.find(({ sequenceNumber }) => String(sequenceNumber) === key);
      others.push(...letters.filter((letter) => letter !== found));
      if (found === undefined) continue;
      try {
        await before();
      } catch (error) {
        others.push(found);
        throw error;
      }
      await receiver.completeMessage(found);
      return true;
    }
    throw new AppError(
      "conflict",
      `More than ${heldMax} dead letters stand before this one: replay or drop older ones first.`,
    );
  } finally {
    // One whose lock has ended meanwhile is back already.
    await Promise.allSettled(others.map((letter) => receiver.abandonMessage(letter)));
  }
}
