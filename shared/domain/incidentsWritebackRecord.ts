/** The record of a write-back: how it begins, what becomes of it, what its incident shows of it. */
import { createHash } from "node:crypto";

import type { IncidentRecord } from "../schemas/incidents.ts";
import type {
  CurrentIncident,
  FieldChange,
  IncidentWriteback,
  WritebackRecord,
} from "../schemas/incidentsWriteback.ts";
import type { JsonObject } from "../schemas/json.ts";
import type { OutboxMessage } from "../schemas/messages.ts";
import type { Principal } from "../schemas/principal.ts";
import type { WritebackMark, WritebackPart } from "../schemas/writebackMark.ts";
import { changeAudit } from "./audit.ts";
import { AppError } from "./errors.ts";
import { openParts, partsOf } from "./incidentsWriteback.ts";
import { plusMs } from "./time.ts";

/** One who works on a write-back is believed to have died after this. */
const CLAIM_MS = 3 * 60_000;
/** What is open is tried again after this, */
const AGAIN_MS = 30_000;
/** and is given up after this, and says so. */
const GIVE_UP_MS = 60 * 60_000;

/** The same id for the same write-back and part: Sentinel then has it once, however often it is sent. */
export function guidOf(...parts: readonly string[]): string {
  const hex = createHash("sha256").update(JSON.stringify(parts)).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The same request of the same person, by its key, is the same write-back. */
export const writebackIdOf = (userId: string, idempotencyKey: string): string =>
  `wrb_${guidOf(userId, idempotencyKey)}`;

export const fingerprintOf = (request: IncidentWriteback): string =>
  createHash("sha256").update(JSON.stringify(request)).digest("hex");

/** A write-back of which nothing is done yet. */
export function newWriteback(
  { tenant_id, incident_key, provider_id, number }: IncidentRecord,
  { id: userId, kind, name }: Principal,
  id: string,
  request: IncidentWriteback,
  now: Date,
): WritebackRecord {
  const at = now.toISOString();
  return {
    type: "writeback",
    id,
    tenant_id,
    incident_key,
    provider_id,
    number,
    state: "open",
    request,
    fingerprint: fingerprintOf(request),
    by: { id: userId, kind, name },
    written: [],
    before_etag: null,
    changes: [],
    modified_at: [],
    comment_id: guidOf(tenant_id, incident_key, id, "comment"),
    task_id: guidOf(tenant_id, incident_key, id, "task"),
    attempts: 0,
    claimed_until: at,
    created_at: at,
    updated_at: at,
  };
}

/** Taken by somebody who works on it now. */
export const claimed = (record: WritebackRecord, now: Date): WritebackRecord => ({
  ...record,
  attempts: record.attempts + 1,
  claimed_until: plusMs(now, CLAIM_MS).toISOString(),
});

/**
 * After a failure: open, to be finished by itself, where only the service was out of reach; else what is left is given
 * up. @param isNothing nothing was written, and nothing can have been.
 */
export function failedWith(
  record: WritebackRecord,
  { code, detail }: AppError,
  isNothing: boolean,
  now: Date,
): WritebackRecord {
  const isOld = now.getTime() - Date.parse(record.created_at) > GIVE_UP_MS;
  const isFinal = isNothing || isOld || code !== "siem-unavailable";
  return {
    ...record,
    state: isFinal ? "failed" : "open",
    error: { code, detail },
    claimed_until: plusMs(now, isFinal ? 0 : AGAIN_MS).toISOString(),
  };
}

/** With parts that Sentinel has now; `current` tells the time of our own change, `undefined` when it is not known. */
export const withWritten = (
  record: WritebackRecord,
  parts: readonly WritebackPart[],
  current: CurrentIncident | undefined,
): WritebackRecord => ({
  ...record,
  written: [...new Set([...record.written, ...parts])],
  modified_at:
    current === undefined ? record.modified_at : [...record.modified_at, current.modified_at],
});

/**
 * After a try whose answer was lost: an incident that changed, and not into what was asked, was changed by somebody
 * else, before our change or after it. Writing again could undo what they did.
 * @throws AppError `conflict`.
 */
export function refuseAmbiguous({ before_etag }: WritebackRecord, current: CurrentIncident): void {
  if (before_etag === null || before_etag === current.etag) return;
  throw new AppError(
    "conflict",
    "Somebody changed the incident in Sentinel meanwhile, and it is not certain whether this change came before. Look at it, and write again what is missing.",
  );
}

/** What the audit trail says of what was written: nothing when nothing was. */
export function writebackAudit(record: WritebackRecord, at: Date): OutboxMessage[] {
  const { tenant_id, incident_key, by, written, request, comment_id, task_id } = record;
  const changes: FieldChange[] = [
    ...record.changes.filter(({ field }) => written.includes(field)),
    ...added("comment", request.comment === undefined ? undefined : comment_id),
    ...added("task", request.task === undefined ? undefined : task_id),
  ];
  function added(field: "comment" | "task", id: string | undefined): FieldChange[] {
    return id === undefined || !written.includes(field) ? [] : [{ field, before: null, after: id }];
  }
  if (changes.length === 0) return [];
  const fields = changes.map(({ field }) => field);
  const subject = { id: incident_key, version: record.id };
  return [changeAudit({ ...by, tenant_id }, "incident.writeback", subject, fields, at, changes)];
}

/** What the incident shows of a write-back. */
export function markOf(writeback: WritebackRecord, at: Date): WritebackMark {
  const { id, by, request, state, error, modified_at } = writeback;
  return {
    id,
    state: state === "done" ? "written" : state === "failed" ? "failed" : "unconfirmed",
    at: at.toISOString(),
    by: by.name,
    parts: partsOf(request),
    open: openParts(writeback),
    detail: error?.detail ?? null,
    modified_at: modified_at.at(-1) ?? null,
  };
}

/** The mark as long as it says something: what was written is over when a row of its time, or a later one, was synchronised. */
export function shownMark({
  writeback,
  last_modified_at,
}: Pick<IncidentRecord, "writeback" | "last_modified_at">): WritebackMark | null {
  if (writeback?.state !== "written" || writeback.modified_at === null) return writeback;
  return last_modified_at >= writeback.modified_at ? null : writeback;
}

/**
 * What our own copy takes over of the incident as Sentinel has it now. Its time is kept a millisecond early: older rows
 * of Log Analytics then change nothing, and the row of the change itself is still taken over when it comes.
 * @returns nothing when a sync has been there first.
 */
export function takenOver(record: IncidentRecord, current: CurrentIncident): JsonObject {
  const reached = new Date(Date.parse(current.modified_at) - 1).toISOString();
  if (record.last_modified_at >= reached) return {};
  const { status, severity, classification, classification_reason, owner, labels } = current;
  const isReopened = record.status === "closed" && status !== "closed";
  return {
    status,
    severity,
    classification,
    classification_reason,
    owner,
    labels: labels.map(({ name }) => name),
    last_modified_at: reached,
    closed_at: status === "closed" ? (record.closed_at ?? current.modified_at) : null,
    ...(isReopened && { sync: { ...record.sync, reopened_at: current.modified_at } }),
  };
}
