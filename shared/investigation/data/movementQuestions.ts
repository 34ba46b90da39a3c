/** Lateral movement: where an account went, from where, with what, and whether it always does. */
import type { Question } from "../question.ts";
import { KQL_REMOTE_TOOLS, RHYTHM } from "./programs.ts";

const REMOTE_LOGON = `ActionType == "LogonSuccess" and LogonType in ("Network", "RemoteInteractive")`;
const REMOTE_TOOL = `(FileName in~ (${KQL_REMOTE_TOOLS}) or ProcessCommandLine has_any ("Invoke-Command", "Enter-PSSession", "New-PSSession") or (FileName =~ "wmic.exe" and ProcessCommandLine has "node"))`;

export const MOVEMENT_QUESTIONS: readonly Question[] = [
  {
    id: "l01",
    family: "lateral_movement",
    question:
      "Which devices did the accounts log on to from elsewhere, and which of them are new for them?",
    kql: `let usual = DeviceLogonEvents
| where TimeGenerated between (_base .. _start) and AccountName in~ (_accounts) and ${REMOTE_LOGON}
| distinct Pair = strcat(tolower(AccountName), " ", tolower(DeviceName));
DeviceLogonEvents
| where TimeGenerated between (_start .. _end) and AccountName in~ (_accounts) and ${REMOTE_LOGON}
| extend Device = iff(strcat(tolower(AccountName), " ", tolower(DeviceName)) in (usual), "usual", "new")
| summarize Logons = count(), First = min(TimeGenerated) by AccountName, DeviceName, Device
| order by First asc`,
    tables: ["DeviceLogonEvents"],
    stretch: "activity",
    needs: ["accounts"],
    learns: [{ column: "DeviceName", as: "hosts", when: [{ column: "Device", is: ["new"] }] }],
    findings: [
      {
        id: "l01.new_device",
        kind: "value",
        isKey: true,
        when: [{ column: "Device", is: ["new"] }],
        text: "{AccountName} logged on to {DeviceName} over the network at {First}; for this account the device is {Device}.",
        max: 6,
        at: "First",
        entities: { DeviceName: "host" },
      },
      {
        id: "l01.usual_device",
        isContext: true,
        kind: "value",
        text: "{AccountName} logged on to {DeviceName} over the network at {First}; for this account the device is {Device}.",
        at: "First",
        entities: { DeviceName: "host" },
      },
    ],
    none: { id: "l01.no_logon", text: "No logon of the accounts over the network is recorded." },
  },
  {
    id: "l02",
    family: "lateral_movement",
    question: "To how many devices that are new for it did an account log on?",
    kql: `let usual = DeviceLogonEvents
| where TimeGenerated between (_base .. _start) and AccountName in~ (_accounts) and ${REMOTE_LOGON}
| distinct Pair = strcat(tolower(AccountName), " ", tolower(DeviceName));
DeviceLogonEvents
| where TimeGenerated between (_start .. _end) and AccountName in~ (_accounts) and ${REMOTE_LOGON}
| extend Known = strcat(tolower(AccountName), " ", tolower(DeviceName)) in (usual)
| summarize Devices = dcount(DeviceName), NewDevices = dcountif(DeviceName, not(Known)), First = min(TimeGenerated), Last = max(TimeGenerated) by AccountName
| order by NewDevices desc`,
    tables: ["DeviceLogonEvents"],
    stretch: "activity",
    needs: ["accounts"],
    decides: true,
    findings: [
      {
        id: "l02.fanned_out",
        kind: "order",
        isKey: true,
        when: [{ column: "NewDevices", at_least: 3 }],
        text: "Between {First} and {Last} {AccountName} logged on to {Devices|device} over the network (new for the account: {NewDevices}).",
        at: "First",
      },
      {
        id: "l02.some_new",
        kind: "order",
        when: [{ column: "NewDevices", at_least: 1 }],
        text: "Between {First} and {Last} {AccountName} logged on to {Devices|device} over the network (new for the account: {NewDevices}).",
        at: "First",
      },
      {
        id: "l02.all_usual",
        kind: "order",
        isKey: true,
        text: "Between {First} and {Last} {AccountName} logged on to {Devices|device} over the network (new for the account: {NewDevices}).",
        at: "First",
      },
    ],
  },
  {
    id: "l03",
    family: "lateral_movement",
    question: "On how many days before did the accounts log on to many devices?",
    kql: `DeviceLogonEvents
| where TimeGenerated between (_base .. _start) and AccountName in~ (_accounts) and ${REMOTE_LOGON}
| summarize Devices = dcount(DeviceName) by AccountName, Day = bin(TimeGenerated, 1d)
| where Devices >= 3
| summarize Days = count(), Most = max(Devices), First = min(Day) by AccountName
${RHYTHM}
| order by Days desc`,
    tables: ["DeviceLogonEvents"],
    stretch: "before",
    needs: ["accounts"],
    decides: true,
    findings: [
      {
        id: "l03.steady",
        kind: "value",
        isKey: true,
        when: [{ column: "Rhythm", is: ["steadily"] }],
        text: "{AccountName} {Rhythm!} logs on to many devices: on {Days|day} since {First}, {Most} at most.",
      },
      {
        id: "l03.rounds",
        kind: "value",
        isKey: true,
        when: [{ column: "Rhythm", is: ["in rounds"] }],
        text: "{AccountName} logs on to many devices {Rhythm!}: on {Days|day} since {First}, {Most} at most.",
      },
    ],
    none: {
      id: "l03.never",
      isKey: true,
      text: "The accounts had logged on to no more than a few devices a day in the weeks before.",
    },
  },
  {
    id: "l04",
    family: "lateral_movement",
    question: "From where did the logons come, and did the accounts come from there before?",
    kql: `let usual = DeviceLogonEvents
| where TimeGenerated between (_base .. _start) and AccountName in~ (_accounts) and ${REMOTE_LOGON}
| distinct Pair = strcat(tolower(AccountName), " ", RemoteIP);
DeviceLogonEvents
| where TimeGenerated between (_start .. _end) and AccountName in~ (_accounts) and ${REMOTE_LOGON} and isnotempty(RemoteIP)
| extend Source = iff(strcat(tolower(AccountName), " ", RemoteIP) in (usual), "usual", "new")
| summarize Devices = dcount(DeviceName), First = min(TimeGenerated) by AccountName, RemoteIP, RemoteDeviceName, Source
| order by Devices desc`,
    tables: ["DeviceLogonEvents"],
    stretch: "activity",
    needs: ["accounts"],
    findings: [
      {
        id: "l04.new_source",
        kind: "value",
        isKey: true,
        when: [
          { column: "Source", is: ["new"] },
          { column: "Devices", at_least: 2 },
        ],
        text: "{AccountName} reached {Devices|device} from {RemoteIP}[ ({RemoteDeviceName})] since {First}; for this account the source is {Source}.",
        at: "First",
        entities: { RemoteIP: "ip" },
      },
      {
        id: "l04.usual_source",
        isContext: true,
        kind: "value",
        isKey: true,
        when: [{ column: "Source", is: ["usual"] }],
        text: "{AccountName} reached {Devices|device} from {RemoteIP}[ ({RemoteDeviceName})] since {First}; for this account the source is {Source}.",
        at: "First",
        entities: { RemoteIP: "ip" },
      },
    ],
  },
  {
    id: "l05",
    family: "lateral_movement",
    question: "Were tools used that run programs on other machines?",
    kql: `DeviceProcessEvents
| where TimeGenerated between (_start .. _end) and (DeviceName in~ (_hosts) or AccountName in~ (_accounts)) and ${REMOTE_TOOL}
| summarize Runs = count(), First = min(TimeGenerated) by DeviceName, AccountName, FileName
| order by First asc`,
    tables: ["DeviceProcessEvents"],
    stretch: "activity",
    needs: ["accounts", "hosts"],
    findings: [
      {
        id: "l05.tool",
        kind: "value",
        isKey: true,
        text: "{FileName} ran as {AccountName} on {DeviceName} at {First}.",
        at: "First",
        entities: { DeviceName: "host" },
      },
    ],
    none: { id: "l05.no_tool", text: "No tool that runs programs on other machines is recorded." },
  },
  {
    id: "l06",
    family: "lateral_movement",
    question: "Had the accounts used such tools before?",
    kql: `DeviceProcessEvents
| where TimeGenerated between (_base .. _start) and AccountName in~ (_accounts) and ${REMOTE_TOOL}
| summarize Days = dcount(bin(TimeGenerated, 1d)), First = min(TimeGenerated) by AccountName, FileName
| order by Days desc`,
    tables: ["DeviceProcessEvents"],
    stretch: "before",
    needs: ["accounts"],
    findings: [
      {
        id: "l06.usual_tool",
        kind: "value",
        isKey: true,
        when: [{ column: "Days", at_least: 2 }],
        text: "{AccountName} had been using {FileName} before, on {Days|day} since {First}.",
      },
    ],
    none: {
      id: "l06.no_tool_before",
      text: "The accounts are not recorded to have used such tools in the weeks before.",
    },
  },
  {
    id: "l07",
    family: "lateral_movement",
    question: "Were credentials stolen from memory before?",
    kql: `DeviceEvents
| where TimeGenerated between (_start .. _end) and (DeviceName in~ (_hosts) or InitiatingProcessAccountName in~ (_accounts))
| where ActionType in ("OpenProcessApiCall", "LsassProcessAccess") and FileName =~ "lsass.exe"
| where InitiatingProcessFileName !in~ ("msmpeng.exe", "mssense.exe", "senseir.exe", "csrss.exe", "wininit.exe", "svchost.exe")
| summarize Calls = count(), First = min(TimeGenerated) by DeviceName, InitiatingProcessFileName, FileName
| order by First asc`,
    tables: ["DeviceEvents"],
    stretch: "activity",
    needs: ["hosts", "accounts"],
    findings: [
      {
        id: "l07.lsass",
        kind: "value",
        isKey: true,
        text: "{InitiatingProcessFileName} opened {FileName} on {DeviceName} at {First}.",
        at: "First",
        entities: { DeviceName: "host" },
      },
    ],
  },
];
