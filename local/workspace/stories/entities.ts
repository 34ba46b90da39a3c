/** Entities of alerts, as products list them. */
import type { Company, Host, Place, User } from "../company.ts";
import type { Program } from "../rows/deviceRows.ts";
import type { Entity } from "../rows/entityDocument.ts";

export const accountEntity = (company: Company, user: User): Entity => ({
  Name: user.account,
  UPNSuffix: company.domain,
  NTDomain: company.name,
  AadUserId: user.id,
  Sid: user.sid,
  UserPrincipalName: user.upn,
  DisplayName: user.name,
  IsDomainJoined: true,
  Type: "account",
});

export const ipEntity = (address: string, place?: Place): Entity => ({
  Address: address,
  ...(place === undefined ? {} : { Location: { CountryCode: place.country, City: place.city } }),
  Type: "ip",
});

export const hostEntity = (company: Company, host: Host): Entity => ({
  HostName: host.name,
  DnsDomain: company.domain,
  FQDN: host.fqdn,
  AadDeviceId: host.aadDeviceId,
  MdatpDeviceId: host.deviceId,
  LastIpAddress: { Address: host.ip, Type: "ip" },
  OSFamily: "Windows",
  Type: "host",
});

/** A process with its image, hash, account and host nested; list them again at the top level for references. */
export function processEntities(
  run: Program,
  account: Entity,
  host: Entity,
): { process: Entity; image: Entity; hash: Entity } {
  const hash: Entity = { Algorithm: "SHA256", Value: run.sha256, Type: "filehash" };
  const image: Entity = {
    Directory: run.folder,
    Name: run.file,
    FileHashes: [hash],
    Type: "file",
  };
  const process: Entity = {
    ProcessId: String(run.processId),
    CommandLine: run.command,
    ImageFile: image,
    Account: account,
    Host: host,
    Type: "process",
  };
  return { process, image, hash };
}

export const appEntity = (app: { name: string; appId: string }): Entity => ({
  OAuthAppId: app.appId,
  OAuthAppName: app.name,
  Type: "oauth-application",
});
