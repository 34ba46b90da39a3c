/**
 * Columns of the Advanced Security Information Model, by schema, as Microsoft documents them ("ASIM schemas"): the
 * fields that parsers fill and queries ask for. Parsers may give more.
 */
import { type KqlColumn, KqlType } from "../../schemas/kql.ts";

const EVENT =
  "TimeGenerated:datetime EventStartTime:datetime EventEndTime:datetime EventType:string EventSubType:string " +
  "EventCount:int EventResult:string EventResultDetails:string EventOriginalResultDetails:string " +
  "EventMessage:string EventOriginalUid:string EventOriginalType:string EventSeverity:string EventVendor:string " +
  "EventProduct:string EventProductVersion:string EventSchema:string EventSchemaVersion:string " +
  "EventReportUrl:string AdditionalFields:dynamic Type:string _ResourceId:string";

const DEVICE =
  "Dvc:string DvcId:string DvcHostname:string DvcDomain:string DvcFQDN:string DvcIpAddr:string DvcOs:string " +
  "DvcAction:string";

const THREAT =
  "ThreatId:string ThreatName:string ThreatCategory:string ThreatConfidence:int ThreatRiskLevel:int " +
  "ThreatField:string ThreatIpAddr:string ThreatIsActive:bool";

const RULE = "Rule:string RuleName:string RuleNumber:int";

const user = (prefix: string): string =>
  ["UserId", "UserIdType", "Username", "UsernameType", "UserType"]
    .map((field) => `${prefix}${field}:string`)
    .join(" ");

const place = (prefix: string): string =>
  `${prefix}GeoCountry:string ${prefix}GeoRegion:string ${prefix}GeoCity:string ` +
  `${prefix}GeoLatitude:real ${prefix}GeoLongitude:real`;

const system = (prefix: string): string =>
  `${prefix}IpAddr:string ${prefix}PortNumber:int ${prefix}Hostname:string ${prefix}Domain:string ` +
  `${prefix}FQDN:string ${prefix}DvcId:string ${prefix}DeviceType:string ${place(prefix)}`;

const process = (prefix: string): string =>
  `${prefix}Name:string ${prefix}Id:string ${prefix}Guid:string ${prefix}CommandLine:string ` +
  `${prefix}MD5:string ${prefix}SHA1:string ${prefix}SHA256:string ${prefix}CreationTime:datetime ` +
  `${prefix}IntegrityLevel:string ${prefix}TokenElevation:string`;

const file = (prefix: string): string =>
  `${prefix}Name:string ${prefix}Path:string ${prefix}PathType:string ${prefix}Directory:string ` +
  `${prefix}Extension:string ${prefix}Size:long ${prefix}MD5:string ${prefix}SHA1:string ${prefix}SHA256:string`;

const NETWORK =
  `${system("Src")} ${system("Dst")} Src:string Dst:string Hostname:string IpAddr:string User:string ` +
  `${user("Src")} ${user("Dst")} SrcProcessName:string SrcProcessId:string SrcAppName:string DstAppName:string ` +
  "SrcBytes:long DstBytes:long NetworkBytes:long SrcPackets:long DstPackets:long NetworkPackets:long " +
  "NetworkProtocol:string NetworkApplicationProtocol:string NetworkDirection:string NetworkDuration:int " +
  "NetworkSessionId:string NetworkIcmpType:string NetworkIcmpCode:int NetworkConnectionHistory:string " +
  "SessionId:string Duration:int SrcMacAddr:string DstMacAddr:string DvcMacAddr:string SrcVlanId:string " +
  "DstVlanId:string SrcNatIpAddr:string DstNatIpAddr:string SrcZone:string DstZone:string " +
  `DvcInboundInterface:string DvcOutboundInterface:string ${THREAT} ${RULE}`;

const SCHEMAS = {
  AuditEvent:
    `${EVENT} ${DEVICE} ${user("Actor")} ActorSessionId:string User:string Operation:string Object:string ` +
    "ObjectId:string ObjectType:string OldValue:string NewValue:string Value:string ValueType:string " +
    `TargetAppName:string TargetAppId:string TargetAppType:string TargetUrl:string ActingAppName:string ` +
    `ActingAppId:string HttpUserAgent:string Src:string ${system("Src")} ${THREAT} ${RULE}`,
  Authentication:
    `${EVENT} ${DEVICE} ${user("Actor")} ActorSessionId:string ${user("Target")} TargetSessionId:string ` +
    `User:string LogonMethod:string LogonProtocol:string LogonTarget:string ActingAppName:string ` +
    "ActingAppId:string TargetAppName:string TargetAppId:string TargetAppType:string TargetUrl:string " +
    "TargetHostname:string TargetDomain:string TargetFQDN:string TargetIpAddr:string TargetPortNumber:int " +
    "TargetDvcId:string TargetDvc:string HttpUserAgent:string SrcDvcOs:string SrcIsp:string Src:string Dst:string " +
    `IpAddr:string Application:string ${system("Src")} ${THREAT} ${RULE}`,
  Dns:
    `${EVENT} ${DEVICE} Src:string Dst:string ${system("Src")} ${system("Dst")} ${user("Src")} User:string ` +
    "SrcProcessName:string SrcProcessId:string Process:string Hostname:string IpAddr:string Domain:string " +
    "DnsQuery:string DnsQueryType:int DnsQueryTypeName:string DnsResponseName:string DnsResponseCode:int " +
    "DnsResponseCodeName:string DnsSessionId:string DnsNetworkDuration:int NetworkProtocol:string " +
    `DomainCategory:string UrlCategory:string ${THREAT} ${RULE}`,
  FileEvent:
    `${EVENT} ${DEVICE} ${user("Actor")} User:string ${process("ActingProcess")} Process:string CommandLine:string ` +
    `${file("TargetFile")} ${file("SrcFile")} FileName:string FilePath:string Hash:string HashType:string ` +
    "TargetAppName:string TargetUrl:string Url:string Application:string HttpUserAgent:string Src:string " +
    `IpAddr:string ${system("Src")} ${THREAT} ${RULE}`,
  NetworkSession: `${EVENT} ${DEVICE} ${NETWORK}`,
  ProcessEvent:
    `${EVENT} ${DEVICE} ${user("Actor")} ActorSessionId:string ${user("Target")} TargetUserSessionId:string ` +
    `User:string ${process("TargetProcess")} TargetProcessFileSize:long ${process("ActingProcess")} ` +
    `${process("ParentProcess")} Process:string CommandLine:string Hash:string HashType:string`,
  RegistryEvent:
    `${EVENT} ${DEVICE} ${user("Actor")} ActorSessionId:string User:string ${process("ActingProcess")} ` +
    "Process:string ParentProcessName:string ParentProcessId:string RegistryKey:string RegistryValue:string " +
    "RegistryValueType:string RegistryValueData:string RegistryPreviousKey:string RegistryPreviousValue:string " +
    "RegistryPreviousValueType:string RegistryPreviousValueData:string",
  UserManagement:
    `${EVENT} ${DEVICE} ${user("Actor")} ActorSessionId:string ${user("Target")} User:string GroupId:string ` +
    "GroupIdType:string GroupName:string GroupNameType:string GroupType:string PreviousPropertyValue:string " +
    "NewPropertyValue:string UpdatedPropertyName:string ActingAppName:string HttpUserAgent:string Src:string " +
    `Hostname:string IpAddr:string ${system("Src")}`,
  WebSession:
    `${EVENT} ${DEVICE} ${NETWORK} Url:string UrlOriginal:string UrlCategory:string HttpVersion:string ` +
    "HttpRequestMethod:string HttpStatusCode:string HttpContentType:string HttpReferrer:string " +
    "HttpUserAgent:string UserAgent:string FileName:string FileSize:long FileMD5:string FileSHA1:string " +
    "FileSHA256:string ThreatUrl:string",
} as const;

export type AsimSchema = keyof typeof SCHEMAS;

/**
 * Names of earlier versions of a schema that its parsers still give beside today's, as documented ("deprecated
 * aliases"): each has the value of the column that it names.
 */
export const ASIM_ALIASES: Partial<Record<AsimSchema, Readonly<Record<string, string>>>> = {
  Authentication: { SrcDvcIpAddr: "SrcIpAddr", SrcDvcHostname: "SrcHostname" },
  Dns: {
    Query: "DnsQuery",
    QueryType: "DnsQueryType",
    QueryTypeName: "DnsQueryTypeName",
    ResponseName: "DnsResponseName",
    ResponseCode: "DnsResponseCode",
    ResponseCodeName: "DnsResponseCodeName",
  },
};

const read = (text: string): KqlColumn[] =>
  text.split(" ").map((column) => {
    const [name = "", type] = column.split(":");
    return { name, type: KqlType.parse(type) };
  });

/** The columns of a schema without its aliases of earlier versions, in a fixed order. */
export const ownAsimColumns = (schema: AsimSchema): KqlColumn[] => read(SCHEMAS[schema]);

/** The columns of a schema, in a fixed order; the aliases of earlier versions come last. */
export function asimColumns(schema: AsimSchema): KqlColumn[] {
  const own = ownAsimColumns(schema);
  const aliases = Object.entries(ASIM_ALIASES[schema] ?? {}).flatMap(([name, of]) =>
    own.filter((column) => column.name === of).map(({ type }) => ({ name, type })),
  );
  return [...own, ...aliases];
}
