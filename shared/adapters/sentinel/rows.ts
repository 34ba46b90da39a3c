/** Rows of SecurityIncident and SecurityAlert, mapped into our words. */
import { z } from "zod";

import type { SentinelAlert } from "../../ports/siem.ts";
import type { SentinelIncident } from "../../schemas/incidents.ts";
import type { Json, JsonObject } from "../../schemas/json.ts";
import type { Answer } from "./answers.ts";
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
const severity = z
  .string()
  .transform((value) => value.toLowerCase())
  .pipe(z.enum(["informational", "low", "medium", "high"]))
  .catch("informational");

const CLASSIFICATIONS: Readonly<Record<string, SentinelIncident["classification"]>> = {
  truepositive: "true_positive",
  benignpositive: "benign_positive",
  falsepositive: "false_positive",
  undetermined: "undetermined",
};

const IncidentRow = z.looseObject({
  IncidentNumber: z.coerce.number().int().nonnegative(),
  Title: text,
  Description: text,
  Severity: severity,
  Status: z
    .string()
    .transform((value) => value.toLowerCase())
    .pipe(z.enum(["new", "active", "closed"]))
    .catch("new"),
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
  AlertSeverity: severity,
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
  const extra = isObject(sentinel["AdditionalData"]) ? sentinel["AdditionalData"] : {};
  const alertIds = textsOf(sentinel["AlertIds"]);
  return {
    number: row.IncidentNumber,
    title: row.Title,
    description: row.Description,
    severity: row.Severity,
    status: row.Status,
    classification: CLASSIFICATIONS[row.Classification.toLowerCase()] ?? null,
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
    sentinel,
  };
}

/** Maps one SecurityAlert row. */
export function alertFromRow(raw: JsonObject): SentinelAlert {
  const row = AlertRow.parse(raw);
  const extended = parsed(raw["ExtendedProperties"]);
  const mitre = isObject(extended) ? (textOf(extended["MitreTechniques"]) ?? "") : "";
  const techniques = [...textsOf(raw["Techniques"]), ...mitre.split(/[;,]/)];
  return {
    id: row.SystemAlertId,
    name: row.AlertName || row.DisplayName,
    severity: row.AlertSeverity,
    status: row.Status,
    product: row.ProductName,
    started_at: row.StartTime,
    ended_at: row.EndTime,
    tactics: unique(row.Tactics.split(",")).filter((tactic) => tactic !== "Unknown"),
    techniques: unique(techniques),
    entities: listOf(raw["Entities"]).filter(isObject),
  };
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
