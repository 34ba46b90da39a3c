/** Translates between AMQP messages and the broker's entries: annotations, batches, lock tokens. */
import { randomUUID } from "node:crypto";

import rhea, { type Message } from "rhea";
import { z } from "zod";

import type { Entry } from "./brokerQueue.ts";

/** Message format of a batch: one transfer whose data sections are encoded messages (Microsoft's extension). */
const BATCH_FORMAT = 0x80013700;

const Incoming = z.looseObject({
  message_id: z.string().optional(),
  message_annotations: z
    .looseObject({ "x-opt-scheduled-enqueue-time": z.coerce.number().optional() })
    .nullish(),
});

const Batch = z.looseObject({
  body: z.looseObject({ content: z.union([z.instanceof(Buffer), z.array(z.instanceof(Buffer))]) }),
});

export interface SentMessage {
  id: string;
  payload: Buffer;
  scheduledAt: number;
}

/** The messages of one transfer. The AMQP library hands over formats other than 0 undecoded. */
export function readTransfer(content: unknown, format: number): SentMessage[] {
  const message = Buffer.isBuffer(content) ? rhea.message.decode(content) : content;
  if (format !== BATCH_FORMAT) return [readMessage(rhea.message.encode(message))];
  return [Batch.parse(message).body.content].flat().map(readMessage);
}

export function readMessage(payload: Buffer): SentMessage {
  const message = Incoming.parse(rhea.message.decode(payload));
  return {
    id: message.message_id ?? randomUUID(),
    payload,
    scheduledAt: message.message_annotations?.["x-opt-scheduled-enqueue-time"] ?? 0,
  };
}

/** The message as the broker delivers it, or shows it to someone who peeks. */
export function writeMessage(entry: Entry, now: number): Message {
  const { types } = rhea;
  const message = rhea.message.decode(entry.payload);
  const isScheduled = entry.scheduledAt > now;
  return {
    ...message,
    body: message["body"],
    delivery_count: entry.deliveryCount,
    application_properties: { ...message["application_properties"], ...entry.properties },
    message_annotations: {
      ...message["message_annotations"],
      "x-opt-sequence-number": types.wrap_long(entry.seq),
      "x-opt-enqueued-time": types.wrap_timestamp(entry.enqueuedAt),
      // 0 active, 2 scheduled.
      "x-opt-message-state": types.wrap_int(isScheduled ? 2 : 0),
      ...(entry.lock && { "x-opt-locked-until": types.wrap_timestamp(entry.lock.until) }),
      ...(entry.deadLetterSource && { "x-opt-deadletter-source": entry.deadLetterSource }),
    },
  };
}

/** A lock token is a .NET GUID: its first three groups travel little-endian as delivery tag, big-endian as UUID. */
export function swapGuid(bytes: Buffer): Buffer {
  const swapped = Buffer.from(bytes);
  swapped.subarray(0, 4).reverse();
  swapped.subarray(4, 6).reverse();
  swapped.subarray(6, 8).reverse();
  return swapped;
}

const Wrapped = z.looseObject({ value: z.unknown() });

/** The plain value of what may be an AMQP-typed one. */
export function unwrap(value: unknown): unknown {
  const wrapped = Wrapped.safeParse(value);
  return wrapped.success && !Buffer.isBuffer(value) ? wrapped.data.value : value;
}

export function unwrapMap(map: unknown): Record<string, unknown> {
  const entries = Object.entries(z.record(z.string(), z.unknown()).nullish().parse(map) ?? {});
  return Object.fromEntries(entries.map(([key, value]) => [key, unwrap(value)]));
}
