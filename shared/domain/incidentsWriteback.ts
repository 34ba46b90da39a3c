/** Decisions about changes that are written back to Sentinel: whether they may be, what it accepts, what they come to. */
import { isDeepStrictEqual } from "node:util";

import type {
  Classification,
  ClassificationReason,
  FieldChange,
  IncidentFields,
  IncidentWriteback,
  WritebackRecord,
} from "../schemas/incidentsWriteback.ts";
import type { Json } from "../schemas/json.ts";
import type { SiemProvider } from "../schemas/providers.ts";
import type { WritebackPart } from "../schemas/writebackMark.ts";
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

/** @throws AppError `invalid-fields` that names the pairs which Sentinel takes. */
export function refuseClosing(request: IncidentWriteback, current: Closing): void {
  const errors = closingErrors(request, current);
  if (errors.length > 0) throw new AppError("invalid-fields", errors[0]?.detail ?? "", { errors });
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

/** Without comment and task: what is one change of the incident. */
export const fieldPartsOf = (request: IncidentWriteback): WritebackPart[] =>
  partsOf(request).filter((part) => part !== "comment" && part !== "task");
