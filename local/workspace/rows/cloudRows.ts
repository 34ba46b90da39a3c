/** Rows of clouds and edges: cloud applications, consents, service principals, Graph, the firewall, watchlists. */
import type { CloudApp, Company, Host, Place, User } from "../company.ts";
import { createRandom, type Random } from "../random.ts";
import { iso, type LogRow, logRow, type Row } from "./row.ts";

export interface CloudAction {
  readonly at: number;
  readonly user: User;
  readonly ip: string;
  readonly place: Place;
  readonly app: string;
  readonly action: string;
  readonly object: string;
}

export const cloudAppRow = (company: Company, random: Random, did: CloudAction): LogRow =>
  logRow(company, "CloudAppEvents", did.at, {
    ActionType: did.action,
    ActivityType: "Basic",
    Application: did.app,
    AccountObjectId: did.user.id,
    AccountId: did.user.id,
    AccountDisplayName: did.user.name,
    AccountType: "Regular",
    IPAddress: did.ip,
    CountryCode: did.place.country,
    City: did.place.city,
    IsAnonymousProxy: false,
    IsExternalUser: false,
    ObjectName: did.object,
    ObjectType: "File",
    ReportId: random.guid(),
    AuditSource: "Defender for Cloud Apps app connector",
    AdditionalFields: { TIMatch: "False" },
    RawEventData: { Operation: did.action, ObjectId: did.object, UserId: did.user.upn },
  });

export interface AppChange {
  readonly at: number;
  /** E.g. "Consent to application", "Add service principal credentials". */
  readonly operation: string;
  readonly actor: User;
  readonly ip: string;
  readonly app: CloudApp;
  readonly settings?: Readonly<Record<string, string>>;
}

/** A change of an application in the directory. */
export const appChangeRow = (company: Company, random: Random, change: AppChange): LogRow =>
  logRow(company, "AuditLogs", change.at, {
    SourceSystem: "Azure AD",
    OperationName: change.operation,
    ActivityDisplayName: change.operation,
    ActivityDateTime: iso(change.at),
    Category: "ApplicationManagement",
    LoggedByService: "Core Directory",
    Result: "success",
    CorrelationId: random.guid(),
    Id: `Directory_${random.guid()}`,
    Identity: change.actor.name,
    AADTenantId: company.azureTenantId,
    InitiatedBy: {
      user: {
        id: change.actor.id,
        displayName: change.actor.name,
        userPrincipalName: change.actor.upn,
        ipAddress: change.ip,
      },
    },
    TargetResources: [
      {
        id: change.app.servicePrincipalId,
        type: "ServicePrincipal",
        displayName: change.app.name,
        modifiedProperties: Object.entries(change.settings ?? {}).map(([displayName, value]) => ({
          displayName,
          oldValue: null,
          newValue: JSON.stringify(value),
        })),
      },
    ],
  });

export const appSignInRow = (
  company: Company,
  random: Random,
  { at, app, ip, resource }: { at: number; app: CloudApp; ip: string; resource: string },
): LogRow =>
  logRow(company, "AADServicePrincipalSignInLogs", at, {
    SourceSystem: "Azure AD",
    OperationName: "Sign-in activity",
    Category: "ServicePrincipalSignInLogs",
    ResultType: "0",
    CorrelationId: random.guid(),
    Id: random.guid(),
    CreatedDateTime: iso(at - 1500),
    AppId: app.appId,
    ServicePrincipalId: app.servicePrincipalId,
    ServicePrincipalName: app.name,
    IPAddress: ip,
    ResourceDisplayName: resource,
    ClientCredentialType: "clientSecret",
    AADTenantId: company.azureTenantId,
  });

export const graphCallRow = (
  company: Company,
  random: Random,
  call: { at: number; app: CloudApp; ip: string; path: string; user?: User; bytes: number },
): LogRow =>
  logRow(company, "MicrosoftGraphActivityLogs", call.at, {
    RequestId: random.guid(),
    OperationId: random.guid(),
    ApiVersion: "v1.0",
    RequestMethod: "GET",
    ResponseStatusCode: 200,
    ResponseSizeBytes: call.bytes,
    DurationMs: random.int(20, 900),
    IPAddress: call.ip,
    RequestUri: `https://graph.microsoft.com/v1.0${call.path}`,
    AppId: call.app.appId,
    ServicePrincipalId: call.user === undefined ? call.app.servicePrincipalId : "",
    UserId: call.user?.id ?? "",
    AadTenantId: company.azureTenantId,
  });

/** A session through the company's firewall. */
export const firewallRow = (
  company: Company,
  random: Random,
  flow: { at: number; from: Host; user: User; toIp: string; port?: number; sentBytes: number },
): LogRow =>
  logRow(company, "CommonSecurityLog", flow.at, {
    DeviceVendor: "Palo Alto Networks",
    DeviceProduct: "PAN-OS",
    DeviceEventClassID: "end",
    Activity: "TRAFFIC",
    LogSeverity: "1",
    DeviceAction: "allow",
    SourceIP: flow.from.ip,
    SourceHostName: flow.from.name,
    SourceUserName: `${company.name}\\${flow.user.account}`,
    SourcePort: random.int(49_152, 65_000),
    DestinationIP: flow.toIp,
    DestinationPort: flow.port ?? 443,
    Protocol: "tcp",
    SentBytes: flow.sentBytes,
    ReceivedBytes: random.int(4000, 900_000),
    Computer: `${company.name.slice(0, 3)}-fw-01`,
    SourceTranslatedAddress: company.officeIp,
  });

/** One item of a watchlist that the security team keeps; each refresh writes the same item again. */
export const watchlistRow = (
  company: Company,
  { at, alias, key, item }: { at: number; alias: string; key: string; item: Row },
): LogRow => {
  const listId = createRandom(`${company.name}/watchlist/${alias}`).guid();
  const itemId = createRandom(`${company.name}/watchlist/${alias}/${key}`).guid();
  return logRow(company, "Watchlist", at, {
    AzureTenantId: company.azureTenantId,
    WatchlistId: listId,
    WatchlistItemId: itemId,
    WatchlistName: alias,
    WatchlistAlias: alias,
    Provider: "Security team",
    Source: "Local file",
    CreatedTimeUTC: iso(at),
    LastUpdatedTimeUTC: iso(at),
    SearchKey: key,
    WatchlistItem: item,
    _DTItemId: itemId,
    _DTTimestamp: iso(at),
    _DTItemType: "watchlist-item",
    _DTItemStatus: "Create",
  });
};

export const peerRow = (
  company: Company,
  { at, user, peer, rank }: { at: number; user: User; peer: User; rank: number },
): LogRow =>
  logRow(company, "UserPeerAnalytics", at, {
    AADTenantId: company.azureTenantId,
    UserId: user.id,
    UserPrincipalName: user.upn,
    UserName: user.name,
    PeerUserId: peer.id,
    PeerUserPrincipalName: peer.upn,
    PeerUserName: peer.name,
    Rank: rank,
  });
