/** Deliveries and what waits for a digest: one partition a target in container `notifications`. */
import { attemptMessage, deliveryId, heldId } from "../domain/deliveries.ts";
import type { Deps } from "../ports/deps.ts";
import type { DocumentStore, Filter, Write } from "../ports/documentStore.ts";
import { type DeliveryQuery, DeliveryRecord, HeldEvent } from "../schemas/deliveries.ts";
import { asDeepDocument } from "../schemas/json.ts";
import type { OutboxMessage } from "../schemas/messages.ts";
import { commit } from "./outbox.ts";
import { queryPage } from "./pages.ts";

const CONTAINER = "notifications";
/** The log goes back as far as the feed. */
const TTL_SECONDS = 100 * 86_400;

type Needs = Pick<Deps, "clock" | "documents" | "log" | "queue">;

export interface StoredDelivery {
  delivery: DeliveryRecord;
  etag: string;
}

/** Records a delivery together with the message that asks for its first attempt; `conflict` when it is recorded already. */
export async function create(deps: Needs, delivery: DeliveryRecord): Promise<"done" | "conflict"> {
  return commit(
    deps,
    CONTAINER,
    [delivery.tenant_id, delivery.bucket],
    [createOf(delivery)],
    delivery.status === "pending" ? [firstMessage(delivery)] : [],
  );
}

/** `undefined` when absent or another tenant's. */
export async function read(
  documents: DocumentStore,
  tenantId: string,
  bucket: string,
  id: string,
): Promise<StoredDelivery | undefined> {
  const stored = await documents.read(CONTAINER, [tenantId, bucket], id);
  return stored && { delivery: DeliveryRecord.parse(stored.doc), etag: stored.etag };
}

/** A delivery of any of the tenant's targets. `undefined` when absent or another tenant's. */
export async function find(
  documents: DocumentStore,
  tenantId: string,
  id: string,
): Promise<StoredDelivery | undefined> {
  const where: Filter[] = [
    { op: "eq", field: "type", value: "delivery" },
    { op: "eq", field: "id", value: id },
  ];
  const page = await documents.query(CONTAINER, { partition: [tenantId], where, limit: 1 });
  const [stored] = page.items;
  return stored && { delivery: DeliveryRecord.parse(stored.doc), etag: stored.etag };
}

/** Writes the next version with what it causes; `conflict` when it is no longer the version with this etag. */
export async function replace(
  deps: Needs,
  delivery: DeliveryRecord,
  etag: string,
  messages: readonly OutboxMessage[],
): Promise<"done" | "conflict"> {
  const doc = asDeepDocument(delivery);
  const write: Write = { kind: "replace", doc, etag, ttlSeconds: TTL_SECONDS };
  return commit(deps, CONTAINER, [delivery.tenant_id, delivery.bucket], [write], messages);
}

/**
 * One page of the log, newest first; of one target with `bucket`, of all the tenant's without.
 * @throws AppError `invalid-fields` for a cursor that is of another list.
 */
export async function list(
  documents: DocumentStore,
  tenantId: string,
  query: Omit<DeliveryQuery, "limit"> & { limit: number; bucket?: string | undefined },
): Promise<{ items: StoredDelivery[]; cursor: string | undefined }> {
  const asked = {
    partition: query.bucket === undefined ? [tenantId] : [tenantId, query.bucket],
    where: filtersOf(query),
    orderBy: { field: "created_at", direction: "desc" } as const,
    limit: query.limit,
  };
  const found = await queryPage(documents, CONTAINER, asked, query.cursor);
  const items = found.items.map(({ doc, etag }) => ({
    delivery: DeliveryRecord.parse(doc),
    etag,
  }));
  return { items, cursor: found.cursor };
}

function filtersOf({ status, channel, since, until, updated_since }: Partial<DeliveryQuery>) {
  const where: Filter[] = [{ op: "eq", field: "type", value: "delivery" }];
  if (status !== undefined) where.push({ op: "eq", field: "status", value: status });
  if (channel !== undefined) where.push({ op: "eq", field: "channel", value: channel });
  if (since !== undefined) where.push({ op: "range", field: "created_at", from: since });
  if (until !== undefined) where.push({ op: "range", field: "created_at", to: until });
  if (updated_since !== undefined) {
    where.push({ op: "range", field: "updated_at", from: updated_since });
  }
  return where;
}

/** Whether an event was recorded for a target already: by itself, or to wait for a digest. */
export async function isRecorded(
  documents: DocumentStore,
  tenantId: string,
  bucket: string,
  eventId: string,
): Promise<boolean> {
  for (const id of [heldId(eventId), deliveryId(tenantId, bucket, eventId)]) {
    if ((await documents.read(CONTAINER, [tenantId, bucket], id)) !== undefined) return true;
  }
  return false;
}

/** Keeps an event for a digest; `conflict` when it waits, or was sent, already. */
export async function hold(
  documents: DocumentStore,
  held: HeldEvent,
): Promise<"done" | "conflict"> {
  return documents.batch(
    CONTAINER,
    [held.tenant_id, held.bucket],
    [{ kind: "create", doc: asDeepDocument(held), ttlSeconds: TTL_SECONDS }],
  );
}

/** Events of all tenants whose time has come, those that waited longest first. */
export async function due(
  documents: DocumentStore,
  now: Date,
  limit: number,
): Promise<{ held: HeldEvent; etag: string }[]> {
  const page = await documents.query(CONTAINER, {
    where: [
      { op: "eq", field: "type", value: "held-event" },
      { op: "range", field: "due_at", to: now.toISOString() },
    ],
    orderBy: { field: "due_at", direction: "asc" },
    limit,
  });
  return page.items.map(({ doc, etag }) => ({ held: HeldEvent.parse(doc), etag }));
}

/** Puts events of one target into one delivery: all or nothing. `conflict` when another run took any of them. */
export async function collect(
  deps: Needs,
  delivery: DeliveryRecord,
  events: readonly { held: HeldEvent; etag: string }[],
): Promise<"done" | "conflict"> {
  const taken = events.map(({ held, etag }): Write => ({
    kind: "replace",
    doc: asDeepDocument({ ...held, type: "sent-event" }),
    etag,
    ttlSeconds: TTL_SECONDS,
  }));
  return commit(
    deps,
    CONTAINER,
    [delivery.tenant_id, delivery.bucket],
    [...taken, createOf(delivery)],
    [attemptMessage(delivery)],
  );
}

function firstMessage(delivery: DeliveryRecord): OutboxMessage {
  const { created_at, next_attempt_at } = delivery;
  const isLater = next_attempt_at !== null && next_attempt_at > created_at;
  return attemptMessage(delivery, isLater ? new Date(next_attempt_at) : undefined);
}

const createOf = (delivery: DeliveryRecord): Write => ({
  kind: "create",
  doc: asDeepDocument(delivery),
  ttlSeconds: TTL_SECONDS,
});
