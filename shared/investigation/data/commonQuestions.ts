/** Questions asked of every incident: its alerts, others like it, who the users are. */
import type { Question } from "../question.ts";

export const COMMON_QUESTIONS: readonly Question[] = [
  {
    id: "c01",
    family: "common",
    question: "Which alerts make up the incident, from which products, in what order?",
    kql: `SecurityAlert
| where SystemAlertId in~ (_alertIds)
| summarize arg_max(TimeGenerated, *) by SystemAlertId
| project StartTime, AlertName, AlertSeverity, ProductName, SystemAlertId
| order by StartTime asc`,
    tables: ["SecurityAlert"],
    stretch: "all",
    needs: ["alertIds"],
    findings: [
      {
        id: "c01.alert",
        kind: "value",
        text: "{ProductName} raised the alert {AlertName} with severity {AlertSeverity} for activity from {StartTime}.",
        max: 5,
        at: "StartTime",
      },
    ],
  },
  {
    id: "c02",
    family: "common",
    question: "Which accounts do the alerts' user ids belong to?",
    kql: `SigninLogs
| where TimeGenerated between (_base .. _end) and UserId in~ (_userIds)
| summarize Signins = count() by UserPrincipalName = tolower(UserPrincipalName), UserId
| order by Signins desc`,
    tables: ["SigninLogs"],
    stretch: "all",
    needs: ["userIds"],
    learns: [{ column: "UserPrincipalName", as: "users" }],
    findings: [],
  },
  {
    id: "c03",
    family: "common",
    question: "What other alerts touched the same users or addresses?",
    kql: `SecurityAlert
| where SystemAlertId !in~ (_alertIds)
| summarize arg_max(TimeGenerated, *) by SystemAlertId
| where StartTime between (_base .. _end)
| where Entities has_any (_users) or Entities has_any (_ips)
| summarize Alerts = count(), First = min(StartTime) by AlertName, AlertSeverity, ProductName
| order by Alerts desc`,
    tables: ["SecurityAlert"],
    stretch: "all",
    needs: ["users", "ips"],
    findings: [
      {
        id: "c03.other_alert",
        kind: "value",
        text: "{ProductName} raised {Alerts|other alert} {AlertName} about the same users or addresses outside of this incident, with severity {AlertSeverity}, the first for activity from {First}.",
      },
    ],
    none: {
      id: "c03.no_other_alert",
      text: "No other alert named the same users or addresses.",
    },
  },
  {
    id: "c04",
    family: "common",
    question: "Were incidents of the same title closed before, and how?",
    kql: `let titles = SecurityIncident
| where IncidentNumber == _incident
| distinct Title;
SecurityIncident
| where TimeGenerated between (_base .. _end)
| summarize arg_max(LastModifiedTime, *) by IncidentNumber
| where IncidentNumber != _incident and Title in (titles) and Status == "Closed"
| summarize Incidents = count() by Classification, ClassificationReason
| order by Incidents desc`,
    tables: ["SecurityIncident"],
    stretch: "all",
    needs: ["alertIds"],
    findings: [
      {
        id: "c04.closed_benign",
        kind: "value",
        when: [
          { column: "Classification", is: ["BenignPositive"] },
          { column: "Incidents", at_least: 2 },
        ],
        text: "{Incidents|other incident} of the same title had been closed as {Classification}.",
      },
      {
        id: "c04.closed_false",
        kind: "value",
        when: [
          { column: "Classification", is: ["FalsePositive"] },
          { column: "Incidents", at_least: 2 },
        ],
        text: "{Incidents|other incident} of the same title had been closed as {Classification}.",
      },
      {
        id: "c04.closed_true",
        kind: "value",
        when: [{ column: "Classification", is: ["TruePositive"] }],
        text: "{Incidents|other incident} of the same title had been closed as {Classification}.",
      },
    ],
  },
  {
    id: "c05",
    family: "common",
    question: "Who are the users?",
    kql: `IdentityInfo
| where TimeGenerated between (_base .. _end) and AccountUPN in~ (_users)
| summarize arg_max(TimeGenerated, *) by AccountUPN
| project AccountUPN, Department, JobTitle, IsAccountEnabled`,
    tables: ["IdentityInfo"],
    stretch: "all",
    needs: ["users"],
    findings: [
      {
        id: "c05.user",
        kind: "value",
        when: [{ column: "JobTitle", isNot: ["", null] }],
        text: "{AccountUPN} works as {JobTitle} in {Department}.",
        max: 2,
      },
    ],
  },
  {
    id: "c07",
    family: "common",
    question: "How many different alerts tell of the incident, and how severe are they?",
    kql: `SecurityAlert
| where SystemAlertId in~ (_alertIds)
| summarize arg_max(TimeGenerated, *) by SystemAlertId
| summarize Alerts = count(), Kinds = dcount(AlertName), Products = dcount(ProductName), High = countif(AlertSeverity == "High"), First = min(StartTime), Last = max(EndTime)
| extend Listed = array_length(_alertIds), Held = iff(Alerts == 0, "none", "some")
| where Alerts != 1 or Listed > 1`,
    tables: ["SecurityAlert"],
    stretch: "all",
    needs: ["alertIds"],
    findings: [
      {
        id: "c07.none_held",
        kind: "value",
        isKey: true,
        when: [{ column: "Held", is: ["none"] }],
        text: "Of {Listed|alert} that the incident lists the workspace holds {Held!}.",
      },
      {
        id: "c07.many_severe",
        kind: "order",
        isKey: true,
        when: [
          { column: "High", at_least: 3 },
          { column: "Kinds", at_least: 5 },
          { column: "Products", at_least: 2 },
        ],
        text: "Of {Listed|alert} that the incident lists the workspace holds {Alerts}, for activity from {First} to {Last}: {Kinds|kind} from {Products|product}, {High} of high severity.",
        at: "First",
      },
      {
        id: "c07.alerts",
        kind: "order",
        text: "Of {Listed|alert} that the incident lists the workspace holds {Alerts}, for activity from {First} to {Last}: {Kinds|kind} from {Products|product}, {High} of high severity.",
        at: "First",
      },
    ],
  },
  {
    id: "c08",
    family: "common",
    question: "What does Sentinel say of the incident itself?",
    kql: `SecurityIncident
| where IncidentNumber == _incident
| summarize arg_max(LastModifiedTime, *) by IncidentNumber
| extend Alerts = coalesce(array_length(AlertIds), 0), Merged = tostring(Labels) has "Redirected", Disrupted = iff(Title has "attack disruption" and ProviderName in~ ("Microsoft XDR", "Microsoft 365 Defender"), "yes", "no")
| extend Standing = iff(Alerts > 0, "has alerts", iff(Merged, "merged into another incident", "has no alerts"))
| project Title, Severity, Alerts, Standing, Disrupted`,
    tables: ["SecurityIncident"],
    stretch: "all",
    needs: [],
    findings: [
      {
        id: "c08.merged",
        kind: "value",
        isKey: true,
        when: [{ column: "Standing", is: ["merged into another incident"] }],
        text: "The incident {Title} was {Standing!}, which holds its alerts now.",
      },
      {
        id: "c08.no_alerts",
        kind: "value",
        isKey: true,
        when: [{ column: "Standing", is: ["has no alerts"] }],
        text: "The incident {Title} of severity {Severity} lists {Alerts} alerts, so there is nothing to ask the logs about.",
      },
      {
        id: "c08.disrupted",
        kind: "value",
        isKey: true,
        when: [{ column: "Disrupted", is: ["yes"] }],
        text: "Defender marks the incident as one whose attack it disrupted by itself: {Title}.",
      },
      {
        id: "c08.incident",
        kind: "value",
        text: "The incident {Title} of severity {Severity} lists {Alerts|alert}.",
      },
    ],
  },
];
