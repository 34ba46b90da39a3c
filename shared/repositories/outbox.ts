/** The outbox: messages are written in the batch of the change that causes them, then sent. */
import { z } from "zod";

import type { ContainerName } from "../ports/containers.ts";
import { CONTAINERS } from "../ports/containers.ts";
import type { Deps } from "../ports/deps.ts";
import type { PartitionKey, Stored, Write } from "../ports/documentStore.ts";
import { JsonObject } from "../schemas/json.ts";
import type { OutboxMessage } from "../schemas/messages.ts";
import { OutboxRecord } from "../schemas/outbox.ts";

type Needs = Pick<Deps, "clock" | "documents" | "log" | "queue">;

/** Containers whose partitions hold outbox rows. */
const WITH_OUTBOX: readonly ContainerName[] = ["incidents", "sessions", "tenants"];

/**
 * Writes the change and its messages in one transaction, then sends at once. A send that fails is left
 * to the sweep: the change stands and `done` is returned.
 */
export async function commit(
  deps: Needs,
  container: ContainerName,
  key: PartitionKey,
  writes: readonly Write[],
  messages: readonly OutboxMessage[],
): Promise<"done" | "conflict"> {
  const at = deps.clock.now().toISOString();
  const rows = messages.map((message) => outboxRow(container, key, message, at));
  const creates = rows.map((doc): Write => ({ kind: "create", doc }));
  const outcome = await deps.documents.batch(container, key, [...writes, ...creates]);
  if (outcome === "conflict") return "conflict";
  for (const row of rows) {
    try {
      await send(deps, container, key, row);
    } catch (error) {
      deps.log.warn("outbox.send-failed", { container, message_id: row.message_id, error });
    }
  }
  return "done";
}

/** Outbox rows that wait in one container, oldest first, with the partition each lives in. */
export async function waiting(
  deps: Pick<Deps, "documents">,
  container: ContainerName,
  limit: number,
): Promise<{ key: PartitionKey; row: OutboxRecord }[]> {
  const page = await deps.documents.query(container, {
    where: [{ op: "eq", field: "type", value: "outbox" }],
    orderBy: { field: "created_at", direction: "asc" },
    limit,
  });
  return page.items.map((stored) => ({
    key: partitionOf(container, stored),
    row: OutboxRecord.parse(stored.doc),
  }));
}

/** Sends one row and removes it. A crash between the two repeats the send; the broker drops the repeat. */
export async function send(
  deps: Pick<Deps, "documents" | "queue">,
  container: ContainerName,
  key: PartitionKey,
  row: OutboxRecord,
): Promise<void> {
  await deps.queue.send(row.queue, [{ id: row.message_id, body: row.body }]);
  await deps.documents.batch(container, key, [{ kind: "delete", id: row.id }]);
}

export const containersWithOutbox = (): readonly ContainerName[] => WITH_OUTBOX;

function outboxRow(
  container: ContainerName,
  key: PartitionKey,
  message: OutboxMessage,
  at: string,
): OutboxRecord {
  const fields = CONTAINERS[container].partitionKey.map((field, i) => [field, key[i] ?? ""]);
  return OutboxRecord.parse({
    ...Object.fromEntries(fields),
    id: `outbox:${message.id}`,
    type: "outbox",
    queue: message.queue,
    message_id: message.id,
    body: JsonObject.parse(message.body),
    created_at: at,
  });
}

const partitionOf = (container: ContainerName, { doc }: Stored): PartitionKey =>
  CONTAINERS[container].partitionKey.map((field) => z.string().parse(doc[field]));
