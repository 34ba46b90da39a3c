/** Sources of the ASIM schemas about machines: programs, files, the registry, connections. */
import type { Source } from "./parser.ts";

const DEFENDER = { vendor: "Microsoft", product: "M365 Defender for Endpoint" };
const WINDOWS = { vendor: "Microsoft", product: "Security Events" };

const ACTOR_NAME =
  "iff(isempty(InitiatingProcessAccountDomain), InitiatingProcessAccountName, strcat(InitiatingProcessAccountDomain, '\\\\', InitiatingProcessAccountName))";
const SHORT_NAME = "tostring(split(DeviceName, '.')[0])";

const DEVICE = {
  Dvc: "DeviceName",
  DvcId: "DeviceId",
  DvcHostname: SHORT_NAME,
  DvcFQDN: "DeviceName",
};

const ACTOR = {
  ActorUsername: ACTOR_NAME,
  ActorUsernameType: "'Windows'",
  ActorUserId: "InitiatingProcessAccountSid",
  ActorUserIdType: "'SID'",
  User: ACTOR_NAME,
};

const ACTING = {
  ActingProcessName: "InitiatingProcessFolderPath",
  ActingProcessId: "tostring(InitiatingProcessId)",
  ActingProcessCommandLine: "InitiatingProcessCommandLine",
  ActingProcessSHA256: "InitiatingProcessSHA256",
  ActingProcessSHA1: "InitiatingProcessSHA1",
  ActingProcessMD5: "InitiatingProcessMD5",
};

const RESULT = {
  EventResult: "'Success'",
  EventOriginalType: "ActionType",
  EventOriginalUid: "tostring(ReportId)",
};

export const PROCESS_CREATE: readonly Source[] = [
  {
    ...DEFENDER,
    table: "DeviceProcessEvents",
    where: "ActionType == 'ProcessCreated'",
    columns: {
      ...DEVICE,
      ...ACTOR,
      ...ACTING,
      ...RESULT,
      EventType: "'ProcessCreated'",
      TargetUsername:
        "iff(isempty(AccountDomain), AccountName, strcat(AccountDomain, '\\\\', AccountName))",
      TargetUsernameType: "'Windows'",
      TargetUserId: "AccountSid",
      TargetUserIdType: "'SID'",
      TargetUserSessionId: "tostring(LogonId)",
      TargetProcessName: "FolderPath",
      TargetProcessId: "tostring(ProcessId)",
      TargetProcessCommandLine: "ProcessCommandLine",
      TargetProcessCreationTime: "ProcessCreationTime",
      TargetProcessIntegrityLevel: "ProcessIntegrityLevel",
      TargetProcessTokenElevation: "ProcessTokenElevation",
      TargetProcessSHA256: "SHA256",
      TargetProcessSHA1: "SHA1",
      TargetProcessMD5: "MD5",
      ParentProcessName: "InitiatingProcessParentFileName",
      ParentProcessId: "tostring(InitiatingProcessParentId)",
      Process: "FolderPath",
      CommandLine: "ProcessCommandLine",
      Hash: "SHA256",
      HashType: "'SHA256'",
    },
  },
  {
    ...WINDOWS,
    table: "SecurityEvent",
    where: "EventID == 4688",
    columns: {
      EventType: "'ProcessCreated'",
      EventResult: "'Success'",
      EventOriginalType: "'4688'",
      Dvc: "Computer",
      DvcHostname: "tostring(split(Computer, '.')[0])",
      ActorUsername: "SubjectAccount",
      ActorUserId: "SubjectUserSid",
      User: "SubjectAccount",
      TargetUsername: "TargetAccount",
      TargetProcessName: "NewProcessName",
      TargetProcessId: "NewProcessId",
      TargetProcessCommandLine: "CommandLine",
      ActingProcessName: "ParentProcessName",
      ActingProcessId: "ProcessId",
      Process: "NewProcessName",
      CommandLine: "CommandLine",
    },
  },
];

export const PROCESS_TERMINATE: readonly Source[] = [
  {
    ...WINDOWS,
    table: "SecurityEvent",
    where: "EventID == 4689",
    columns: {
      EventType: "'ProcessTerminated'",
      EventResult: "'Success'",
      EventOriginalType: "'4689'",
      Dvc: "Computer",
      DvcHostname: "tostring(split(Computer, '.')[0])",
      ActorUsername: "SubjectAccount",
      User: "SubjectAccount",
      TargetProcessName: "ProcessName",
      TargetProcessId: "ProcessId",
      Process: "ProcessName",
    },
  },
];

export const FILE_EVENT: readonly Source[] = [
  {
    ...DEFENDER,
    table: "DeviceFileEvents",
    columns: {
      ...DEVICE,
      ...ACTOR,
      ...ACTING,
      ...RESULT,
      EventType: "ActionType",
      Process: "InitiatingProcessFolderPath",
      CommandLine: "InitiatingProcessCommandLine",
      TargetFileName: "FileName",
      TargetFilePath: "FolderPath",
      TargetFilePathType: "'Windows Local'",
      TargetFileSize: "FileSize",
      TargetFileSHA256: "SHA256",
      TargetFileSHA1: "SHA1",
      TargetFileMD5: "MD5",
      SrcFileName: "PreviousFileName",
      SrcFilePath: "PreviousFolderPath",
      SrcIpAddr: "RequestSourceIP",
      Src: "RequestSourceIP",
      IpAddr: "RequestSourceIP",
      FileName: "FileName",
      FilePath: "FolderPath",
      Hash: "SHA256",
      HashType: "'SHA256'",
      TargetUrl: "FileOriginUrl",
      Url: "FileOriginUrl",
    },
  },
  {
    vendor: "Microsoft",
    product: "SharePoint",
    table: "OfficeActivity",
    where: "RecordType == 'SharePointFileOperation'",
    columns: {
      EventType:
        "case(Operation has 'Download' or Operation has 'Accessed', 'FileAccessed', Operation has 'Upload', 'FileCreated', Operation has 'Deleted' or Operation has 'Recycled', 'FileDeleted', Operation has 'Renamed', 'FileRenamed', Operation has 'Modified', 'FileModified', 'FileAccessed')",
      EventResult: "'Success'",
      EventOriginalType: "Operation",
      EventOriginalUid: "OfficeId",
      ActorUsername: "UserId",
      ActorUsernameType: "'UPN'",
      ActorUserId: "UserKey",
      User: "UserId",
      TargetAppName: "OfficeWorkload",
      Application: "OfficeWorkload",
      TargetFileName: "SourceFileName",
      TargetFilePath: "OfficeObjectId",
      TargetFilePathType: "'URL'",
      TargetFileExtension: "SourceFileExtension",
      FileName: "SourceFileName",
      FilePath: "OfficeObjectId",
      TargetUrl: "OfficeObjectId",
      Url: "OfficeObjectId",
      HttpUserAgent: "UserAgent",
      SrcIpAddr: "extract(@'^\\[?([0-9a-fA-F.:]+?)\\]?(?::[0-9]+)?$', 1, ClientIP)",
      Src: "ClientIP",
    },
  },
];

export const REGISTRY_EVENT: readonly Source[] = [
  {
    ...DEFENDER,
    table: "DeviceRegistryEvents",
    columns: {
      ...DEVICE,
      ...ACTOR,
      ...ACTING,
      ...RESULT,
      EventType: "ActionType",
      Process: "InitiatingProcessFolderPath",
      ParentProcessName: "InitiatingProcessParentFileName",
      ParentProcessId: "tostring(InitiatingProcessParentId)",
      RegistryKey: "RegistryKey",
      RegistryValue: "RegistryValueName",
      RegistryValueType: "RegistryValueType",
      RegistryValueData: "RegistryValueData",
      RegistryPreviousKey: "PreviousRegistryKey",
      RegistryPreviousValue: "PreviousRegistryValueName",
      RegistryPreviousValueData: "PreviousRegistryValueData",
    },
  },
  {
    ...WINDOWS,
    table: "SecurityEvent",
    where: "EventID == 4657",
    columns: {
      EventType: "'RegistryValueSet'",
      EventResult: "'Success'",
      EventOriginalType: "'4657'",
      Dvc: "Computer",
      DvcHostname: "tostring(split(Computer, '.')[0])",
      ActorUsername: "SubjectAccount",
      User: "SubjectAccount",
      ActingProcessName: "ProcessName",
      Process: "ProcessName",
      RegistryKey: "ObjectName",
      RegistryValue: "ObjectValueName",
      RegistryValueData: "NewValue",
      RegistryPreviousValueData: "OldValue",
    },
  },
];
