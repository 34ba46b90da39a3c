/** Rows of Office 365 and threat intelligence. */
import type { Company, User } from "../company.ts";
import type { Random } from "../random.ts";
import { iso, type LogRow, logRow, type Row } from "./row.ts";

export interface OfficeAction {
  readonly at: number;
  readonly user: User;
  readonly operation: string;
  readonly workload: string;
  readonly ip: string;
  readonly object: string;
  readonly parameters?: readonly { Name: string; Value: string }[];
  /** With whom something was shared. */
  readonly sharedWith?: string;
  /** Program that reads the mailbox. */
  readonly client?: string;
}

/** Site, name and kind of a file in SharePoint. */
function fileColumns(url: string): Row {
  const name = url.split("/").at(-1) ?? "";
  return {
    Site_Url: url.split("/").slice(0, -1).join("/"),
    SourceFileName: name,
    SourceFileExtension: name.includes(".") ? (name.split(".").at(-1) ?? "") : "",
  };
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
    Client_IPAddress: action.workload === "Exchange" ? action.ip : "",
    ClientInfoString: action.client ?? "",
    UserSharedWith: action.sharedWith ?? "",
    ...(action.workload === "Exchange" ? {} : fileColumns(action.object)),
    ...(action.parameters === undefined ? {} : { Parameters: JSON.stringify(action.parameters) }),
  });

export interface Indicator {
  readonly at: number;
  readonly kind: "ip" | "domain" | "hash";
  readonly value: string;
  readonly threat: string;
  readonly confidence: number;
}

/** Column of the old table, and key of the STIX observable. */
const KINDS = {
  ip: ["NetworkIP", "ipv4-addr:value"],
  domain: ["DomainName", "domain-name:value"],
  hash: ["FileHashValue", "file:hashes.'SHA-256'"],
} as const;

/** One indicator in the old table and in the STIX one that replaces it. */
export function indicatorRows(company: Company, random: Random, indicator: Indicator): LogRow[] {
  const { at, kind, value, threat, confidence } = indicator;
  const validUntil = iso(at + 90 * 86_400_000);
  const id = random.hex(32);
  const [column, key] = KINDS[kind];
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
      [column]: value,
      ...(kind === "hash" ? { FileHashType: "SHA256" } : {}),
    }),
    logRow(company, "ThreatIntelIndicators", at, {
      Id: id,
      IsActive: true,
      IsDeleted: false,
      Confidence: confidence,
      ObservableKey: key,
      ObservableValue: value,
      Pattern: `[${key} = '${value}']`,
      ValidFrom: iso(at),
      ValidUntil: validUntil,
      SourceSystem: "Community feed",
    }),
  ];
}
