/** Schedules in container `schedules`, spread over a few partitions by their ids, so that what is due is found quickly. */
import { z } from "zod";

import { foreignCursor } from "../domain/errors.ts";
import { shardOf, SHARDS } from "../domain/schedules.ts";
import type { Deps } from "../ports/deps.ts";
import type { DocumentStore, Filter, Write } from "../ports/documentStore.ts";
import { asDeepDocument } from "../schemas/json.ts";
import type { OutboxMessage } from "../schemas/messages.ts";
import type { ScheduleRunRecord } from "../schemas/scheduleRuns.ts";
import { ScheduleRecord, type ScheduleQuery } from "../schemas/schedules.ts";
import { commit } from "./outbox.ts";

export interface StoredSchedule {
  record: ScheduleRecord;
  /** Changes with every write of the schedule. */
  etag: string;
}

type Needs = Pick<Deps, "clock" | "documents" | "log" | "queue">;

const CONTAINER = "schedules";
const SCHEDULE_ID = /^sch_[0-9A-Za-z]{1,64}$/;
const eq = (field: string, value: string): Filter => ({ op: "eq", field, value });
const IS_SCHEDULE = eq("type", "schedule");

/** `undefined` when absent, deleted, or another tenant's. */
export async function read(
  documents: DocumentStore,
  tenantId: string,
  id: string,
): Promise<StoredSchedule | undefined> {
  const stored = await readAny(documents, tenantId, id);
  return stored?.record.deleted_at === undefined ? stored : undefined;
}

/** The same, deleted ones too: their last runs are still to be settled. */
export async function readAny(
  documents: DocumentStore,
  tenantId: string,
  id: string,
): Promise<StoredSchedule | undefined> {
  if (!SCHEDULE_ID.test(id)) return undefined;
  const stored = await documents.read(CONTAINER, [shardOf(id)], id);
  if (stored === undefined || stored.doc["tenant_id"] !== tenantId) return undefined;
  return { record: ScheduleRecord.parse(stored.doc), etag: stored.etag };
}

/**
 * The tenant's schedules, newest first; `cursor` is absent on the last page.
 * @throws AppError `invalid-fields` for a cursor that no list gave.
 */
export async function list(
  documents: DocumentStore,
  tenantId: string,
  query: ScheduleQuery,
): Promise<{ items: StoredSchedule[]; total: number; cursor: string | undefined }> {
  const where = [eq("tenant_id", tenantId), IS_SCHEDULE, LISTED, ...filtersOf(query)];
  const before = query.cursor === undefined ? undefined : lastOf(query.cursor);
  // A page of the whole has at most as many of one partition; one more tells whether another page follows.
  const pages = await Promise.all(
    SHARDS.map((shard) =>
      documents.query(CONTAINER, {
        partition: [shard],
        where: [...where, ...(before === undefined ? [] : [upTo("listed", before)])],
        orderBy: { field: "listed", direction: "desc" },
        limit: query.limit + 2,
      }),
    ),
  );
  const counts = await Promise.all(
    SHARDS.map((shard) => documents.count(CONTAINER, { partition: [shard], where })),
  );
  const found = pages
    .flatMap(({ items }) => items)
    .map(({ doc, etag }) => ({ record: ScheduleRecord.parse(doc), etag }))
    .filter(({ record }) => record.id !== before)
    .toSorted((a, b) => (a.record.id < b.record.id ? 1 : -1));
  const items = found.slice(0, query.limit);
  const last = items.at(-1)?.record.id;
  return {
    items,
    total: counts.reduce((sum, count) => sum + count, 0),
    cursor: found.length > items.length && last !== undefined ? cursorAfter(last) : undefined,
  };
}

/** Schedules of one partition whose time has come, longest overdue first. @param cursor of the page before. */
export async function due(
  documents: DocumentStore,
  shard: string,
  now: Date,
  page: { limit: number; cursor: string | undefined },
): Promise<{ items: StoredSchedule[]; cursor: string | undefined }> {
  const found = await documents.query(CONTAINER, {
    partition: [shard],
    where: [IS_SCHEDULE, upTo("next_run_at", now.toISOString())],
    orderBy: { field: "next_run_at", direction: "asc" },
    limit: page.limit,
    ...(page.cursor !== undefined && { cursor: page.cursor }),
  });
  const items = found.items.map(({ doc, etag }) => ({ record: ScheduleRecord.parse(doc), etag }));
  return { items, cursor: found.cursor };
}

/** Schedules of one partition that were deleted before the time, oldest first. */
export async function deletedBefore(
  documents: DocumentStore,
  shard: string,
  time: Date,
  limit: number,
): Promise<StoredSchedule[]> {
  const found = await documents.query(CONTAINER, {
    partition: [shard],
    where: [IS_SCHEDULE, upTo("deleted_at", time.toISOString())],
    orderBy: { field: "deleted_at", direction: "asc" },
    limit,
  });
  return found.items.map(({ doc, etag }) => ({ record: ScheduleRecord.parse(doc), etag }));
}

/** Removes the record itself. @returns `conflict` when somebody else removed it. */
export const remove = (
  documents: DocumentStore,
  { record: { id, shard }, etag }: StoredSchedule,
): Promise<"done" | "conflict"> =>
  documents.batch(CONTAINER, [shard], [{ kind: "delete", id, etag }]);

/** @returns `conflict` when the id is taken. */
export const create = (
  deps: Needs,
  record: ScheduleRecord,
  messages: readonly OutboxMessage[],
): Promise<"done" | "conflict"> =>
  commit(
    deps,
    CONTAINER,
    [record.shard],
    [{ kind: "create", doc: asDeepDocument(record) }],
    messages,
  );

/** A schedule as it should be, the version it was decided on, and the run that it is about. */
export interface ScheduleChange extends StoredSchedule {
  run?: { record: ScheduleRunRecord; etag: string | undefined };
  messages: readonly OutboxMessage[];
}

/**
 * Writes schedules of one partition, each with the run that begins or ended, and their messages: all or nothing.
 * @param changes at least one, and so few that their writes fit one batch.
 * @returns `conflict` when one of the schedules or runs is no longer as it was read.
 */
export function save(
  deps: Needs,
  changes: readonly ScheduleChange[],
): Promise<"done" | "conflict"> {
  const writes = changes.flatMap(({ record, etag, run }): Write[] => [
    { kind: "replace", doc: asDeepDocument(record), etag },
    ...runWrites(run),
  ]);
  const messages = changes.flatMap((change) => change.messages);
  return commit(deps, CONTAINER, [changes[0]?.record.shard ?? ""], writes, messages);
}

function runWrites(run: ScheduleChange["run"]): Write[] {
  if (run === undefined) return [];
  const doc = asDeepDocument(run.record);
  return [
    run.etag === undefined ? { kind: "create", doc } : { kind: "replace", doc, etag: run.etag },
  ];
}

const LISTED: Filter = { op: "exists", field: "listed", exists: true };

const upTo = (field: string, to: string): Filter => ({ op: "range", field, to });

const filtersOf = ({ status, updated_since: from }: ScheduleQuery): Filter[] => [
  ...(status === undefined ? [] : [eq("status", status)]),
  ...(from === undefined ? [] : [{ op: "range", field: "updated_at", from } as const]),
];

const Cursor = z.strictObject({ after: z.string().regex(SCHEDULE_ID) });

const cursorAfter = (after: string): string =>
  Buffer.from(JSON.stringify({ after })).toString("base64url");

function lastOf(cursor: string): string {
  try {
    return Cursor.parse(JSON.parse(Buffer.from(cursor, "base64url").toString())).after;
  } catch (cause) {
    throw foreignCursor(cause);
  }
}
