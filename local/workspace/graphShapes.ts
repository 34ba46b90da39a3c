/** Incidents and alerts as Microsoft Graph security shows them: Defender's numbers and words. */
import type { JsonObject } from "../../shared/schemas/json.ts";
import type { Row } from "./rows/row.ts";
import { bagOf, listOf, textOf } from "./workspaceRows.ts";

export const CLASSIFICATIONS: Readonly<Record<string, string>> = {
  TruePositive: "truePositive",
  FalsePositive: "falsePositive",
  BenignPositive: "informationalExpectedActivity",
  Undetermined: "unknown",
};
const STATUSES: Readonly<Record<string, string>> = {
  New: "active",
  Active: "inProgress",
  Closed: "resolved",
};
const DETERMINATIONS: Readonly<Record<string, string>> = {
  TruePositive: "other",
  FalsePositive: "notMalicious",
  BenignPositive: "confirmedUserActivity",
};

/** The incident that this one was merged into; undefined while it stands for itself. */
export const redirectOf = (row: Row): string | undefined => {
  const url = textOf(bagOf(row["AdditionalData"])["mergedIncidentUrl"]);
  return /\/incidents\/(\d+)/.exec(url)?.[1];
};

export function graphIncident(tenantId: string, row: Row): JsonObject {
  const owner = bagOf(row["Owner"]);
  const classification = textOf(row["Classification"]);
  const redirect = redirectOf(row);
  const id = textOf(row["ProviderIncidentId"]);
  return {
    id,
    tenantId,
    status: redirect === undefined ? (STATUSES[textOf(row["Status"])] ?? "active") : "redirected",
    redirectIncidentId: redirect ?? null,
    incidentWebUrl: `https://security.microsoft.com/incidents/${id}?tid=${tenantId}`,
    displayName: textOf(row["Title"]),
    description: textOf(row["Description"]),
    severity: textOf(row["Severity"]).toLowerCase(),
    classification: CLASSIFICATIONS[classification] ?? "unknown",
    determination: DETERMINATIONS[classification] ?? "unknown",
    assignedTo: textOf(owner["userPrincipalName"]) || null,
    createdDateTime: textOf(row["CreatedTime"]),
    lastUpdateDateTime: textOf(row["LastModifiedTime"]),
    lastModifiedBy: textOf(row["ModifiedBy"]),
    customTags: listOf(row["Labels"]).map((label) => textOf(bagOf(label)["labelName"])),
    systemTags: [],
    comments: listOf(row["Comments"]).map((one) => graphComment(bagOf(one))),
    resolvingComment: textOf(row["ClassificationComment"]) || null,
    summary: null,
  };
}

export const graphComment = (comment: JsonObject): JsonObject => ({
  "@odata.type": "#microsoft.graph.security.alertComment",
  comment: textOf(comment["message"]),
  createdByDisplayName: textOf(bagOf(comment["author"])["name"]),
  createdDateTime: textOf(comment["createdTimeUtc"]),
});

const SOURCES: Readonly<Record<string, string>> = {
  MDATP: "microsoftDefenderForEndpoint",
  OATP: "microsoftDefenderForOffice365",
  MCAS: "microsoftDefenderForCloudApps",
  IPC: "azureAdIdentityProtection",
  AATP: "microsoftDefenderForIdentity",
  MicrosoftThreatProtection: "microsoft365Defender",
};
const ALERT_STATUSES: Readonly<Record<string, string>> = {
  New: "new",
  InProgress: "inProgress",
  Resolved: "resolved",
};

export function graphAlert(tenantId: string, row: Row): JsonObject {
  const extended = bagOf(row["ExtendedProperties"]);
  const id = `da${textOf(row["VendorOriginalId"])}`;
  const incidentId = textOf(extended["IncidentId"]);
  const created = textOf(row["ProcessingEndTime"]);
  return {
    id,
    providerAlertId: textOf(row["VendorOriginalId"]),
    incidentId,
    tenantId,
    title: textOf(row["AlertName"]),
    description: textOf(row["Description"]),
    category: textOf(row["Tactics"]).split(",")[0] ?? "",
    status: ALERT_STATUSES[textOf(row["Status"])] ?? "unknown",
    severity: textOf(row["AlertSeverity"]).toLowerCase(),
    classification: null,
    determination: null,
    assignedTo: null,
    serviceSource: SOURCES[textOf(row["ProviderName"])] ?? "unknownFutureValue",
    productName: textOf(row["ProductName"]),
    detectionSource: "microsoftDefenderForEndpoint",
    detectorId: textOf(row["AlertType"]),
    mitreTechniques: listOf(row["Techniques"]),
    createdDateTime: created,
    lastUpdateDateTime: textOf(row["TimeGenerated"]),
    firstActivityDateTime: textOf(row["StartTime"]),
    lastActivityDateTime: textOf(row["EndTime"]),
    resolvedDateTime: null,
    alertWebUrl: `https://security.microsoft.com/alerts/${id}?tid=${tenantId}`,
    incidentWebUrl: `https://security.microsoft.com/incidents/${incidentId}?tid=${tenantId}`,
    comments: [],
    evidence: evidenceOf(listOf(row["Entities"]).map(bagOf), created),
  };
}

/** Fields of the evidence kinds that the product reads; others are left out. */
const EVIDENCE: Readonly<Record<string, (entity: JsonObject) => JsonObject>> = {
  account: (entity) => ({
    "@odata.type": "#microsoft.graph.security.userEvidence",
    userAccount: {
      accountName: entity["Name"] ?? null,
      domainName: entity["NTDomain"] ?? null,
      userSid: entity["Sid"] ?? null,
      azureAdUserId: entity["AadUserId"] ?? null,
      userPrincipalName: entity["UserPrincipalName"] ?? null,
      displayName: entity["DisplayName"] ?? null,
    },
  }),
  host: (entity) => ({
    "@odata.type": "#microsoft.graph.security.deviceEvidence",
    deviceDnsName: entity["FQDN"] ?? null,
    mdeDeviceId: entity["MdatpDeviceId"] ?? null,
    azureAdDeviceId: entity["AadDeviceId"] ?? null,
    osPlatform: entity["OSFamily"] ?? null,
  }),
  ip: (entity) => ({
    "@odata.type": "#microsoft.graph.security.ipEvidence",
    ipAddress: entity["Address"] ?? null,
  }),
  url: (entity) => ({
    "@odata.type": "#microsoft.graph.security.urlEvidence",
    url: entity["Url"] ?? null,
  }),
  file: (entity) => ({
    "@odata.type": "#microsoft.graph.security.fileEvidence",
    fileDetails: { fileName: entity["Name"] ?? null, filePath: entity["Directory"] ?? null },
  }),
  process: (entity) => ({
    "@odata.type": "#microsoft.graph.security.processEvidence",
    processId: Number(entity["ProcessId"] ?? 0),
    processCommandLine: entity["CommandLine"] ?? null,
  }),
  mailmessage: (entity) => ({
    "@odata.type": "#microsoft.graph.security.analyzedMessageEvidence",
    networkMessageId: entity["NetworkMessageId"] ?? null,
    recipientEmailAddress: entity["Recipient"] ?? null,
    subject: entity["Subject"] ?? null,
    senderIp: entity["SenderIP"] ?? null,
  }),
  "oauth-application": (entity) => ({
    "@odata.type": "#microsoft.graph.security.oauthApplicationEvidence",
    appId: entity["OAuthAppId"] ?? null,
    displayName: entity["OAuthAppName"] ?? null,
  }),
};

function evidenceOf(entities: readonly JsonObject[], createdDateTime: string): JsonObject[] {
  return entities.flatMap((entity) => {
    const shape = EVIDENCE[textOf(entity["Type"]).toLowerCase()];
    if (shape === undefined) return [];
    const common = {
      createdDateTime,
      verdict: "suspicious",
      remediationStatus: "none",
      roles: [],
      detailedRoles: [],
      tags: [],
    };
    return [{ ...common, ...shape(entity) }];
  });
}
