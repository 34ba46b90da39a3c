/** The outbox: messages are written in the batch of the change that causes them, then sent. */
import { z } from "zod";

import type { ContainerName } from "../ports/containers.ts";
import { CONTAINERS } from "../ports/containers.ts";
import type { Deps } from "../ports/deps.ts";
import type { PartitionKey, Stored, Write } from "../ports/documentStore.ts";
import { JsonObject } from "../schemas/json.ts";
import type { OutboxMessage, OutgoingMessage } from "../schemas/messages.ts";
import { OutboxRecord } from "../schemas/outbox.ts";

/** A message that waits, and the partition it waits in. */
export interface WaitingRow {
  key: PartitionKey;
  row: OutboxRecord;
}

type Needs = Pick<Deps, "clock" | "documents" | "log" | "queue" | "telemetry">;

/** Containers whose partitions hold outbox rows: those that the sweep looks through. */
const WITH_OUTBOX = [
  "incidents",
  "sessions",
  "notifications",
  "schedules",
  "tenants",
  "apiKeys",
] as const satisfies readonly ContainerName[];

/** A message may come into the outbox, or leave it, between the look and the write. */
const ATTEMPTS_MAX = 3;

/**
 * Writes the change and its messages in one transaction, then sends at once. A send that fails is left
 * to the sweep: the change stands and `done` is returned. A message that waits already, by its id, is recorded:
 * the change is written without it.
 */
export async function commit(
  deps: Needs,
  container: (typeof WITH_OUTBOX)[number],
  key: PartitionKey,
  writes: readonly Write[],
  messages: readonly OutboxMessage[],
): Promise<"done" | "conflict"> {
  const at = deps.clock.now().toISOString();
  const traceparent = deps.telemetry?.traceparent();
  const rows = messages.map((message) => outboxRow(container, key, message, { at, traceparent }));
  const recorded = await record(deps, container, key, writes, rows);
  if (recorded === "conflict") return "conflict";
  for (const queue of new Set(recorded.map((row) => row.queue))) {
    const group = recorded.filter((row) => row.queue === queue);
    try {
      await sendTogether(deps, container, key, group);
    } catch (error) {
      for (const { message_id } of group) {
        deps.log.warn("outbox.send-failed", { container, message_id, error });
      }
    }
  }
  return "done";
}

/** Sends rows of one queue at once and removes them at once: many claims of a minute would else wait for each other. */
async function sendTogether(
  deps: Pick<Deps, "documents" | "queue">,
  container: ContainerName,
  key: PartitionKey,
  rows: readonly OutboxRecord[],
): Promise<void> {
  const [first, ...more] = rows;
  if (first === undefined) return;
  if (more.length === 0) return send(deps, container, key, first);
  await deps.queue.send(first.queue, rows.map(messageOf));
  const deletes = rows.map(({ id }): Write => ({ kind: "delete", id }));
  // Where the sweep has removed some of them meanwhile, it removes the others, too.
  await deps.documents.batch(container, key, deletes);
}

/** The rows that this change added; `conflict` when the change itself no longer holds. */
async function record(
  { documents }: Pick<Deps, "documents">,
  container: ContainerName,
  key: PartitionKey,
  writes: readonly Write[],
  rows: readonly OutboxRecord[],
): Promise<readonly OutboxRecord[] | "conflict"> {
  let missing = rows;
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    const creates = missing.map((doc): Write => ({ kind: "create", doc }));
    const outcome = await documents.batch(container, key, [...writes, ...creates]);
    if (outcome === "done") return missing;
    const isWaiting = await Promise.all(
      rows.map(async ({ id }) => (await documents.read(container, key, id)) !== undefined),
    );
    const still = rows.filter((_, i) => isWaiting[i] === false);
    // The messages were not what conflicted.
    if (still.length === missing.length) return "conflict";
    missing = still;
  }
  return "conflict";
}

/** Outbox rows of one container, oldest first, with the partition each lives in. @param cursor of the page before. */
export async function waiting(
  deps: Pick<Deps, "documents">,
  container: ContainerName,
  limit: number,
  cursor?: string,
): Promise<{ items: WaitingRow[]; cursor: string | undefined }> {
  const page = await deps.documents.query(container, {
    where: [{ op: "eq", field: "type", value: "outbox" }],
    orderBy: { field: "created_at", direction: "asc" },
    limit,
    ...(cursor !== undefined && { cursor }),
  });
  const items = page.items.map((stored) => ({
    key: partitionOf(container, stored),
    row: OutboxRecord.parse(stored.doc),
  }));
  return { items, cursor: page.cursor };
}

/** Sends one row and removes it. A crash between the two repeats the send; the broker drops the repeat. */
export async function send(
  deps: Pick<Deps, "documents" | "queue">,
  container: ContainerName,
  key: PartitionKey,
  row: OutboxRecord,
): Promise<void> {
  await deps.queue.send(row.queue, [messageOf(row)]);
  await deps.documents.batch(container, key, [{ kind: "delete", id: row.id }]);
}

const messageOf = ({ message_id: id, body, not_before }: OutboxRecord): OutgoingMessage => ({
  id,
  body,
  ...(not_before !== undefined && { notBefore: new Date(not_before) }),
});

export const containersWithOutbox = (): readonly ContainerName[] => WITH_OUTBOX;

interface Written {
  at: string;
  /** Of the work that causes the message: its handling belongs to the same trace, also when the sweep sends it. */
  traceparent: string | undefined;
}

function outboxRow(
  container: ContainerName,
  key: PartitionKey,
  message: OutboxMessage,
  { at, traceparent }: Written,
): OutboxRecord {
  const fields = CONTAINERS[container].partitionKey.map((field, i) => [field, key[i] ?? ""]);
  return OutboxRecord.parse({
    ...Object.fromEntries(fields),
    id: `outbox:${message.id}`,
    type: "outbox",
    queue: message.queue,
    message_id: message.id,
    body: { ...JsonObject.parse(message.body), ...(traceparent !== undefined && { traceparent }) },
    ...("not_before" in message && { not_before: message.not_before }),
    created_at: at,
  });
}

const partitionOf = (container: ContainerName, { doc }: Stored): PartitionKey =>
  CONTAINERS[container].partitionKey.map((field) => z.string().parse(doc[field]));
