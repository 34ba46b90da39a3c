/** One question for each thing that can be counted: asked when the person's own question has a condition about it. */
import { COUNTED_KINDS } from "../../domain/countedKinds.ts";
import type { Question } from "../question.ts";

const INTERRUPTS = `"0", "50125", "50140", "70043", "70044"`;

const only = (list: string, filter: string): string =>
  `| where array_length(_asked${list}) == 0 or ${filter}`;
const users = (column: string): string => only("Users", `${column} in~ (_askedUsers)`);
const ips = (column: string): string => only("Ips", `${column} in (_askedIps)`);
const hosts = (column: string): string =>
  only(
    "Hosts",
    `${column} in~ (_askedHosts) or tostring(split(${column}, ".")[0]) in~ (_askedHosts)`,
  );
const files = (column: string): string => only("Files", `${column} in~ (_askedFiles)`);
const domains = (column: string): string => only("Domains", `${column} has_any (_askedDomains)`);
/** Device logs have the whole name of a user where they know it, else the part before the domain. */
const people = (prefix = ""): string =>
  only(
    "Names",
    `${prefix}AccountUpn in~ (_askedNames) or (isempty(${prefix}AccountUpn) and ${prefix}AccountName in~ (_askedNames))`,
  );
const hashes = only(
  "Hashes",
  "SHA256 in~ (_askedHashes) or SHA1 in~ (_askedHashes) or MD5 in~ (_askedHashes)",
);

const SIGNINS = [users("UserPrincipalName"), ips("IPAddress")];
const LOGONS = [
  hosts("DeviceName"),
  only("Names", "AccountName in~ (_askedNames)"),
  ips("RemoteIP"),
];
const MAILS_TO = [users("RecipientEmailAddress"), domains("SenderFromDomain")];
const FILES = [hosts("DeviceName"), people("InitiatingProcess"), files("FileName"), hashes];
/** An alert names people by two parts of an entity; a person, an address and a machine must all be named by it. */
const alerts = (filter: string): string[] => [
  "| summarize arg_max(TimeGenerated, *) by SystemAlertId",
  filter,
  `| extend Named = iff(array_length(todynamic(Entities)) > 0, todynamic(Entities), dynamic([{}]))`,
  "| mv-expand Entity = Named",
  `| extend User = strcat(tostring(Entity.Name), "@", tostring(Entity.UPNSuffix)), Host = tostring(Entity.HostName)`,
  `| summarize TimeGenerated = max(TimeGenerated), Users = countif(User in~ (_askedUsers) or Entities has_any (_askedUsers)), Ips = countif(tostring(Entity.Address) in (_askedIps)), Hosts = countif(Host in~ (_askedHosts) or strcat(Host, ".", tostring(Entity.DnsDomain)) in~ (_askedHosts)) by SystemAlertId`,
  ...["Users", "Ips", "Hosts"].map((list) => only(list, `${list} > 0`)),
];
const incidents = (filter: string): string[] => [
  "| summarize arg_max(LastModifiedTime, *) by IncidentNumber",
  "| where CreatedTime between (_start .. _end)",
  filter,
  "| extend TimeGenerated = CreatedTime",
];
const audited = (operation: string): string[] => [
  `| where OperationName has "${operation}"`,
  only(
    "Users",
    "tostring(InitiatedBy) has_any (_askedUsers) or tostring(TargetResources) has_any (_askedUsers)",
  ),
];
const HIGH_ALERT = `| where AlertSeverity == "High"`;

/** What narrows the rows of the table down to those that are counted. */
const NARROWED: Readonly<Record<string, readonly string[]>> = {
  signins_failed: [`| where ResultType !in (${INTERRUPTS})`, ...SIGNINS],
  signins_succeeded: [`| where ResultType == "0"`, ...SIGNINS],
  signins: SIGNINS,
  logons_failed: [`| where ActionType == "LogonFailed"`, ...LOGONS],
  logons_succeeded: [`| where ActionType == "LogonSuccess"`, ...LOGONS],
  logons: LOGONS,
  alerts: alerts("| where isnotempty(SystemAlertId)"),
  alerts_high: alerts(HIGH_ALERT),
  incidents: incidents("| where isnotempty(Title)"),
  incidents_high: incidents(`| where Severity == "High"`),
  processes: [hosts("DeviceName"), people(), files("FileName"), hashes],
  mails_blocked: [`| where DeliveryAction == "Blocked"`, ...MAILS_TO],
  mails_delivered: [`| where DeliveryAction == "Delivered"`, ...MAILS_TO],
  mails_sent: [users("SenderFromAddress")],
  mails: MAILS_TO,
  clicks: [users("AccountUpn"), domains("Url")],
  connections: [
    hosts("DeviceName"),
    ips("RemoteIP"),
    domains("RemoteUrl"),
    people("InitiatingProcess"),
    files("InitiatingProcessFileName"),
  ],
  files_created: [`| where ActionType == "FileCreated"`, ...FILES],
  files_deleted: [`| where ActionType == "FileDeleted"`, ...FILES],
  files_renamed: [`| where ActionType == "FileRenamed"`, ...FILES],
  files_modified: [`| where ActionType == "FileModified"`, ...FILES],
  downloads: [`| where Operation in ("FileDownloaded", "FileSyncDownloadedFull")`, users("UserId")],
  inbox_rules: [
    `| where Operation in ("New-InboxRule", "Set-InboxRule", "UpdateInboxRules")`,
    users("UserId"),
  ],
  role_assignments: audited("member to role"),
  consents: audited("Consent to application"),
  rows_SigninLogs: SIGNINS.toReversed(),
  rows_AADNonInteractiveUserSignInLogs: SIGNINS,
  rows_AzureActivity: [ips("CallerIpAddress")],
  rows_OfficeActivity: [users("UserId")],
  rows_SecurityEvent: [hosts("Computer")],
  rows_CommonSecurityLog: [only("Ips", "SourceIP in (_askedIps) or DestinationIP in (_askedIps)")],
  rows_Syslog: [hosts("Computer")],
  rows_EmailEvents: [
    only("Users", "RecipientEmailAddress in~ (_askedUsers) or SenderFromAddress in~ (_askedUsers)"),
  ],
  rows_CloudAppEvents: [ips("IPAddress")],
  rows_DeviceProcessEvents: [hosts("DeviceName")],
  rows_DeviceNetworkEvents: [hosts("DeviceName")],
  rows_DeviceFileEvents: [hosts("DeviceName")],
  rows_DeviceLogonEvents: [hosts("DeviceName")],
  rows_DeviceRegistryEvents: [hosts("DeviceName")],
};

export const CONDITION_QUESTIONS: readonly Question[] = COUNTED_KINDS.map(
  ({ id, one, many, table }): Question => ({
    id: conditionQuestionId(id),
    family: "condition",
    question: `How many ${many} were there?`,
    kql: [
      table,
      "| where TimeGenerated between (_start .. _end)",
      ...(NARROWED[id] ?? []),
      "| summarize Count = count(), First = min(TimeGenerated), Last = max(TimeGenerated)",
      "| where Count > 0",
    ].join("\n"),
    tables: [table],
    stretch: "activity",
    needs: [],
    findings: [
      {
        id: `${conditionQuestionId(id)}.count`,
        kind: "count",
        isKey: true,
        counted: "Count",
        text: `Of the ${many} that were asked about there are {Count}: the first at {First}, the last at {Last}.`,
      },
    ],
    none: {
      id: `${conditionQuestionId(id)}.none`,
      isKey: true,
      text: `There is no ${one} such as was asked about.`,
    },
  }),
);

/** The question that counts what a condition is about. @param counted its id in COUNTED_KINDS. */
export function conditionQuestionId(counted: string): string {
  return `asked_${counted}`;
}
