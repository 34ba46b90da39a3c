/** Dead letters of a Service Bus queue, in the port's words. */
import type { ServiceBusReceivedMessage } from "@azure/service-bus";
import { z } from "zod";

import type { DeadLetter } from "../../ports/workQueue.ts";
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

/** `deadAt` is the enqueue time where the broker itself gave up: it keeps no other. */
export function toDeadLetter(message: ServiceBusReceivedMessage): DeadLetter {
  const own = DeathProperties.parse(message.applicationProperties ?? {});
  return {
    id: String(message.messageId),
    body: parseBody(message.body),
    reason: message.deadLetterReason ?? "",
    description: message.deadLetterErrorDescription ?? "",
    // Of a peeked message the broker says how many deliveries failed, this one included.
    deliveryCount: own.delivery_count ?? message.deliveryCount ?? 0,
    deadAt: own.dead_at ?? message.enqueuedTimeUtc ?? new Date(0),
  };
}
