/** Suspicious process: what ran and from what, whether it hides, whether it is usual, what followed. */
import type { Question } from "../question.ts";
import {
  DOCUMENT_PROGRAMS,
  HIDING_COMMAND,
  KQL_INTERPRETERS,
  KQL_MANAGEMENT_AGENTS,
  MANAGEMENT_AGENTS,
  RHYTHM,
} from "./programs.ts";

/** The command line where the alert has one, else the file, else anything that can run anything. */
const THE_PROCESS = `iff(array_length(_commands) > 0, ProcessCommandLine in~ (_commands), iff(array_length(_files) > 0 or array_length(_hashes) > 0, FileName in~ (_files) or SHA256 in~ (_hashes), FileName in~ (${KQL_INTERPRETERS})))`;
const ON_THE_HOSTS = `(DeviceName in~ (_hosts) or (array_length(_hosts) == 0 and AccountName in~ (_accounts)))`;

export const PROCESS_QUESTIONS: readonly Question[] = [
  {
    id: "x01",
    family: "suspicious_process",
    question: "What exactly ran, and what started it?",
    kql: `DeviceProcessEvents
| where TimeGenerated between (_start .. _end) and ${ON_THE_HOSTS} and ${THE_PROCESS}
| extend Hiding = iff(ProcessCommandLine matches regex ${HIDING_COMMAND}, "yes", "no")
| summarize Runs = count(), First = min(TimeGenerated) by DeviceName, AccountName, AccountUpn, FileName, ProcessCommandLine, InitiatingProcessFileName, Hiding
| order by First asc`,
    tables: ["DeviceProcessEvents"],
    stretch: "activity",
    needs: ["hosts", "accounts"],
    decides: true,
    learns: [
      { column: "AccountUpn", as: "users" },
      { column: "DeviceName", as: "hosts" },
    ],
    findings: [
      {
        id: "x01.from_document",
        kind: "value",
        isKey: true,
        when: [{ column: "InitiatingProcessFileName", is: DOCUMENT_PROGRAMS }],
        text: "{InitiatingProcessFileName} started {FileName} by the command {ProcessCommandLine} as {AccountName} on {DeviceName} at {First}.",
        at: "First",
        entities: { DeviceName: "host", FileName: "file" },
      },
      {
        id: "x01.managed",
        kind: "value",
        isKey: true,
        when: [{ column: "InitiatingProcessFileName", is: MANAGEMENT_AGENTS }],
        text: "The management agent {InitiatingProcessFileName} started {FileName} by the command {ProcessCommandLine} on {DeviceName} at {First}.",
        at: "First",
        entities: { DeviceName: "host", FileName: "file" },
      },
      {
        id: "x01.hiding",
        kind: "value",
        isKey: true,
        when: [{ column: "Hiding", is: ["yes"] }],
        text: "{InitiatingProcessFileName} started {FileName} by the command {ProcessCommandLine} as {AccountName} on {DeviceName} at {First}.",
        at: "First",
        entities: { DeviceName: "host", FileName: "file" },
      },
      {
        id: "x01.plain",
        kind: "value",
        isKey: true,
        text: "{InitiatingProcessFileName} started {FileName} by the command {ProcessCommandLine} as {AccountName} on {DeviceName} at {First}.",
        at: "First",
        entities: { DeviceName: "host", FileName: "file" },
      },
    ],
    none: { id: "x01.nothing", text: "The process is not recorded on the devices." },
  },
  {
    id: "x03",
    family: "suspicious_process",
    question: "Did the same command run before, and on how many devices?",
    kql: `DeviceProcessEvents
| where TimeGenerated between (_base .. _start) and ProcessCommandLine in~ (_commands)
| summarize Devices = dcount(DeviceName), Days = dcount(bin(TimeGenerated, 1d)), First = min(TimeGenerated) by FileName, InitiatingProcessFileName
${RHYTHM}
| order by Days desc`,
    tables: ["DeviceProcessEvents"],
    stretch: "before",
    needs: ["commands"],
    decides: true,
    findings: [
      {
        id: "x03.steady",
        kind: "value",
        isKey: true,
        when: [
          { column: "Devices", at_least: 3 },
          { column: "Rhythm", is: ["steadily"] },
          { column: "InitiatingProcessFileName", isNot: MANAGEMENT_AGENTS },
        ],
        text: "{InitiatingProcessFileName} had been starting the same command {Rhythm!}, on {Days|day} and {Devices|device} since {First}.",
      },
      {
        id: "x03.rounds",
        kind: "value",
        isKey: true,
        when: [{ column: "Rhythm", is: ["in rounds", "steadily"] }],
        text: "{InitiatingProcessFileName} had been starting the same command {Rhythm!}, on {Days|day} and {Devices|device} since {First}.",
      },
      {
        id: "x03.seen",
        kind: "value",
        text: "{InitiatingProcessFileName} had started the same command {Rhythm!}, on {Days|day} and {Devices|device} since {First}.",
      },
    ],
    none: {
      id: "x03.never",
      isKey: true,
      text: "The same command is not recorded on any device in the weeks before.",
    },
  },
  {
    id: "x04",
    family: "suspicious_process",
    question: "Does what started the process usually start it?",
    kql: `let pairs = DeviceProcessEvents
| where TimeGenerated between (_start .. _end) and ${ON_THE_HOSTS} and ${THE_PROCESS}
| distinct Pair = strcat(tolower(InitiatingProcessFileName), " starts ", tolower(FileName));
DeviceProcessEvents
| where TimeGenerated between (_base .. _start)
| extend Pair = strcat(tolower(InitiatingProcessFileName), " starts ", tolower(FileName))
| where Pair in (pairs)
| summarize Devices = dcount(DeviceName), Days = dcount(bin(TimeGenerated, 1d)), First = min(TimeGenerated) by Pair
| order by Days desc`,
    tables: ["DeviceProcessEvents"],
    stretch: "all",
    needs: ["hosts", "accounts"],
    findings: [
      {
        id: "x04.usual_pair",
        kind: "value",
        when: [
          { column: "Days", at_least: 5 },
          { column: "Devices", at_least: 3 },
        ],
        text: "It is usual that {Pair}: seen on {Days|day} and {Devices|device} since {First}.",
      },
      {
        id: "x04.rare_pair",
        kind: "value",
        text: "It is not common that {Pair}: seen on {Days|day} and {Devices|device} since {First}.",
      },
    ],
    none: {
      id: "x04.new_pair",
      isKey: true,
      text: "What started the process is not recorded to have started it before on any device.",
    },
  },
  {
    id: "x05",
    family: "suspicious_process",
    question: "Did the process reach the internet?",
    kql: `DeviceNetworkEvents
| where TimeGenerated between (_start .. _end) and DeviceName in~ (_hosts) and RemoteIPType == "Public"
| where InitiatingProcessCommandLine in~ (_commands) or InitiatingProcessSHA256 in~ (_hashes) or InitiatingProcessFileName in~ (_files) or InitiatingProcessFileName in~ ("powershell.exe", "pwsh.exe", "cmd.exe", "mshta.exe", "wscript.exe", "cscript.exe", "rundll32.exe", "regsvr32.exe", "certutil.exe", "bitsadmin.exe")
| summarize Connections = count(), First = min(TimeGenerated) by DeviceName, InitiatingProcessFileName, RemoteIP
| order by First asc`,
    tables: ["DeviceNetworkEvents"],
    stretch: "activity",
    needs: ["hosts"],
    learns: [{ column: "RemoteIP", as: "ips" }],
    findings: [
      {
        id: "x05.connected",
        kind: "value",
        isKey: true,
        text: "{InitiatingProcessFileName} on {DeviceName} connected to {RemoteIP} at {First}.",
        at: "First",
        entities: { DeviceName: "host", RemoteIP: "ip" },
      },
    ],
    none: {
      id: "x05.no_connection",
      text: "No connection of the process to the internet is recorded.",
    },
  },
  {
    id: "x07",
    family: "suspicious_process",
    question: "Were credentials read from memory, or code put into other processes?",
    kql: `DeviceEvents
| where TimeGenerated between (_start .. _end) and DeviceName in~ (_hosts)
| where (ActionType in ("OpenProcessApiCall", "LsassProcessAccess") and FileName =~ "lsass.exe") or ActionType in ("CreateRemoteThreadApiCall", "NtAllocateVirtualMemoryRemoteApiCall", "QueueUserApcRemoteApiCall", "CredentialsBackup")
| where InitiatingProcessFileName !in~ ("msmpeng.exe", "mssense.exe", "senseir.exe", "csrss.exe", "wininit.exe", "svchost.exe")
| summarize Calls = count(), First = min(TimeGenerated) by DeviceName, ActionType, InitiatingProcessFileName, FileName
| order by First asc`,
    tables: ["DeviceEvents"],
    stretch: "activity",
    needs: ["hosts"],
    findings: [
      {
        id: "x07.memory",
        kind: "value",
        isKey: true,
        text: "{InitiatingProcessFileName} reached into {FileName} ({ActionType}) on {DeviceName} at {First}.",
        at: "First",
        entities: { DeviceName: "host" },
      },
    ],
  },
  {
    id: "x08",
    family: "suspicious_process",
    question: "Was something set up to start by itself?",
    kql: `DeviceEvents
| where TimeGenerated between (_start .. _end) and DeviceName in~ (_hosts)
| where ActionType in ("ServiceInstalled", "ScheduledTaskCreated", "ScheduledTaskUpdated")
| where InitiatingProcessFileName !in~ (${KQL_MANAGEMENT_AGENTS})
| project TimeGenerated, DeviceName, ActionType, InitiatingProcessFileName, InitiatingProcessAccountName
| order by TimeGenerated asc`,
    tables: ["DeviceEvents"],
    stretch: "activity",
    needs: ["hosts"],
    findings: [
      {
        id: "x08.set_up",
        kind: "value",
        isKey: true,
        text: "{InitiatingProcessFileName} set something up to start by itself ({ActionType}) as {InitiatingProcessAccountName} on {DeviceName} at {TimeGenerated}.",
        at: "TimeGenerated",
        entities: { DeviceName: "host" },
      },
    ],
    none: {
      id: "x08.nothing_set_up",
      text: "Nothing that was set up to start by itself is recorded.",
    },
  },
];
