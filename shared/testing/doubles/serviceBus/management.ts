/** The `$management` operations of a queue that a client without sessions uses. */
import rhea from "rhea";
import { z } from "zod";

import { swapGuid, unwrapMap, writeMessage } from "./amqpMessages.ts";
import { BrokerError, type BrokerQueue } from "./brokerQueue.ts";

export interface ManagementReply {
  status: number;
  body?: unknown;
  condition?: string;
  description?: string;
}

/** AMQP type code of a timestamp, for arrays. */
const TIMESTAMP = 0x83;

const LongNumber = z.union([
  z.number(),
  z.instanceof(Buffer).transform((bytes) => Number(bytes.readBigInt64BE())),
]);
const LockTokens = z.array(z.instanceof(Buffer)).transform((tokens) => tokens.map(swapGuid));

const RenewRequest = z.looseObject({ "lock-tokens": LockTokens });
const PeekRequest = z.looseObject({
  "from-sequence-number": LongNumber,
  "message-count": z.number(),
});
const DispositionRequest = z.looseObject({
  "lock-tokens": LockTokens,
  "disposition-status": z.enum(["completed", "abandoned", "suspended"]),
  "deadletter-reason": z.string().nullish(),
  "deadletter-description": z.string().nullish(),
  "properties-to-modify": z.unknown().optional(),
});

/** Answers one request; refusals become the status and condition that the real broker answers. */
export function manage(
  queue: BrokerQueue,
  operation: string,
  body: unknown,
  now: number,
): ManagementReply {
  try {
    return perform(queue, operation, body, now);
  } catch (error) {
    if (!(error instanceof BrokerError)) throw error;
    return { status: 410, condition: error.condition, description: error.message };
  }
}

function perform(
  queue: BrokerQueue,
  operation: string,
  body: unknown,
  now: number,
): ManagementReply {
  switch (operation) {
    case "com.microsoft:renew-lock": {
      const ends = RenewRequest.parse(body)["lock-tokens"].map((token) => queue.renew(token));
      return {
        status: 200,
        body: { expirations: rhea.types.wrap_array(ends, TIMESTAMP, undefined) },
      };
    }
    case "com.microsoft:peek-message": {
      const request = PeekRequest.parse(body);
      const found = queue.peek(request["from-sequence-number"], request["message-count"]);
      if (found.length === 0) return { status: 204 };
      const messages = found.map((entry) =>
        rhea.types.wrap_map({ message: rhea.message.encode(writeMessage(entry, now)) }),
      );
      return { status: 200, body: { messages } };
    }
    case "com.microsoft:update-disposition":
      settle(queue, DispositionRequest.parse(body));
      return { status: 200 };
    default:
      return {
        status: 501,
        condition: "amqp:not-implemented",
        description: `The double does not know ${operation}.`,
      };
  }
}

function settle(queue: BrokerQueue, request: z.infer<typeof DispositionRequest>): void {
  const properties = unwrapMap(request["properties-to-modify"]);
  for (const token of request["lock-tokens"]) {
    switch (request["disposition-status"]) {
      case "completed":
        queue.complete(token);
        break;
      case "abandoned":
        queue.abandon(token, properties);
        break;
      case "suspended":
        queue.deadLetter(token, {
          ...properties,
          DeadLetterReason: request["deadletter-reason"],
          DeadLetterErrorDescription: request["deadletter-description"],
        });
        break;
    }
  }
}
