/** Persistence in the cloud: inbox rules, consents and credentials of applications, and who made them from where. */
import type { Question } from "../question.ts";
import { CLIENT_ADDRESS } from "./clientAddress.ts";

/** Permissions that let an application read or send mail and files, or change the directory. */
const WIDE = `has_any ("Mail.Read", "Mail.ReadWrite", "Mail.Send", "Files.Read", "Files.ReadWrite", "Sites.Read", "Sites.ReadWrite", "full_access_as_app", "EWS.AccessAsUser", "Directory.ReadWrite", "RoleManagement.ReadWrite", "Application.ReadWrite", "MailboxSettings.ReadWrite")`;
/**
 * A row of AuditLogs is about a suspected application when one of its ids stands in what was changed; the directory writes
 * the object's id and, depending on the operation, the application's. A name decides only where no id is known: anybody
 * may name an application as another one is named.
 */
const OF_APPLICATION = `tostring(TargetResources) has_any (_apps) or tostring(AdditionalDetails) has_any (_apps) or tostring(TargetResources[0].displayName) in~ (_appNames)`;

export const PERSISTENCE_QUESTIONS: readonly Question[] = [
  {
    id: "o01",
    family: "persistence_cloud",
    question: "Which inbox rules were made, and do they hide mail or send it away?",
    kql: `OfficeActivity
| where TimeGenerated between (_start .. _end) and UserId in~ (_users)
| where Operation in~ ("New-InboxRule", "Set-InboxRule", "Set-Mailbox")
| mv-expand P = parse_json(Parameters)
| extend Name = tostring(P.Name), Value = tolower(tostring(P.Value))
| extend Outside = Name in ("ForwardTo", "ForwardAsAttachmentTo", "RedirectTo", "ForwardingSmtpAddress", "ForwardingAddress") and Value has "@" and not(Value endswith strcat("@", tolower(tostring(split(UserId, "@")[1]))))
| extend Hides = (Name in ("DeleteMessage", "SoftDeleteMessage") and Value == "true") or (Name == "MoveToFolder" and Value has_any ("RSS", "Conversation History", "Archive", "Deleted Items", "Junk", "Notes", "Sync Issues"))
| summarize Sends = countif(Outside), Conceals = countif(Hides) by TimeGenerated, UserId, Operation, Address = ${CLIENT_ADDRESS}
| extend Kind = iff(Sends > 0, "sends mail outside", iff(Conceals > 0, "hides mail", "sorts mail"))
| project TimeGenerated, UserId, Operation, Address, Kind
| order by TimeGenerated asc`,
    tables: ["OfficeActivity"],
    stretch: "activity",
    needs: ["users"],
    decides: true,
    learns: [{ column: "Address", as: "ips", ifNone: true }],
    findings: [
      {
        id: "o01.sends_away",
        kind: "value",
        isKey: true,
        when: [{ column: "Kind", is: ["sends mail outside"] }],
        text: "{UserId} made a mail rule ({Operation})[ from {Address}] at {TimeGenerated}; it {Kind!}.",
        at: "TimeGenerated",
        entities: { UserId: "account", Address: "ip" },
      },
      {
        id: "o01.hides",
        kind: "value",
        isKey: true,
        when: [{ column: "Kind", is: ["hides mail"] }],
        text: "{UserId} made a mail rule ({Operation})[ from {Address}] at {TimeGenerated}; it {Kind!}.",
        at: "TimeGenerated",
        entities: { UserId: "account", Address: "ip" },
      },
      {
        id: "o01.sorts",
        kind: "value",
        isKey: true,
        text: "{UserId} made a mail rule ({Operation})[ from {Address}] at {TimeGenerated}; it {Kind!}.",
        at: "TimeGenerated",
        entities: { UserId: "account", Address: "ip" },
      },
    ],
    none: { id: "o01.no_rule", text: "No inbox rule of the users is recorded." },
  },
  {
    id: "o04",
    family: "persistence_cloud",
    question: "Which applications were given access, and to what?",
    kql: `AuditLogs
| where TimeGenerated between (_start .. _end) and OperationName has "Consent to application"
| extend Actor = tostring(InitiatedBy.user.userPrincipalName), ActorIP = tostring(InitiatedBy.user.ipAddress), App = tostring(TargetResources[0].displayName), ServicePrincipalId = tostring(TargetResources[0].id)
| where Actor in~ (_users) or ${OF_APPLICATION}
| mv-expand M = TargetResources[0].modifiedProperties
| extend Setting = tostring(M.displayName), Granted = tostring(M.newValue)
| summarize Wide = countif(Setting == "ConsentAction.Permissions" and Granted ${WIDE}), Everyone = countif(Setting == "ConsentContext.IsAdminConsent" and Granted has "True") by TimeGenerated, Actor, ActorIP, App, ServicePrincipalId
| extend Grant = iff(Wide > 0, "mail, files or the directory", "profile data only"), Scope = iff(Everyone > 0, "everybody", "one user")
| project TimeGenerated, Actor, ActorIP, App, Grant, Scope, ServicePrincipalId
| order by TimeGenerated asc`,
    tables: ["AuditLogs"],
    stretch: "activity",
    needs: ["users", "apps", "appNames"],
    decides: true,
    learns: [
      { column: "ServicePrincipalId", as: "apps" },
      { column: "ActorIP", as: "ips", ifNone: true },
    ],
    findings: [
      {
        id: "o04.wide_grant_for_all",
        kind: "value",
        isKey: true,
        when: [
          { column: "Grant", is: ["mail, files or the directory"] },
          { column: "Scope", is: ["everybody"] },
        ],
        text: "{Actor} gave {App} access to {Grant!} of {Scope!}[, from {ActorIP}] at {TimeGenerated}.",
        at: "TimeGenerated",
        entities: { Actor: "account", ActorIP: "ip", App: "cloud_application" },
      },
      {
        id: "o04.wide_grant",
        kind: "value",
        isKey: true,
        when: [{ column: "Grant", is: ["mail, files or the directory"] }],
        text: "{Actor} gave {App} access to {Grant!} of {Scope!}[, from {ActorIP}] at {TimeGenerated}.",
        at: "TimeGenerated",
        entities: { Actor: "account", ActorIP: "ip", App: "cloud_application" },
      },
      {
        id: "o04.small_grant",
        isContext: true,
        kind: "value",
        isKey: true,
        text: "{Actor} gave {App} access to {Grant!} of {Scope!}[, from {ActorIP}] at {TimeGenerated}.",
        at: "TimeGenerated",
        entities: { Actor: "account", ActorIP: "ip", App: "cloud_application" },
      },
    ],
    none: {
      id: "o04.no_consent",
      text: "No consent that gives an application access is recorded for the users.",
    },
  },
  {
    id: "o05",
    family: "persistence_cloud",
    question: "Did the application sign in as itself before?",
    kql: `AADServicePrincipalSignInLogs
| where TimeGenerated between (_base .. _end) and (ServicePrincipalId in~ (_apps) or AppId in~ (_apps)) and ResultType == "0"
| summarize Days = dcountif(bin(TimeGenerated, 1d), TimeGenerated between (_base .. _start)), First = min(TimeGenerated) by AppId, ServicePrincipalName
| extend Use = iff(Days == 0, "new", iff(Days >= 3, "in use", "seldom"))
| project ServicePrincipalName, AppId, Days, First, Use
| order by Days asc`,
    tables: ["AADServicePrincipalSignInLogs"],
    stretch: "before",
    needs: ["apps"],
    decides: true,
    findings: [
      {
        id: "o05.first_used",
        kind: "value",
        isKey: true,
        when: [{ column: "Use", is: ["new"] }],
        text: "{ServicePrincipalName} signed in as itself for the first time in weeks at {First}.",
        at: "First",
        entities: { ServicePrincipalName: "cloud_application" },
      },
      {
        id: "o05.in_use",
        isContext: true,
        kind: "value",
        isKey: true,
        when: [{ column: "Use", is: ["in use"] }],
        text: "{ServicePrincipalName} had been signing in as itself before, on {Days|day} since {First}.",
        entities: { ServicePrincipalName: "cloud_application" },
      },
    ],
    none: {
      id: "o05.new_application",
      isKey: true,
      text: "No sign-in of the application as itself is recorded in the weeks before.",
    },
  },
  {
    id: "o06",
    family: "persistence_cloud",
    question: "Were secrets or certificates added to applications?",
    kql: `AuditLogs
| where TimeGenerated between (_start .. _end)
| where OperationName has_any ("Certificates and secrets management", "Add service principal credentials")
| extend Actor = tostring(InitiatedBy.user.userPrincipalName), ActorIP = tostring(InitiatedBy.user.ipAddress), App = tostring(TargetResources[0].displayName)
| where Actor in~ (_users) or ${OF_APPLICATION}
| project TimeGenerated, OperationName, Actor, ActorIP, App
| order by TimeGenerated asc`,
    tables: ["AuditLogs"],
    stretch: "activity",
    needs: ["users", "apps", "appNames"],
    findings: [
      {
        id: "o06.credentials",
        kind: "value",
        isKey: true,
        text: "At {TimeGenerated} the directory recorded {OperationName} for {App}, done by {Actor}[ from {ActorIP}].",
        at: "TimeGenerated",
        entities: { Actor: "account", ActorIP: "ip" },
      },
    ],
    none: {
      id: "o06.no_credentials",
      text: "No secret or certificate that was added to an application is recorded.",
    },
  },
];
