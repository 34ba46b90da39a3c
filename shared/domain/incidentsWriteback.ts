/** Decisions about changes that are written back to Sentinel: what it accepts, what is left to do, what an incident shows. */
import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";

import type { IncidentRecord } from "../schemas/incidents.ts";
import type {
  Classification,
  ClassificationReason,
  CurrentIncident,
  FieldChange,
  IncidentFields,
  IncidentWriteback,
  WritebackRecord,
} from "../schemas/incidentsWriteback.ts";
import type { Json, JsonObject } from "../schemas/json.ts";
import type { SiemProvider } from "../schemas/providers.ts";
import type { WritebackMark, WritebackPart } from "../schemas/writebackMark.ts";
import { AppError, type FieldError } from "./errors.ts";

/** The reasons that Sentinel takes with each classification (its incident API; the portal offers the same pairs). */
const REASONS: Readonly<Record<Classification, readonly ClassificationReason[]>> = {
  true_positive: ["SuspiciousActivity"],
  benign_positive: ["SuspiciousButExpected"],
  false_positive: ["IncorrectAlertLogic", "InaccurateData"],
  undetermined: [],
};
const PAIRS = Object.entries(REASONS)
  .map(([classification, reasons]) =>
    reasons.length === 0
      ? `${classification} without a reason`
      : `${classification} with ${reasons.join(" or ")}`,
  )
  .join("; ");

type Closing = Pick<IncidentFields, "status" | "classification" | "classification_reason">;

/** @throws AppError `conflict` that says what an administrator has to set first. */
export function refuseWritebackOff(provider: SiemProvider): void {
  const missing = (["subscription_id", "resource_group", "workspace_name"] as const).filter(
    (field) => provider[field] === null,
  );
  const where = "under Admin > SIEM Providers";
  if (!provider.writeback_enabled)
    throw new AppError(
      "conflict",
      `Write-back is off for the provider ${provider.name}: an administrator turns it on (writeback_enabled) ${where}.`,
    );
  if (missing.length > 0)
    throw new AppError(
      "conflict",
      `The provider ${provider.name} does not say where its workspace is in Azure: an administrator enters ${missing.join(", ")} ${where}.`,
    );
}

/** What Sentinel would refuse of the request, on an incident that stands like this; empty when it would take it. */
export function closingErrors(request: IncidentWriteback, current: Closing): FieldError[] {
  const { status = current.status, classification, classification_reason } = request;
  const isAsked = classification !== undefined || classification_reason !== undefined;
  if (status !== "closed") {
    if (!isAsked) return [];
    const pointer = classification === undefined ? "/classification_reason" : "/classification";
    return [
      {
        pointer,
        detail: "Only a closed incident has a classification: close it in the same call.",
      },
    ];
  }
  if (current.status === "closed" && !isAsked) return [];
  const after = classificationAfter(request, current);
  if (after.classification === null)
    return [
      { pointer: "/classification", detail: `A closed incident has a classification: ${PAIRS}.` },
    ];
  const reasons: readonly string[] = REASONS[after.classification];
  const reason = after.classification_reason;
  if (reason === null ? reasons.length === 0 : reasons.includes(reason)) return [];
  return [
    {
      pointer: "/classification_reason",
      detail: `Sentinel takes ${PAIRS}.`,
    },
  ];
}

function classificationAfter(
  { classification, classification_reason }: IncidentWriteback,
  current: Closing,
): Pick<IncidentFields, "classification" | "classification_reason"> {
  const isClosed = current.status === "closed";
  // A reason belongs to its classification: another one does not inherit it.
  const keepsReason =
    isClosed && (classification ?? current.classification) === current.classification;
  return {
    classification: classification ?? (isClosed ? current.classification : null),
    classification_reason:
      classification_reason ?? (keepsReason ? current.classification_reason : null),
  };
}

/** The request on the incident as it is now: its fields then, and what that changes. Nothing, when it is there already. */
export function mergeWriteback(
  request: IncidentWriteback,
  current: IncidentFields,
): { fields: IncidentFields; changes: FieldChange[] } {
  const status = request.status ?? current.status;
  const closing =
    status === "closed"
      ? classificationAfter(request, current)
      : { classification: null, classification_reason: null };
  const fields: IncidentFields = {
    status,
    severity: request.severity ?? current.severity,
    ...closing,
    owner: ownerAfter(request, current),
    labels: labelsAfter(request, current),
  };
  const before = comparable(current);
  const after = comparable(fields);
  const changes = FIELD_PARTS.flatMap((field): FieldChange[] =>
    isDeepStrictEqual(before[field], after[field])
      ? []
      : [{ field, before: before[field], after: after[field] }],
  );
  return { fields, changes };
}

const FIELD_PARTS = [
  "status",
  "classification",
  "classification_reason",
  "severity",
  "owner",
  "tags",
] as const satisfies readonly WritebackPart[];

const comparable = (fields: IncidentFields): Record<(typeof FIELD_PARTS)[number], Json> => ({
  status: fields.status,
  classification: fields.classification,
  classification_reason: fields.classification_reason,
  severity: fields.severity,
  owner:
    fields.owner?.user_principal_name ??
    fields.owner?.email ??
    fields.owner?.name ??
    fields.owner?.object_id ??
    null,
  tags: fields.labels.map(({ name }) => name),
});

function ownerAfter(
  { owner }: IncidentWriteback,
  current: IncidentFields,
): IncidentFields["owner"] {
  if (owner === undefined) return current.owner;
  if (owner === null) return null;
  const asked = {
    name: null,
    email: owner.email ?? null,
    user_principal_name: owner.user_principal_name ?? null,
    object_id: null,
    ...("object_id" in owner && { object_id: owner.object_id ?? null }),
    ...("name" in owner && { name: owner.name ?? null }),
  };
  const isSame =
    asked.object_id === null
      ? sameText(asked.user_principal_name, current.owner?.user_principal_name)
      : sameText(asked.object_id, current.owner?.object_id);
  return isSame ? current.owner : asked;
}

const sameText = (a: string | null, b: string | null | undefined): boolean =>
  a !== null && a.toLowerCase() === b?.toLowerCase();

function labelsAfter(
  { tags, add_tags = [], remove_tags = [] }: IncidentWriteback,
  { labels }: IncidentFields,
): IncidentFields["labels"] {
  const removed = new Set(remove_tags);
  const kept =
    tags === undefined
      ? labels.filter(({ name }) => !removed.has(name))
      : labels.filter(({ name, is_automatic }) => is_automatic || tags.includes(name));
  const names = new Set(kept.map(({ name }) => name));
  const added = [...new Set(tags ?? add_tags)].filter(
    (name) => !names.has(name) && !removed.has(name),
  );
  return [...kept, ...added.map((name) => ({ name, is_automatic: false }))];
}

/** Whether the request changes fields, besides adding a comment or a task. */
export const changesFields = (request: IncidentWriteback): boolean =>
  partsOf(request).some((part) => part !== "comment" && part !== "task");

/** All that a request asks for, in the order in which it is written. */
export function partsOf(request: IncidentWriteback): WritebackPart[] {
  const { tags, add_tags, remove_tags, comment, task, ...fields } = request;
  const isTagged = tags !== undefined || add_tags !== undefined || remove_tags !== undefined;
  return [
    ...FIELD_PARTS.filter((part) => (part === "tags" ? isTagged : fields[part] !== undefined)),
    ...(comment === undefined ? [] : (["comment"] as const)),
    ...(task === undefined ? [] : (["task"] as const)),
  ];
}

export const openParts = ({
  request,
  written,
}: Pick<WritebackRecord, "request" | "written">): WritebackPart[] =>
  partsOf(request).filter((part) => !written.includes(part));

/** The same id for the same write-back and part: Sentinel then has it once, however often it is sent. */
export function guidOf(...parts: readonly string[]): string {
  const hex = createHash("sha256").update(JSON.stringify(parts)).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

export const fingerprintOf = (request: IncidentWriteback): string =>
  createHash("sha256").update(JSON.stringify(request)).digest("hex");

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
