/** Runs of schedules, in the partition of their schedule. */
import type { RunOutcome } from "../domain/scheduleFailures.ts";
import { shardOf } from "../domain/schedules.ts";
import type { Deps } from "../ports/deps.ts";
import type { DocumentStore, Filter, Query, Write } from "../ports/documentStore.ts";
import { asDeepDocument } from "../schemas/json.ts";
import type { ScheduleRunMessage } from "../schemas/messages.ts";
import { ScheduleRunRecord } from "../schemas/scheduleRuns.ts";

export interface StoredRun {
  run: ScheduleRunRecord;
  etag: string;
}

const CONTAINER = "schedules";
/** Runs that the history shows (seed 004). */
export const RUNS_SHOWN = 50;
/** Older ones beyond this many are removed. */
const RUNS_KEPT = 100;
const REMOVED_AT_ONCE = 100;

const eq = (field: string, value: string): Filter => ({ op: "eq", field, value });
const NEWEST_FIRST = { field: "started_at", direction: "desc" } as const;

/** `undefined` when absent or another tenant's. */
export async function read(
  documents: DocumentStore,
  { tenant_id, schedule_id, run_id }: ScheduleRunMessage,
): Promise<StoredRun | undefined> {
  const stored = await documents.read(CONTAINER, [shardOf(schedule_id)], run_id);
  if (stored === undefined || stored.doc["tenant_id"] !== tenant_id) return undefined;
  const { doc, etag } = stored;
  return { run: ScheduleRunRecord.parse(doc), etag };
}

/** The newest runs of a schedule, newest first. */
export async function newest(
  documents: DocumentStore,
  scheduleId: string,
): Promise<ScheduleRunRecord[]> {
  const page = await documents.query(CONTAINER, ofSchedule(scheduleId, RUNS_SHOWN));
  return page.items.map(({ doc }) => ScheduleRunRecord.parse(doc));
}

/** The last run before this one that completed; `undefined` when there is none among those that are kept. */
export async function completedBefore(
  documents: DocumentStore,
  { schedule_id, started_at, id }: ScheduleRunRecord,
): Promise<ScheduleRunRecord | undefined> {
  const query = ofSchedule(schedule_id, 2);
  const page = await documents.query(CONTAINER, {
    ...query,
    where: [
      ...(query.where ?? []),
      eq("status", "completed"),
      { op: "range", field: "started_at", to: started_at },
    ],
  });
  const runs = page.items.map(({ doc }) => ScheduleRunRecord.parse(doc));
  return runs.find((run) => run.id !== id);
}

/** What became of the newest runs of a schedule. @param after only those that began later; `undefined` for all. */
export async function outcomes(
  documents: DocumentStore,
  scheduleId: string,
  after: string | undefined,
): Promise<RunOutcome[]> {
  const page = await documents.query(CONTAINER, {
    ...ofSchedule(scheduleId, RUNS_KEPT),
    select: ["started_at", "status", "error"],
  });
  return page.items
    .map(({ doc }) => Outcome.parse(doc))
    .filter(({ started_at }) => after === undefined || started_at > after);
}

const Outcome = ScheduleRunRecord.pick({ id: true, started_at: true, status: true, error: true });

/** Runs of one partition, of all tenants, that have not been settled, oldest first. @param cursor of the page before. */
export async function unsettled(
  documents: DocumentStore,
  shard: string,
  page: { limit: number; cursor: string | undefined },
): Promise<{ runs: ScheduleRunRecord[]; cursor: string | undefined }> {
  const found = await documents.query(CONTAINER, {
    partition: [shard],
    where: [eq("status", "running"), eq("type", "schedule-run")],
    orderBy: { field: "started_at", direction: "asc" },
    limit: page.limit,
    ...(page.cursor !== undefined && { cursor: page.cursor }),
  });
  return { runs: found.items.map(({ doc }) => ScheduleRunRecord.parse(doc)), cursor: found.cursor };
}

/** Notes that the run's session exists. @returns `conflict` when the run was settled or noted meanwhile. */
export function noteSession(
  { documents }: Pick<Deps, "documents">,
  { run, etag }: StoredRun,
  sessionId: string,
): Promise<"done" | "conflict"> {
  const doc = asDeepDocument({ ...run, session_id: sessionId });
  return documents.batch(CONTAINER, [run.shard], [{ kind: "replace", doc, etag }]);
}

/** Removes what is older than the runs that are kept. */
export async function prune(documents: DocumentStore, scheduleId: string): Promise<void> {
  const page = await documents.query(CONTAINER, {
    ...ofSchedule(scheduleId, REMOVED_AT_ONCE),
    offset: RUNS_KEPT,
    select: ["id"],
  });
  if (page.items.length === 0) return;
  const deletes = page.items.map(({ doc }): Write => ({ kind: "delete", id: doc.id }));
  // A conflict means that somebody else removed them.
  await documents.batch(CONTAINER, [shardOf(scheduleId)], deletes);
}

/** Removes the runs of a schedule that is forgotten, some at a time. @returns whether there were any. */
export async function removeSome(documents: DocumentStore, scheduleId: string): Promise<boolean> {
  const page = await documents.query(CONTAINER, {
    ...ofSchedule(scheduleId, REMOVED_AT_ONCE),
    select: ["id"],
  });
  if (page.items.length === 0) return false;
  const deletes = page.items.map(({ doc }): Write => ({ kind: "delete", id: doc.id }));
  await documents.batch(CONTAINER, [shardOf(scheduleId)], deletes);
  return true;
}

const ofSchedule = (scheduleId: string, limit: number): Query => ({
  partition: [shardOf(scheduleId)],
  where: [eq("schedule_id", scheduleId)],
  orderBy: NEWEST_FIRST,
  limit,
});
