/** Rows of devices, Office 365 and threat intelligence. */
import type { Company, User } from "../company.ts";
import type { Random } from "../random.ts";
import { iso, type LogRow, logRow, type Row } from "./row.ts";

const deviceColumns = (random: Random, user: User): Row => ({
  DeviceId: user.host.deviceId,
  DeviceName: user.host.fqdn,
  ReportId: random.int(1, 999_999),
  InitiatingProcessAccountName: user.account,
  InitiatingProcessAccountUpn: user.upn,
  InitiatingProcessAccountSid: user.sid,
  InitiatingProcessId: random.int(1000, 30_000),
});

export interface ProcessStart {
  readonly at: number;
  readonly user: User;
  readonly file: string;
  readonly command: string;
  readonly parent: string;
  readonly processId?: number;
  readonly sha256?: string;
}

export const processRow = (company: Company, random: Random, start: ProcessStart): LogRow =>
  logRow(company, "DeviceProcessEvents", start.at, {
    ...deviceColumns(random, start.user),
    ActionType: "ProcessCreated",
    AccountName: start.user.account,
    AccountUpn: start.user.upn,
    AccountSid: start.user.sid,
    FileName: start.file,
    FolderPath: `C:\\Program Files\\${start.file}`,
    ProcessCommandLine: start.command,
    ProcessId: start.processId ?? random.int(1000, 30_000),
    ProcessCreationTime: iso(start.at),
    SHA256: start.sha256 ?? random.hex(64),
    InitiatingProcessFileName: start.parent,
    InitiatingProcessCommandLine: start.parent,
  });

export interface Connection {
  readonly at: number;
  readonly user: User;
  readonly url: string;
  readonly ip: string;
  readonly process: string;
}

export const connectionRow = (company: Company, random: Random, to: Connection): LogRow =>
  logRow(company, "DeviceNetworkEvents", to.at, {
    ...deviceColumns(random, to.user),
    ActionType: "ConnectionSuccess",
    RemoteUrl: to.url,
    RemoteIP: to.ip,
    RemotePort: 443,
    RemoteIPType: "Public",
    LocalIP: to.user.host.ip,
    LocalPort: random.int(49_152, 65_000),
    Protocol: "Tcp",
    InitiatingProcessFileName: to.process,
    InitiatingProcessCommandLine: to.process,
  });

export const fileRow = (
  company: Company,
  random: Random,
  saved: { at: number; user: User; name: string; sha256: string },
): LogRow =>
  logRow(company, "DeviceFileEvents", saved.at, {
    ...deviceColumns(random, saved.user),
    ActionType: "FileCreated",
    FileName: saved.name,
    FolderPath: `C:\\Users\\${saved.user.account}\\Downloads\\${saved.name}`,
    SHA256: saved.sha256,
    InitiatingProcessFileName: "outlook.exe",
  });

export interface OfficeAction {
  readonly at: number;
  readonly user: User;
  readonly operation: string;
  readonly workload: string;
  readonly ip: string;
  readonly object: string;
  readonly parameters?: readonly { Name: string; Value: string }[];
}

export const officeRow = (company: Company, random: Random, action: OfficeAction): LogRow =>
  logRow(company, "OfficeActivity", action.at, {
    SourceRecordId: random.guid(),
    OfficeId: random.guid(),
    OrganizationId: company.azureTenantId,
    OfficeWorkload: action.workload,
    RecordType: action.workload === "Exchange" ? "ExchangeAdmin" : "SharePointFileOperation",
    Operation: action.operation,
    ResultStatus: "Succeeded",
    UserId: action.user.upn,
    UserKey: action.user.id,
    UserType: "Regular",
    OfficeObjectId: action.object,
    // As the product writes it: with the client's port.
    ClientIP: `${action.ip}:${random.int(1024, 65_000)}`,
    ...(action.parameters === undefined ? {} : { Parameters: JSON.stringify(action.parameters) }),
  });

export interface Indicator {
  readonly at: number;
  readonly kind: "ip" | "domain";
  readonly value: string;
  readonly threat: string;
  readonly confidence: number;
}

/** One indicator in the old table and in the STIX one that replaces it. */
export function indicatorRows(company: Company, random: Random, indicator: Indicator): LogRow[] {
  const { at, kind, value, threat, confidence } = indicator;
  const validUntil = iso(at + 90 * 86_400_000);
  const id = random.hex(32);
  return [
    logRow(company, "ThreatIntelligenceIndicator", at, {
      IndicatorId: id,
      ExternalIndicatorId: `indicator--${random.guid()}`,
      Active: true,
      ThreatType: threat,
      ConfidenceScore: confidence,
      Description: `${threat} seen by a feed`,
      ExpirationDateTime: validUntil,
      SourceSystem: "Community feed",
      ...(kind === "ip" ? { NetworkIP: value } : { DomainName: value }),
    }),
    logRow(company, "ThreatIntelIndicators", at, {
      Id: id,
      IsActive: true,
      IsDeleted: false,
      Confidence: confidence,
      ObservableKey: kind === "ip" ? "ipv4-addr:value" : "domain-name:value",
      ObservableValue: value,
      Pattern: `[${kind === "ip" ? "ipv4-addr" : "domain-name"}:value = '${value}']`,
      ValidFrom: iso(at),
      ValidUntil: validUntil,
      SourceSystem: "Community feed",
    }),
  ];
}
