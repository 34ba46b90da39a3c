/** Rows of sensors on hosts: antivirus and kernel events, loaded modules, logons, inventory, certificates. */
import type { Company, Host, User } from "../company.ts";
import type { Random } from "../random.ts";
import { deviceColumns, initiatingColumns, type OnDevice, type Program } from "./deviceRows.ts";
import { type LogRow, logRow, type Row } from "./row.ts";

export interface SensorEvent extends OnDevice {
  /** E.g. AntivirusDetection, OpenProcessApiCall, ScheduledTaskCreated. */
  readonly action: string;
  readonly by: Program;
  readonly file?: string;
  readonly sha256?: string;
  readonly more?: Row;
}

export const deviceEventRow = (company: Company, random: Random, event: SensorEvent): LogRow =>
  logRow(company, "DeviceEvents", event.at, {
    ...deviceColumns(random, event),
    ...initiatingColumns(company, event.user, event.by),
    ActionType: event.action,
    AccountDomain: company.name,
    AccountName: event.user.account,
    FileName: event.file ?? "",
    SHA256: event.sha256 ?? "",
    AdditionalFields: event.more ?? {},
  });

export const imageLoadRow = (
  company: Company,
  random: Random,
  loaded: OnDevice & { by: Program; file: string; folder: string; sha256: string },
): LogRow =>
  logRow(company, "DeviceImageLoadEvents", loaded.at, {
    ...deviceColumns(random, loaded),
    ...initiatingColumns(company, loaded.user, loaded.by),
    ActionType: "ImageLoaded",
    FileName: loaded.file,
    FolderPath: `${loaded.folder}\\${loaded.file}`,
    SHA256: loaded.sha256,
  });

export interface Logon extends OnDevice {
  readonly type: "Interactive" | "Network" | "RemoteInteractive" | "Service";
  /** Absent: it succeeded. */
  readonly failure?: string;
  readonly from?: Host;
  readonly isAdmin?: boolean;
}

export const logonRow = (company: Company, random: Random, logon: Logon): LogRow =>
  logRow(company, "DeviceLogonEvents", logon.at, {
    ...deviceColumns(random, logon),
    ActionType: logon.failure === undefined ? "LogonSuccess" : "LogonFailed",
    FailureReason: logon.failure ?? "",
    AccountDomain: company.name,
    AccountName: logon.user.account,
    AccountSid: logon.user.sid,
    LogonType: logon.type,
    LogonId: random.int(100_000, 9_999_999),
    IsLocalAdmin: logon.isAdmin ?? false,
    Protocol: logon.type === "Network" ? "Kerberos" : "Negotiate",
    ...(logon.from === undefined
      ? {}
      : {
          RemoteDeviceName: logon.from.fqdn,
          RemoteIP: logon.from.ip,
          RemoteIPType: "Private",
          RemotePort: random.int(49_152, 65_000),
        }),
    InitiatingProcessFileName: "lsass.exe",
  });

export const deviceInfoRow = (
  company: Company,
  random: Random,
  { at, user, host = user.host }: OnDevice,
): LogRow => {
  const isServer = company.estate.servers.includes(host);
  return logRow(company, "DeviceInfo", at, {
    DeviceId: host.deviceId,
    DeviceName: host.fqdn,
    AadDeviceId: host.aadDeviceId,
    ReportId: random.int(1, 999_999),
    OSPlatform: isServer ? "WindowsServer2022" : "Windows11",
    OSVersion: "10.0",
    OSArchitecture: "64-bit",
    DeviceType: isServer ? "Server" : "Workstation",
    DeviceCategory: "Endpoint",
    MachineGroup: isServer ? "Servers" : "Laptops",
    PublicIP: company.officeIp,
    OnboardingStatus: "Onboarded",
    SensorHealthState: "Active",
    ExposureLevel: "Low",
    IsAzureADJoined: true,
    IsInternetFacing: false,
    JoinType: "Hybrid Azure AD Join",
    LoggedOnUsers: [{ UserName: user.account, DomainName: company.name, Sid: user.sid }],
  });
};

export const certificateRow = (
  company: Company,
  random: Random,
  file: OnDevice & { sha256: string; signer: string; isTrusted: boolean },
): LogRow =>
  logRow(company, "DeviceFileCertificateInfo", file.at, {
    ...deviceColumns(random, file),
    // Microsoft names the file by SHA-1 here; ours is derived from the SHA-256.
    SHA1: file.sha256.slice(0, 40),
    IsSigned: file.signer !== "",
    IsTrusted: file.isTrusted,
    SignatureType: file.signer === "" ? "" : "Embedded",
    Signer: file.signer,
    Issuer: file.signer === "" ? "" : "Public Code Signing CA",
    CertificateSerialNumber: file.signer === "" ? "" : file.sha256.slice(0, 32),
  });

/** The same start of a program as the Windows event log has it (event 4688). */
export const securityEventRow = (
  company: Company,
  { at, user, host = user.host, started }: OnDevice & { started: Program },
): LogRow =>
  logRow(company, "SecurityEvent", at, {
    EventID: 4688,
    Activity: "4688 - A new process has been created.",
    Channel: "Security",
    EventSourceName: "Microsoft-Windows-Security-Auditing",
    Computer: host.fqdn,
    Account: `${company.name}\\${user.account}`,
    AccountType: "User",
    SubjectUserName: user.account,
    ParentProcessName: started.parent,
    NewProcessName: `${started.folder}\\${started.file}`,
    NewProcessId: `0x${started.processId.toString(16)}`,
    CommandLine: started.command,
  });

export const directoryLogonRow = (
  company: Company,
  random: Random,
  logon: { at: number; user: User; from: Host; to: Host; failure?: string; protocol?: string },
): LogRow =>
  logRow(company, "IdentityLogonEvents", logon.at, {
    ActionType: logon.failure === undefined ? "LogonSuccess" : "LogonFailed",
    Application: "Active Directory",
    LogonType: "Resource access",
    Protocol: logon.protocol ?? "Kerberos",
    FailureReason: logon.failure ?? "",
    AccountName: logon.user.account,
    AccountDomain: company.domain,
    AccountUpn: logon.user.upn,
    AccountSid: logon.user.sid,
    AccountObjectId: logon.user.id,
    AccountDisplayName: logon.user.name,
    DeviceName: logon.from.fqdn,
    IPAddress: logon.from.ip,
    DestinationDeviceName: company.estate.domainController.fqdn,
    TargetDeviceName: logon.to.fqdn,
    ReportId: random.guid(),
  });

export const directoryQueryRow = (
  company: Company,
  random: Random,
  asked: { at: number; user: User; from: Host; query: string; target: string },
): LogRow =>
  logRow(company, "IdentityQueryEvents", asked.at, {
    ActionType: "LDAP query",
    Application: "Active Directory",
    QueryType: asked.target,
    QueryTarget: asked.target,
    Query: asked.query,
    Protocol: "Ldap",
    AccountName: asked.user.account,
    AccountDomain: company.domain,
    AccountUpn: asked.user.upn,
    DeviceName: asked.from.fqdn,
    IPAddress: asked.from.ip,
    DestinationDeviceName: company.estate.domainController.fqdn,
    ReportId: random.guid(),
  });
