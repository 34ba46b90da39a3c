/** One Service Bus queue in memory: locks, deliveries, delays, duplicate detection, dead letters. Knows nothing of AMQP. */
import { randomBytes } from "node:crypto";

export interface BrokerSettings {
  lockMs: number;
  maxDeliveries: number;
  duplicateWindowMs: number;
}

/** A message as the broker keeps it. `payload` is the encoded AMQP message exactly as it was sent. */
export interface Entry {
  seq: number;
  id: string;
  payload: Buffer;
  /** Added by the broker or by a settlement; laid over the application properties on delivery. */
  properties: Record<string, unknown>;
  /** 0 when not scheduled. */
  scheduledAt: number;
  enqueuedAt: number;
  /** Deliveries that ended without completion, as in the AMQP header. */
  deliveryCount: number;
  deadLetterSource?: string;
  lock?: { token: Buffer; until: number };
}

/** A refusal with the error condition that the real broker puts on the wire. */
export class BrokerError extends Error {
  readonly condition: string;
  constructor(condition: string, description: string) {
    super(description);
    this.condition = condition;
  }
}

const NO_LIMIT = Number.POSITIVE_INFINITY;

export class BrokerQueue {
  readonly name: string;
  readonly deadLetters: BrokerQueue | undefined;
  /** Called when a message may have become available. */
  readonly listeners = new Set<() => void>();
  readonly #settings: BrokerSettings;
  readonly #now: () => number;
  readonly #sentAt = new Map<string, number>();
  #entries: Entry[] = [];
  #lastSeq = 0;

  constructor(name: string, settings: BrokerSettings, now: () => number, isDeadLetters = false) {
    this.name = name;
    this.#settings = settings;
    this.#now = now;
    this.deadLetters = isDeadLetters
      ? undefined
      : new BrokerQueue(
          `${name}/$DeadLetterQueue`,
          { ...settings, maxDeliveries: NO_LIMIT, duplicateWindowMs: 0 },
          now,
          true,
        );
  }

  /** Takes a message in; a repeated id inside the window is accepted and dropped. */
  enqueue(message: { id: string; payload: Buffer; scheduledAt: number }): void {
    if (this.#isDuplicate(message.id)) return;
    const enqueuedAt = Math.max(this.#now(), message.scheduledAt);
    this.#add({ ...message, properties: {}, enqueuedAt, deliveryCount: 0 });
  }

  /** Locks the oldest available message, if there is one. */
  lockNext(): (Entry & { lock: NonNullable<Entry["lock"]> }) | undefined {
    this.expireLocks();
    const now = this.#now();
    const next = this.#entries.find(
      (entry) => entry.lock === undefined && entry.scheduledAt <= now,
    );
    if (next === undefined) return undefined;
    const lock = { token: randomBytes(16), until: now + this.#settings.lockMs };
    return Object.assign(next, { lock });
  }

  complete(token: Buffer): void {
    this.#remove(this.#held(token));
  }

  abandon(token: Buffer, properties: Record<string, unknown>): void {
    const entry = this.#held(token);
    Object.assign(entry.properties, properties);
    this.#endDelivery(entry);
    this.notify();
  }

  deadLetter(token: Buffer, properties: Record<string, unknown>): void {
    const entry = this.#held(token);
    this.#bury(entry, properties);
  }

  /** Returns when the lock now ends. */
  renew(token: Buffer): number {
    const lock = { token, until: this.#now() + this.#settings.lockMs };
    this.#held(token).lock = lock;
    return lock.until;
  }

  /** Everything in the queue, locked and scheduled included, in the order of sequence numbers. */
  peek(fromSeq: number, limit: number): Entry[] {
    this.expireLocks();
    return this.#entries.filter((entry) => entry.seq >= fromSeq).slice(0, limit);
  }

  expireLocks(): void {
    const now = this.#now();
    const expired = this.#entries.filter(
      (entry) => entry.lock !== undefined && entry.lock.until <= now,
    );
    for (const entry of expired) this.#endDelivery(entry);
  }

  notify(): void {
    for (const listener of this.listeners) listener();
  }

  #isDuplicate(id: string): boolean {
    const oldest = this.#now() - this.#settings.duplicateWindowMs;
    for (const [known, sentAt] of this.#sentAt) if (sentAt <= oldest) this.#sentAt.delete(known);
    if (this.#settings.duplicateWindowMs === 0) return false;
    if (this.#sentAt.has(id)) return true;
    this.#sentAt.set(id, this.#now());
    return false;
  }

  #add(entry: Omit<Entry, "seq">): void {
    this.#lastSeq += 1;
    this.#entries.push({ ...entry, seq: this.#lastSeq });
    this.notify();
  }

  #endDelivery(entry: Entry): void {
    delete entry.lock;
    entry.deliveryCount += 1;
    if (entry.deliveryCount < this.#settings.maxDeliveries) return;
    this.#bury(entry, {
      DeadLetterReason: "MaxDeliveryCountExceeded",
      DeadLetterErrorDescription: `Message could not be consumed after ${entry.deliveryCount} delivery attempts.`,
    });
  }

  #bury(entry: Entry, properties: Record<string, unknown>): void {
    this.#remove(entry);
    const { lock: _, ...rest } = entry;
    const dead = { ...rest, scheduledAt: 0, deadLetterSource: this.name };
    (this.deadLetters ?? this).#add({
      ...dead,
      properties: { ...entry.properties, ...properties },
    });
  }

  #remove(entry: Entry): void {
    this.#entries = this.#entries.filter((other) => other !== entry);
  }

  /** @throws BrokerError when no message is locked with this token any more. */
  #held(token: Buffer): Entry {
    this.expireLocks();
    const held = this.#entries.find((entry) => entry.lock?.token.equals(token));
    if (held !== undefined) return held;
    throw new BrokerError(
      "com.microsoft:message-lock-lost",
      "The lock supplied is invalid. Either the lock expired, or the message has already been removed from the queue.",
    );
  }
}
