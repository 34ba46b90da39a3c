/** Work that is handed off: at least once, unordered, peek-lock. */
import type { DeadLetter } from "../schemas/deadLetters.ts";
import type { Json } from "../schemas/json.ts";
import type { OutgoingMessage, QueueName } from "../schemas/messages.ts";

/** A message under lock. Settling after the lock expired throws AppError `lock-lost`. */
export interface ReceivedMessage {
  id: string;
  body: Json;
  /** 1 on the first delivery. */
  deliveryCount: number;
  enqueuedAt: Date;
  lockedUntil: Date;
  complete(): Promise<void>;
  /** Makes it available again at once; after the tenth delivery it goes to the dead letters. */
  abandon(): Promise<void>;
  deadLetter(reason: string, description: string): Promise<void>;
  /** Extends the lock by the queue's lock time from now. */
  renew(): Promise<void>;
}

export interface QueueCounts {
  active: number;
  scheduled: number;
  dead: number;
}

/** Every method throws AppError `queue-unavailable` when the broker cannot be reached. */
export interface WorkQueue {
  /** Resolves when the broker has accepted all of them. */
  send(queue: QueueName, messages: readonly OutgoingMessage[]): Promise<void>;
  /** At most `max` messages, waiting at most `waitMs` for the first; an empty list when none came. */
  receive(queue: QueueName, max: number, waitMs: number): Promise<ReceivedMessage[]>;
  /** In the order of their keys, which is about that of their age. @param after key of the letter before the first one wanted. */
  deadLetters(queue: QueueName, limit: number, after?: string): Promise<DeadLetter[]>;
  /** One dead letter; `undefined` when it is not there. */
  deadLetter(queue: QueueName, key: string): Promise<DeadLetter | undefined>;
  /**
   * Takes a dead letter away and sends `message` in its place; a crash in between may do only the second.
   * False when the letter is no longer there: then nothing is sent.
   * @throws AppError `conflict` when too many stand before it to get at it.
   */
  replayDeadLetter(queue: QueueName, key: string, message: OutgoingMessage): Promise<boolean>;
  /** Takes a dead letter away for good. False when it is no longer there. @throws as `replayDeadLetter`. */
  dropDeadLetter(queue: QueueName, key: string): Promise<boolean>;
  counts(queue: QueueName): Promise<QueueCounts>;
  close(): Promise<void>;
}

/** How long a receiver may hold a message before it must renew. */
export const LOCK_MS = 5 * 60_000;
/** Deliveries after which a message is dead. */
export const MAX_DELIVERIES = 10;
/** How long a message id is remembered after it was sent. */
export const DUPLICATE_WINDOW_MS = 10 * 60_000;
/** Longest message id a broker takes. A longer or empty one is a bug: `send` throws RangeError. */
export const MAX_MESSAGE_ID_LENGTH = 128;
