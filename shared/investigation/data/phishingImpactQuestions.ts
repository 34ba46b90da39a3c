/** Phishing mail: who clicked, and what followed. */
import type { Question } from "../question.ts";

export const PHISHING_IMPACT_QUESTIONS: readonly Question[] = [
  {
    id: "p06",
    family: "phishing",
    question: "Did anybody click, and was the click let through?",
    kql: `UrlClickEvents
| where TimeGenerated between (_start .. _end)
| where NetworkMessageId in~ (_mailIds) or Url in~ (_urls)
| summarize Clicks = count(), First = min(TimeGenerated) by AccountUpn, Url, ActionType, IsClickedThrough, IPAddress
| order by First asc`,
    tables: ["UrlClickEvents"],
    stretch: "activity",
    needs: ["mailIds", "urls"],
    decides: true,
    learns: [{ column: "AccountUpn", as: "users" }],
    findings: [
      {
        id: "p06.clicked",
        kind: "value",
        isKey: true,
        when: [{ column: "IsClickedThrough", is: [true] }],
        text: "{AccountUpn} opened {Url} at {First}; the click counts as {ActionType}.",
        at: "First",
        entities: { AccountUpn: "account", Url: "url" },
      },
      {
        id: "p06.click_blocked",
        kind: "value",
        isKey: true,
        when: [{ column: "IsClickedThrough", is: [false] }],
        text: "{AccountUpn} tried to open {Url} at {First}; the click counts as {ActionType}.",
        at: "First",
        entities: { AccountUpn: "account", Url: "url" },
      },
    ],
    none: { id: "p06.no_click", isKey: true, text: "No click on the links is recorded." },
  },
  {
    id: "p07",
    family: "phishing",
    question: "Were messages removed after delivery?",
    kql: `EmailPostDeliveryEvents
| where TimeGenerated between (_start .. _end) and NetworkMessageId in~ (_mailIds)
| project TimeGenerated, RecipientEmailAddress, ActionType, ActionResult, DeliveryLocation
| order by TimeGenerated asc`,
    tables: ["EmailPostDeliveryEvents"],
    stretch: "activity",
    needs: ["mailIds"],
    findings: [
      {
        id: "p07.removed",
        kind: "value",
        when: [{ column: "ActionResult", is: ["Success"] }],
        text: "{ActionType} moved the message of {RecipientEmailAddress} to {DeliveryLocation} at {TimeGenerated}.",
        at: "TimeGenerated",
      },
      {
        id: "p07.not_removed",
        kind: "value",
        isKey: true,
        when: [{ column: "ActionResult", isNot: ["Success"] }],
        text: "{ActionType} for the message of {RecipientEmailAddress} at {TimeGenerated} ended with {ActionResult}; it is in {DeliveryLocation}.",
        at: "TimeGenerated",
      },
    ],
    none: {
      id: "p07.nothing_removed",
      text: "No removal of a message after delivery is recorded.",
    },
  },
  {
    id: "p10",
    family: "phishing",
    question: "Did devices open the link's domain after the messages came?",
    kql: `let sent = toscalar(EmailEvents
| where TimeGenerated between (_start .. _end) and NetworkMessageId in~ (_mailIds)
| summarize min(TimeGenerated));
let days = toscalar(DeviceNetworkEvents
| where TimeGenerated between (_base .. _start) and RemoteUrl has_any (_domains)
| summarize dcount(bin(TimeGenerated, 1d)));
DeviceNetworkEvents
| where TimeGenerated between (_start .. _end) and TimeGenerated >= coalesce(sent, _start)
| where RemoteUrl has_any (_domains) or RemoteUrl in~ (_urls)
| extend Place = iff(days >= 3, "usual", "new")
| summarize Connections = count(), First = min(TimeGenerated) by DeviceName, InitiatingProcessFileName, RemoteUrl, Place
| order by First asc`,
    tables: ["DeviceNetworkEvents", "EmailEvents"],
    stretch: "activity",
    needs: ["domains"],
    findings: [
      {
        // Devices open such a domain every week: who did so now need not have followed the link.
        id: "p10.usual",
        isContext: true,
        kind: "value",
        when: [{ column: "Place", is: ["usual"] }],
        text: "{DeviceName} connected to {RemoteUrl} with {InitiatingProcessFileName} at {First}; for the company the place is {Place}.",
        at: "First",
        entities: { DeviceName: "host" },
      },
      {
        id: "p10.connected",
        kind: "value",
        text: "{DeviceName} connected to {RemoteUrl} with {InitiatingProcessFileName} at {First}.",
        at: "First",
        entities: { DeviceName: "host" },
      },
    ],
    none: {
      id: "p10.no_connection",
      text: "No connection of a device to the link's domain is recorded since.",
    },
  },
  {
    id: "p11",
    family: "phishing",
    question:
      "Was somebody who clicked signed in within two hours from a new address, on no known device?",
    kql: `let clicks = UrlClickEvents
| where TimeGenerated between (_start .. _end) and IsClickedThrough == true
| where NetworkMessageId in~ (_mailIds) or Url in~ (_urls)
| summarize ClickedAt = min(TimeGenerated) by User = tolower(AccountUpn);
let usual = SigninLogs
| where TimeGenerated between (_base .. _start) and UserPrincipalName in~ (_users) and ResultType == "0"
| distinct Pair = strcat(tolower(UserPrincipalName), " ", IPAddress);
SigninLogs
| where TimeGenerated between (_start .. _end) and UserPrincipalName in~ (_users) and ResultType == "0"
| extend User = tolower(UserPrincipalName)
| where strcat(User, " ", IPAddress) !in (usual) and tolower(tostring(DeviceDetail.isCompliant)) != "true"
| join kind=inner (clicks) on User
| where TimeGenerated between (ClickedAt .. (ClickedAt + 2h))
| summarize Signins = count(), First = min(TimeGenerated) by User, IPAddress, ClickedAt
| order by First asc`,
    tables: ["SigninLogs", "UrlClickEvents"],
    stretch: "activity",
    needs: ["users"],
    decides: true,
    findings: [
      {
        id: "p11.taken_over",
        kind: "order",
        isKey: true,
        text: "{User} clicked at {ClickedAt}, and was signed in from the new address {IPAddress} at {First}.",
        at: "First",
        entities: { User: "account", IPAddress: "ip" },
      },
    ],
    none: {
      id: "p11.no_new_signin",
      text: "No sign-in from a new address is recorded for anybody who clicked.",
    },
  },
  {
    id: "p12",
    family: "phishing",
    question: "Did recipients send mail with the same link onwards?",
    kql: `let carriers = EmailUrlInfo
| where TimeGenerated between (_start .. _end) and UrlDomain in~ (_domains)
| distinct NetworkMessageId;
EmailEvents
| where TimeGenerated between (_start .. _end) and SenderFromAddress in~ (_users) and NetworkMessageId in~ (carriers)
| summarize Messages = count(), Recipients = dcount(RecipientEmailAddress), First = min(TimeGenerated) by SenderFromAddress
| order by Messages desc`,
    tables: ["EmailEvents", "EmailUrlInfo"],
    stretch: "activity",
    needs: ["domains"],
    findings: [
      {
        id: "p12.sent_onwards",
        kind: "value",
        isKey: true,
        when: [{ column: "Recipients", at_least: 3 }],
        text: "{SenderFromAddress} sent mail with the same link to {Recipients|recipient} since {First}.",
        at: "First",
        entities: { SenderFromAddress: "mailbox" },
      },
    ],
    none: {
      id: "p12.not_sent_onwards",
      text: "No mail with the same link that a recipient sent is recorded.",
    },
  },
];
