/** Questions asked of every incident. */
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
| where TimeGenerated between (_base .. _end) and SystemAlertId !in~ (_alertIds)
| summarize arg_max(TimeGenerated, *) by SystemAlertId
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
        text: "Besides this incident, {ProductName} raised {AlertName} with severity {AlertSeverity}; alerts of that name: {Alerts}, the first for activity from {First}.",
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
        text: "Incidents of the same title that were closed as {Classification}: {Incidents}.",
      },
      {
        id: "c04.closed_false",
        kind: "value",
        when: [
          { column: "Classification", is: ["FalsePositive"] },
          { column: "Incidents", at_least: 2 },
        ],
        text: "Incidents of the same title that were closed as {Classification}: {Incidents}.",
      },
      {
        id: "c04.closed_true",
        kind: "value",
        when: [{ column: "Classification", is: ["TruePositive"] }],
        text: "Incidents of the same title that were closed as {Classification}: {Incidents}.",
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
    id: "c06",
    family: "common",
    question: "Do the addresses, domains or hashes match threat intelligence?",
    kql: `ThreatIntelligenceIndicator
| where TimeGenerated between (_base .. _end) and Active == true
| summarize arg_max(TimeGenerated, *) by IndicatorId
| where NetworkIP in (_ips) or FileHashValue in~ (_hashes) or DomainName in~ (_domains) or Url has_any (_domains)
| project IndicatorId, ThreatType, ConfidenceScore, Matched = strcat(NetworkIP, DomainName, Url, FileHashValue)`,
    tables: ["ThreatIntelligenceIndicator"],
    stretch: "all",
    needs: ["ips", "domains", "hashes"],
    decides: true,
    findings: [
      {
        id: "c06.indicator",
        kind: "value",
        isKey: true,
        when: [{ column: "ConfidenceScore", at_least: 50 }],
        text: "Threat intelligence lists {Matched} as {ThreatType} with a confidence of {ConfidenceScore}.",
      },
    ],
    none: {
      id: "c06.no_indicator",
      text: "Threat intelligence lists none of the addresses, domains and hashes.",
    },
  },
  {
    id: "c07",
    family: "common",
    question: "How many different alerts tell of the incident, and how severe are they?",
    kql: `SecurityAlert
| where SystemAlertId in~ (_alertIds)
| summarize arg_max(TimeGenerated, *) by SystemAlertId
| summarize Alerts = count(), Kinds = dcount(AlertName), Products = dcount(ProductName), High = countif(AlertSeverity == "High"), First = min(StartTime), Last = max(EndTime)
| where Alerts > 1`,
    tables: ["SecurityAlert"],
    stretch: "all",
    needs: ["alertIds"],
    findings: [
      {
        id: "c07.many_severe",
        kind: "order",
        isKey: true,
        when: [
          { column: "High", at_least: 3 },
          { column: "Kinds", at_least: 5 },
          { column: "Products", at_least: 2 },
        ],
        text: "The incident has {Alerts} alerts for activity from {First} to {Last} (kinds: {Kinds}, of high severity: {High}, products: {Products}).",
        at: "First",
      },
      {
        id: "c07.alerts",
        kind: "order",
        text: "The incident has {Alerts} alerts for activity from {First} to {Last} (kinds: {Kinds}, of high severity: {High}, products: {Products}).",
        at: "First",
      },
    ],
  },
  {
    id: "c08",
    family: "common",
    question: "Did Defender cut an attack off by itself?",
    kql: `SecurityIncident
| where IncidentNumber == _incident
| summarize arg_max(LastModifiedTime, *) by IncidentNumber
| where Title has "attack disruption"
| project Title, CreatedTime`,
    tables: ["SecurityIncident"],
    stretch: "all",
    needs: ["alertIds"],
    findings: [
      {
        id: "c08.disrupted",
        kind: "value",
        isKey: true,
        text: "Defender cut the attack off by itself, and named the incident {Title} at {CreatedTime}.",
        at: "CreatedTime",
      },
    ],
  },
];
