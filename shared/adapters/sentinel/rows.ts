/** Rows of SecurityIncident and SecurityAlert, mapped into our words. */
import { z } from "zod";

import type { SentinelAlert } from "../../ports/siem.ts";
import { INCIDENT_NUMBER_MAX } from "../../schemas/incidentNumberMax.ts";
import { IncidentStatus, type SentinelIncident } from "../../schemas/incidents.ts";
import type { Json, JsonObject } from "../../schemas/json.ts";
import { Severity } from "../../schemas/severity.ts";
import type { Answer } from "./answers.ts";
import { keptComments } from "./commentSize.ts";
import { isObject, listOf, parsed, textsOf } from "./jsonColumns.ts";

const text = z.string().catch("");
/** A row's time as ISO 8601 in milliseconds, null when it has none. */
const time = z
  .unknown()
  .optional()
  .transform((value) => {
    const date = typeof value === "string" ? new Date(value) : undefined;
    return date === undefined || Number.isNaN(date.getTime()) ? null : date.toISOString();
  });
/**
 * What an undocumented severity counts as: people are told of it, and it stands neither at the top nor at the bottom.
 * Sentinel documents four; "critical" is no fifth of its own, but there is no doubt what it would mean.
 */
const SEVERITY_UNKNOWN = "medium";
const STATUS_UNKNOWN = "new";

/** An open incident has none: the empty text. */
const CLASSIFICATIONS: ReadonlyMap<string, SentinelIncident["classification"]> = new Map([
  ["", null],
  ["truepositive", "true_positive"],
  ["benignpositive", "benign_positive"],
  ["falsepositive", "false_positive"],
  ["undetermined", "undetermined"],
]);

const IncidentRow = z.looseObject({
  // Not coerced as it comes: null would become the incident 0.
  IncidentNumber: z
    .union([z.number(), z.string().regex(/^\s*\d+\s*$/)])
    .transform(Number)
    .pipe(z.int().nonnegative().max(INCIDENT_NUMBER_MAX)),
  Title: text,
  Description: text,
  Severity: text,
  Status: text,
  Classification: text,
  ClassificationReason: text,
  CreatedTime: time,
  LastModifiedTime: time.pipe(z.string()),
  FirstActivityTime: time,
  LastActivityTime: time,
  ClosedTime: time,
  ProviderName: text,
  ProviderIncidentId: z.coerce.string().catch(""),
  IncidentUrl: text,
});

const AlertRow = z.looseObject({
  SystemAlertId: z.string(),
  AlertName: text,
  DisplayName: text,
  AlertSeverity: text,
  Status: text,
  ProductName: text,
  StartTime: time,
  EndTime: time,
  Tactics: text,
});

/** Columns that hold JSON, some of them as text, when they are strings. */
const JSON_COLUMNS = [
  "Owner",
  "RelatedAnalyticRuleIds",
  "AlertIds",
  "BookmarkIds",
  "Comments",
  "Tasks",
  "Labels",
  "AdditionalData",
];

/** The rows of an answer, by column name: services add and move columns. */
export function* namedRows({ columns, rows }: Answer): Generator<JsonObject> {
  for (const row of rows)
    yield Object.fromEntries(columns.map(({ name }, index) => [name, row[index] ?? null]));
}

/**
 * Maps one SecurityIncident row.
 * @throws ZodError when it has no number or no time of change, which no incident lacks.
 */
export function incidentFromRow(raw: JsonObject): SentinelIncident {
  const row = IncidentRow.parse(raw);
  const sentinel: JsonObject = { ...raw };
  for (const column of JSON_COLUMNS) sentinel[column] = parsed(raw[column]);
  sentinel["Comments"] = keptComments(sentinel["Comments"] ?? null);
  const extra = isObject(sentinel["AdditionalData"]) ? sentinel["AdditionalData"] : {};
  const alertIds = textsOf(sentinel["AlertIds"]);
  return {
    number: row.IncidentNumber,
    title: row.Title,
    description: row.Description,
    severity: knownSeverity(row.Severity) ?? SEVERITY_UNKNOWN,
    status: knownStatus(row.Status) ?? STATUS_UNKNOWN,
    classification: knownClassification(row.Classification) ?? null,
    classification_reason: row.ClassificationReason || null,
    owner: ownerOf(sentinel["Owner"]),
    labels: textsOf(
      listOf(sentinel["Labels"]).map((item) =>
        isObject(item) ? (item["labelName"] ?? null) : item,
      ),
    ),
    created_at: row.CreatedTime ?? row.LastModifiedTime,
    last_modified_at: row.LastModifiedTime,
    first_activity_at: row.FirstActivityTime,
    last_activity_at: row.LastActivityTime,
    closed_at: row.ClosedTime,
    source_provider: row.ProviderName,
    source_incident_id: row.ProviderIncidentId,
    incident_url: textOf(extra["providerIncidentUrl"]) ?? row.IncidentUrl,
    alert_ids: alertIds,
    alert_count: countOf(extra["alertsCount"]) ?? alertIds.length,
    tactics: textsOf(extra["tactics"]),
    techniques: textsOf(extra["techniques"]),
    products: textsOf(extra["alertProductNames"]),
    stated: statedValues(row),
    sentinel,
  };
}

/** Who made the row's change, as Sentinel names them; empty when it does not say. */
export const modifiedBy = (raw: JsonObject): string => textOf(raw["ModifiedBy"]) ?? "";

/** Maps one SecurityAlert row. */
export function alertFromRow(raw: JsonObject): SentinelAlert {
  const row = AlertRow.parse(raw);
  const extended = parsed(raw["ExtendedProperties"]);
  const mitre = isObject(extended) ? (textOf(extended["MitreTechniques"]) ?? "") : "";
  const techniques = [...textsOf(raw["Techniques"]), ...mitre.split(/[;,]/)];
  return {
    id: row.SystemAlertId,
    name: row.AlertName || row.DisplayName,
    severity: knownSeverity(row.AlertSeverity) ?? SEVERITY_UNKNOWN,
    ...(knownSeverity(row.AlertSeverity) === undefined && {
      stated_severity: stated(row.AlertSeverity),
    }),
    status: row.Status,
    product: row.ProductName,
    started_at: row.StartTime,
    ended_at: row.EndTime,
    tactics: unique(row.Tactics.split(",")).filter((tactic) => tactic !== "Unknown"),
    techniques: unique(techniques),
    entities: listOf(raw["Entities"]).filter(isObject),
  };
}

/** How long a text of an undocumented value may be. */
const STATED_MAX = 100;
/** What stands for a value that a row does not give. */
const UNSTATED = "not stated";

const stated = (value: string): string => value.slice(0, STATED_MAX) || UNSTATED;

const knownSeverity = (value: string): Severity | undefined =>
  Severity.options.find((known) => known === value.trim().toLowerCase());

const knownStatus = (value: string): IncidentStatus | undefined =>
  IncidentStatus.options.find((known) => known === value.trim().toLowerCase());

const knownClassification = (value: string): SentinelIncident["classification"] | undefined =>
  CLASSIFICATIONS.get(value.trim().toLowerCase());

/** The values of a row that Sentinel never documented, as they stand there. */
function statedValues({
  Severity: severity,
  Status: status,
  Classification: classification,
}: z.infer<typeof IncidentRow>): SentinelIncident["stated"] {
  return {
    ...(knownSeverity(severity) === undefined && { severity: stated(severity) }),
    ...(knownStatus(status) === undefined && { status: stated(status) }),
    ...(knownClassification(classification) === undefined && {
      classification: stated(classification),
    }),
  };
}

/** Why a row is no incident, in words that may be shown; undefined when it is one. */
export function faultOf(raw: JsonObject): string | undefined {
  const parsedRow = IncidentRow.safeParse(raw);
  if (parsedRow.success) return undefined;
  const columns = [...new Set(parsedRow.error.issues.map(({ path }) => String(path[0])))];
  const reasons = columns.map((column) => {
    if (column === "IncidentNumber")
      return `its incident number is missing or not one of Sentinel's, which go to ${INCIDENT_NUMBER_MAX}`;
    if (column === "LastModifiedTime") return "it has no time of change";
    return `its column ${column} cannot be read`;
  });
  return `The row is no incident: ${reasons.join("; ")}.`;
}

const unique = (values: readonly string[]): string[] => [
  ...new Set(values.map((value) => value.trim()).filter((value) => value !== "")),
];

const textOf = (value: Json | undefined): string | null =>
  typeof value === "string" && value !== "" ? value : null;

function countOf(value: Json | undefined): number | undefined {
  const count = typeof value === "string" ? Number(value) : value;
  return typeof count === "number" && Number.isInteger(count) && count >= 0 ? count : undefined;
}

function ownerOf(value: Json | undefined): SentinelIncident["owner"] {
  if (!isObject(value)) return null;
  const owner = {
    name: textOf(value["assignedTo"]),
    email: textOf(value["email"]),
    user_principal_name: textOf(value["userPrincipalName"]),
    object_id: textOf(value["objectId"]),
  };
  return Object.values(owner).every((part) => part === null) ? null : owner;
}
