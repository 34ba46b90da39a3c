/** Incidents, alerts and entities as Resource Manager shows them: camelCase, ids as paths. */
import { createHash } from "node:crypto";

import type { Json, JsonObject } from "../../shared/schemas/json.ts";
import { etagOf } from "./caseBook.ts";
import type { Row } from "./rows/row.ts";
import { bagOf, listOf, textOf } from "./workspaceRows.ts";

/** Left out when the table has nothing there. */
const some = (name: string, value: Json | undefined): JsonObject =>
  value === undefined || value === null || value === "" ? {} : { [name]: value };

/** @param base path of the workspace */
export function armIncident(base: string, row: Row): JsonObject {
  const name = textOf(row["IncidentName"]);
  const additional = bagOf(row["AdditionalData"]);
  return {
    id: `${base}/providers/Microsoft.SecurityInsights/Incidents/${name}`,
    name,
    etag: etagOf(row),
    type: "Microsoft.SecurityInsights/Incidents",
    properties: {
      title: textOf(row["Title"]),
      ...some("description", row["Description"]),
      severity: textOf(row["Severity"]),
      status: textOf(row["Status"]),
      ...some("classification", row["Classification"]),
      ...some("classificationReason", row["ClassificationReason"]),
      ...some("classificationComment", row["ClassificationComment"]),
      owner: bagOf(row["Owner"]),
      labels: listOf(row["Labels"]),
      ...some("firstActivityTimeUtc", row["FirstActivityTime"]),
      ...some("lastActivityTimeUtc", row["LastActivityTime"]),
      lastModifiedTimeUtc: textOf(row["LastModifiedTime"]),
      createdTimeUtc: textOf(row["CreatedTime"]),
      incidentNumber: Number(row["IncidentNumber"]),
      additionalData: additional,
      relatedAnalyticRuleIds: listOf(row["RelatedAnalyticRuleIds"]).map(
        (id) => `${base}/providers/Microsoft.SecurityInsights/alertRules/${textOf(id)}`,
      ),
      incidentUrl: textOf(row["IncidentUrl"]),
      providerName: textOf(row["ProviderName"]),
      providerIncidentId: textOf(row["ProviderIncidentId"]),
    },
  };
}

export function armAlert(base: string, row: Row): JsonObject {
  const id = textOf(row["SystemAlertId"]);
  return {
    id: `${base}/providers/Microsoft.SecurityInsights/Entities/${id}`,
    name: id,
    type: "Microsoft.SecurityInsights/Entities",
    kind: "SecurityAlert",
    properties: {
      systemAlertId: id,
      alertDisplayName: textOf(row["AlertName"]),
      friendlyName: textOf(row["AlertName"]),
      description: textOf(row["Description"]),
      severity: textOf(row["AlertSeverity"]),
      status: textOf(row["Status"]),
      vendorName: textOf(row["VendorName"]),
      productName: textOf(row["ProductName"]),
      alertType: textOf(row["AlertType"]),
      providerAlertId: textOf(row["VendorOriginalId"]),
      startTimeUtc: textOf(row["StartTime"]),
      endTimeUtc: textOf(row["EndTime"]),
      processingEndTime: textOf(row["ProcessingEndTime"]),
      timeGenerated: textOf(row["TimeGenerated"]),
      tactics: textOf(row["Tactics"])
        .split(",")
        .filter((tactic) => tactic !== ""),
      additionalData: bagOf(row["ExtendedProperties"]),
      resourceIdentifiers: [],
    },
  };
}

const KINDS: Readonly<Record<string, string>> = {
  account: "Account",
  host: "Host",
  ip: "Ip",
  url: "Url",
  file: "File",
  filehash: "FileHash",
  process: "Process",
  mailmessage: "MailMessage",
  mailbox: "Mailbox",
  "cloud-application": "CloudApplication",
};
/** Names of properties that are more than the first letter away from those of the table. */
const NAMES: Readonly<Record<string, string>> = { Name: "accountName", UPNSuffix: "upnSuffix" };

/** The entities of alerts, each once; kinds that the service does not show are left out. */
export function armEntities(base: string, alerts: readonly Row[]): JsonObject[] {
  const entities = new Map<string, JsonObject>();
  for (const item of alerts.flatMap((alert) => listOf(alert["Entities"]))) {
    const { Type, $id: _, ...rest } = bagOf(item);
    const kind = KINDS[textOf(Type).toLowerCase()];
    if (kind === undefined) continue;
    const plain = Object.entries(rest).filter(([, value]) => typeof value !== "object");
    const properties = Object.fromEntries(
      plain.map(([key, value]) => [propertyName(kind, key), value]),
    );
    const friendlyName = textOf(
      rest["UserPrincipalName"] ??
        rest["HostName"] ??
        rest["Address"] ??
        rest["Url"] ??
        rest["Name"],
    );
    const name = guidOf(`${kind}/${JSON.stringify(properties)}`);
    entities.set(name, {
      id: `${base}/providers/Microsoft.SecurityInsights/Entities/${name}`,
      name,
      type: "Microsoft.SecurityInsights/Entities",
      kind,
      properties: { ...properties, friendlyName },
    });
  }
  return [...entities.values()];
}

const propertyName = (kind: string, key: string): string =>
  (kind === "Account" ? NAMES[key] : undefined) ??
  (kind === "File" && key === "Name" ? "fileName" : key.charAt(0).toLowerCase() + key.slice(1));

/** The same id for the same text. */
function guidOf(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
