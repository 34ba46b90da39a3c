/** Data exfiltration: how much was taken and by whom, where it went, and whether that is usual. */
import type { Question } from "../question.ts";
import { CLIENT_ADDRESS } from "./clientAddress.ts";
import { KQL_TRANSFER_TOOLS, RHYTHM } from "./programs.ts";

const DOWNLOADS = `Operation in ("FileDownloaded", "FileSyncDownloadedFull", "FileCopied")`;
/** A day on which so many files are taken is more than reading. */
const BULK_FILES = 40;

export const EXFILTRATION_QUESTIONS: readonly Question[] = [
  {
    id: "d01",
    family: "data_exfiltration",
    question: "How many files did the users take, against the weeks before?",
    kql: `let usual = OfficeActivity
| where TimeGenerated between (_base .. _start) and UserId in~ (_users) and ${DOWNLOADS}
| summarize Files = dcount(OfficeObjectId) by User = tolower(UserId), Day = bin(TimeGenerated, 1d)
| summarize UsualMost = max(Files) by User;
OfficeActivity
| where TimeGenerated between (_start .. _end) and UserId in~ (_users) and ${DOWNLOADS}
| summarize Files = dcount(OfficeObjectId), First = min(TimeGenerated) by User = tolower(UserId), Operation, Address = ${CLIENT_ADDRESS}
| join kind=leftouter (usual) on User
| extend UsualMost = coalesce(UsualMost, 0)
| extend Level = iff(Files < ${BULK_FILES}, "few", iff(Files > 3 * UsualMost, "far more than usual", "not far more than usual"))
| project User, Operation, Address, Files, First, UsualMost, Level
| order by Files desc`,
    tables: ["OfficeActivity"],
    stretch: "activity",
    needs: ["users"],
    decides: true,
    learns: [
      {
        column: "Address",
        as: "ips",
        when: [{ column: "Files", at_least: BULK_FILES }],
        ifNone: true,
      },
    ],
    findings: [
      {
        id: "d01.sync",
        kind: "value",
        isKey: true,
        when: [
          { column: "Operation", is: ["FileSyncDownloadedFull"] },
          { column: "Files", at_least: BULK_FILES },
        ],
        text: "The sync client of {User} fetched {Files|file} at {Address} since {First} ({Operation}); on the busiest day before the user took {UsualMost}.",
        at: "First",
        entities: { User: "account", Address: "ip" },
      },
      {
        id: "d01.far_above",
        kind: "value",
        isKey: true,
        when: [{ column: "Level", is: ["far more than usual"] }],
        text: "{User} took {Files|file} while at {Address} since {First} ({Operation}), {Level!}; on the busiest day before it was {UsualMost}.",
        at: "First",
        entities: { User: "account", Address: "ip" },
      },
      {
        id: "d01.usual",
        kind: "value",
        isKey: true,
        when: [{ column: "Level", is: ["not far more than usual"] }],
        text: "{User} took {Files|file} while at {Address} since {First} ({Operation}), {Level!}; on the busiest day before it was {UsualMost}.",
        at: "First",
        entities: { User: "account", Address: "ip" },
      },
      {
        id: "d01.few",
        isContext: true,
        kind: "value",
        max: 1,
        text: "{User} took {Files|file} while at {Address} since {First} ({Operation}).",
        at: "First",
        entities: { User: "account" },
      },
    ],
    none: { id: "d01.none", isKey: true, text: "No file that the users took is recorded." },
  },
  {
    id: "d02",
    family: "data_exfiltration",
    question: "On how many days before did the users take files in bulk?",
    kql: `OfficeActivity
| where TimeGenerated between (_base .. _start) and UserId in~ (_users) and ${DOWNLOADS}
| summarize Files = dcount(OfficeObjectId) by User = tolower(UserId), Day = bin(TimeGenerated, 1d)
| where Files >= ${BULK_FILES}
| summarize Days = count(), Most = max(Files), First = min(Day) by User
${RHYTHM}
| order by Days desc`,
    tables: ["OfficeActivity"],
    stretch: "before",
    needs: ["users"],
    findings: [
      {
        id: "d02.rounds",
        kind: "value",
        isKey: true,
        when: [{ column: "Days", at_least: 2 }],
        text: "{User} had been taking files in bulk {Rhythm!}: on {Days|day} since {First}, {Most|file} at most.",
        entities: { User: "account" },
      },
    ],
  },
  {
    id: "d04",
    family: "data_exfiltration",
    question: "With whom outside was something shared, and are they known?",
    kql: `let known = EmailEvents
| where TimeGenerated between (_base .. _start)
| where EmailDirection == "Inbound" or SenderFromDomain !in~ (_domains)
| summarize Days = dcount(bin(TimeGenerated, 1d)) by Domain = tolower(SenderFromDomain)
| where Days >= 3;
OfficeActivity
| where TimeGenerated between (_start .. _end) and UserId in~ (_users)
| where Operation in ("AnonymousLinkCreated", "SharingSet", "SharingInvitationCreated", "AddedToSecureLink", "SecureLinkCreated")
| extend Recipient = tolower(iff(isempty(UserSharedWith), TargetUserOrGroupName, UserSharedWith))
| extend Recipient = iff(Operation == "AnonymousLinkCreated" and isempty(Recipient), "anybody with the link", Recipient)
| extend Domain = tostring(split(Recipient, "@")[1])
| where Operation == "AnonymousLinkCreated" or (isnotempty(Domain) and Domain != tolower(tostring(split(UserId, "@")[1])))
| extend Partner = iff(Domain in (known), "known", "unknown")
| summarize Shares = count(), First = min(TimeGenerated) by UserId, Operation, Recipient, Partner
| order by First asc`,
    tables: ["EmailEvents", "OfficeActivity"],
    stretch: "all",
    needs: ["users"],
    findings: [
      {
        id: "d04.stranger",
        kind: "value",
        isKey: true,
        when: [{ column: "Partner", is: ["unknown"] }],
        text: "{UserId} shared with {Recipient} at {First} ({Operation}), an outsider who is {Partner} here.",
        at: "First",
        entities: { UserId: "account" },
      },
      {
        id: "d04.partner",
        kind: "value",
        isKey: true,
        text: "{UserId} shared with {Recipient} at {First} ({Operation}); the recipient's domain is {Partner} here, and writes often.",
        at: "First",
        entities: { UserId: "account" },
      },
    ],
  },
  {
    id: "d08",
    family: "data_exfiltration",
    question: "Were archives built, and encrypted ones?",
    kql: `DeviceProcessEvents
| where TimeGenerated between (_start .. _end) and (AccountName in~ (_accounts) or DeviceName in~ (_hosts))
| where FileName in~ ("7z.exe", "7za.exe", "rar.exe", "winrar.exe", "tar.exe") or ProcessCommandLine has_any ("Compress-Archive", "makecab")
| extend Kind = iff(ProcessCommandLine matches regex @"(?i)\\s-(hp|p|mhe)", "encrypted", "plain")
| project TimeGenerated, DeviceName, AccountName, FileName, Kind
| order by TimeGenerated asc`,
    tables: ["DeviceProcessEvents"],
    stretch: "activity",
    needs: ["accounts", "hosts"],
    findings: [
      {
        id: "d08.encrypted",
        kind: "value",
        isKey: true,
        when: [{ column: "Kind", is: ["encrypted"] }],
        text: "{AccountName} built an {Kind} archive with {FileName} on {DeviceName} at {TimeGenerated}.",
        at: "TimeGenerated",
        entities: { DeviceName: "host" },
      },
      {
        id: "d08.plain",
        kind: "value",
        text: "{AccountName} built a {Kind} archive with {FileName} on {DeviceName} at {TimeGenerated}.",
        at: "TimeGenerated",
        entities: { DeviceName: "host" },
      },
    ],
  },
  {
    id: "d09",
    family: "data_exfiltration",
    question: "Were tools used that carry data away, and had the accounts used them before?",
    kql: `let usual = DeviceProcessEvents
| where TimeGenerated between (_base .. _start) and AccountName in~ (_accounts) and FileName in~ (${KQL_TRANSFER_TOOLS})
| summarize Days = dcount(bin(TimeGenerated, 1d)) by Pair = strcat(tolower(AccountName), " ", tolower(FileName))
| where Days >= 2
| project Pair;
DeviceProcessEvents
| where TimeGenerated between (_start .. _end) and (AccountName in~ (_accounts) or DeviceName in~ (_hosts)) and FileName in~ (${KQL_TRANSFER_TOOLS})
| extend Use = iff(strcat(tolower(AccountName), " ", tolower(FileName)) in (usual), "usual", "new")
| summarize Runs = count(), First = min(TimeGenerated) by DeviceName, AccountName, FileName, Use
| order by First asc`,
    tables: ["DeviceProcessEvents"],
    stretch: "activity",
    needs: ["accounts", "hosts"],
    decides: true,
    findings: [
      {
        id: "d09.new_tool",
        kind: "value",
        isKey: true,
        when: [{ column: "Use", is: ["new"] }],
        text: "{AccountName} ran the transfer tool {FileName} on {DeviceName} at {First}, a tool that is {Use} for this account.",
        at: "First",
        entities: { DeviceName: "host" },
      },
      {
        id: "d09.usual_tool",
        kind: "value",
        isKey: true,
        text: "{AccountName} ran the transfer tool {FileName} on {DeviceName} at {First}, a tool that is {Use} for this account.",
        at: "First",
        entities: { DeviceName: "host" },
      },
    ],
    none: {
      id: "d09.no_tool",
      isKey: true,
      text: "No tool that carries data away is recorded on the devices.",
    },
  },
  {
    id: "d10",
    family: "data_exfiltration",
    question: "Where did such tools connect to, and did the company connect there before?",
    kql: `let before = DeviceNetworkEvents
| where TimeGenerated between (_base .. _start) and InitiatingProcessFileName in~ (${KQL_TRANSFER_TOOLS})
| summarize Days = dcount(bin(TimeGenerated, 1d)) by RemoteIP
| where Days >= 2
| project RemoteIP;
DeviceNetworkEvents
| where TimeGenerated between (_start .. _end) and (DeviceName in~ (_hosts) or InitiatingProcessAccountName in~ (_accounts)) and InitiatingProcessFileName in~ (${KQL_TRANSFER_TOOLS})
| where RemoteIPType == "Public"
| extend Destination = iff(RemoteIP in (before), "usual", "new")
| summarize Connections = count(), First = min(TimeGenerated) by DeviceName, InitiatingProcessFileName, RemoteIP, Destination
| order by First asc`,
    tables: ["DeviceNetworkEvents"],
    stretch: "activity",
    needs: ["hosts", "accounts"],
    findings: [
      {
        id: "d10.new_destination",
        kind: "value",
        isKey: true,
        when: [{ column: "Destination", is: ["new"] }],
        text: "{InitiatingProcessFileName} on {DeviceName} connected to {RemoteIP} at {First}, a {Destination} destination for such tools.",
        at: "First",
        entities: { DeviceName: "host", RemoteIP: "ip" },
      },
      {
        id: "d10.usual_destination",
        isContext: true,
        kind: "value",
        isKey: true,
        text: "{InitiatingProcessFileName} on {DeviceName} connected to {RemoteIP} at {First}, a {Destination} destination for such tools.",
        at: "First",
        entities: { DeviceName: "host", RemoteIP: "ip" },
      },
    ],
  },
  {
    id: "d07",
    family: "data_exfiltration",
    question: "How much left through the firewall to where such tools connected?",
    kql: `let destinations = DeviceNetworkEvents
| where TimeGenerated between (_start .. _end) and (DeviceName in~ (_hosts) or InitiatingProcessAccountName in~ (_accounts)) and InitiatingProcessFileName in~ (${KQL_TRANSFER_TOOLS})
| where RemoteIPType == "Public"
| distinct RemoteIP;
CommonSecurityLog
| where TimeGenerated between (_start .. _end) and DestinationIP in (destinations)
| summarize SentMB = round(sum(SentBytes) / 1048576.0, 1), First = min(TimeGenerated) by SourceIP, DestinationIP
| order by SentMB desc`,
    tables: ["CommonSecurityLog", "DeviceNetworkEvents"],
    stretch: "activity",
    needs: ["hosts", "accounts"],
    findings: [
      {
        id: "d07.much",
        kind: "value",
        isKey: true,
        when: [{ column: "SentMB", at_least: 100 }],
        text: "{SourceIP} sent {SentMB|megabyte} to {DestinationIP} since {First}.",
        at: "First",
        entities: { SourceIP: "ip", DestinationIP: "ip" },
      },
      {
        id: "d07.little",
        isContext: true,
        kind: "value",
        isKey: true,
        text: "{SourceIP} sent only {SentMB|megabyte} to {DestinationIP} since {First}.",
        at: "First",
        entities: { SourceIP: "ip", DestinationIP: "ip" },
      },
    ],
  },
];
