/**
 * What identifies an entity: Sentinel's strong identifiers by type
 * (https://learn.microsoft.com/azure/sentinel/entities-reference).
 */
import type { EntityType } from "../schemas/incidents.ts";
import type { EntityFields, EntityNode } from "./entitiesDocument.ts";
import { addressOf } from "./entitiesAddress.ts";

export interface Identity {
  type: EntityType;
  /** Names of the thing, the most telling first. */
  values: string[];
  /** Strong identifiers: two entities that share one are the same. Empty when there is none. */
  keys: string[];
  /** A private address or a well-known value: says little outside its network. */
  isPrivate: boolean;
}

type Identify = (fields: EntityFields) => Omit<Identity, "type">;

/** Sentinel drops these; they are kept here and marked. */
const WELL_KNOWN_ACCOUNTS: ReadonlySet<string> = new Set([
  "admin",
  "administrator",
  "anonymous",
  "anonymous logon",
  "authenticated user",
  "dwm-1",
  "everyone",
  "guest",
  "iusr",
  "local service",
  "localservice",
  "network",
  "network service",
  "networkservice",
  "none",
  "root",
  "service",
  "sshd",
  "sys",
  "system",
]);
/**
 * SIDs with an authority's own random parts. All others, services (80) and app pools (82) too, are the same on every
 * machine: https://learn.microsoft.com/windows-server/identity/ad-ds/manage/understand-security-identifiers
 */
const OWN_SID = /^S-1-(?!5-[89]\d-)\d+(-\d+)*(-\d{6,}){3}(-\d+)*$/i;

const BY_TYPE: Readonly<Record<string, readonly [EntityType, Identify]>> = {
  account: ["account", account],
  user: ["account", account],
  host: ["host", host],
  machine: ["host", host],
  device: ["host", host],
  ip: ["ip", ip],
  ipaddress: ["ip", ip],
  url: ["url", url],
  dns: ["domain", domainName],
  dnsresolution: ["domain", domainName],
  file: ["file", file],
  filehash: ["file_hash", fileHash],
  process: ["process", process],
  mailmessage: ["mail_message", mailMessage],
  mailbox: ["mailbox", byFields([["MailboxPrimaryAddress"]], ["Upn", "DisplayName"])],
  mailcluster: ["mail_cluster", byFields([["Query", "Source"]], ["Query", "Source"])],
  cloudapplication: ["cloud_application", byFields([["Name"], ["AppId"]], ["SaasId"])],
  oauthapplication: ["cloud_application", byFields([["OAuthAppId"]], ["OAuthAppName", "Name"])],
  azureresource: ["azure_resource", byFields([["ResourceId"]], ["ResourceName"])],
  registrykey: ["registry_key", registryKey],
  registryvalue: ["registry_value", registryValue],
  securitygroup: ["security_group", byFields([["DistinguishedName"], ["SID"], ["ObjectGuid"]], [])],
  malware: ["malware", byFields([["Name", "Category"]], ["Name"])],
};
/** Not things of their own: the alert itself and a person's bookmark. */
const NO_ENTITIES: ReadonlySet<string> = new Set(["securityalert", "bookmark"]);
const OTHER = byFields(
  [],
  ["Name", "DisplayName", "AppId", "SessionId", "RequestId", "ResourceId", "Id"],
);

/** `undefined` when the object names nothing. */
export function identify({ type, fields, isDeclared }: EntityNode): Identity | undefined {
  const known = BY_TYPE[type];
  if (NO_ENTITIES.has(type) || (known === undefined && !isDeclared)) return undefined;
  const [entityType, of] = known ?? (["other", OTHER] as const);
  const identity = of(fields);
  if (identity.values.length === 0) return undefined;
  return { type: entityType, ...identity };
}

function account(fields: EntityFields): Omit<Identity, "type"> {
  const name = fields.text("Name") ?? fields.text("AccountName");
  // The name can be a display name: only one without spaces is an account's.
  const plain = name !== undefined && !/[\s@\\]/.test(name) ? name : undefined;
  const principal = principalName(fields, name, plain);
  const local = localName(fields, plain);
  const sid = fields.text("Sid");
  const isBuiltIn = sid !== undefined && !OWN_SID.test(sid);
  const isPrivate = isBuiltIn || WELL_KNOWN_ACCOUNTS.has(name?.toLowerCase() ?? "");
  const [directory, puid, guid] = ["AadUserId", "PUID", "ObjectGuid"].map((id) => fields.text(id));
  const keys = [
    keyed("upn", principal),
    keyed("aad", directory),
    keyed("sid", isBuiltIn ? undefined : sid),
    keyed("nt", isPrivate ? undefined : local),
    keyed("puid", puid),
    keyed("guid", guid),
  ];
  const others = [name, fields.text("DisplayName"), puid, guid];
  const values = [principal, local, plain, directory, sid, ...others];
  return { values: present(values), keys: present(keys), isPrivate };
}

function principalName(
  fields: EntityFields,
  name: string | undefined,
  plain: string | undefined,
): string | undefined {
  const stated = fields.text("UserPrincipalName");
  if (stated !== undefined) return stated;
  if (name?.includes("@") === true) return name;
  const suffix = fields.text("UPNSuffix");
  return plain === undefined || suffix === undefined ? undefined : `${plain}@${suffix}`;
}

/** `DOMAIN\name`, or the machine's name in place of the domain. */
function localName(fields: EntityFields, plain: string | undefined): string | undefined {
  const where =
    fields.text("NTDomain") ??
    fields.text("DomainName") ??
    fields.text("DnsDomain") ??
    hostName(fields.entity("Host"));
  return plain === undefined || where === undefined ? undefined : `${where}\\${plain}`;
}

function host(fields: EntityFields): Omit<Identity, "type"> {
  const name = hostName(fields);
  const short = fields.text("HostName") ?? fields.text("NetBiosName");
  const domain = fields.text("NTDomain");
  const keys = [
    keyed("name", name?.includes(".") === true ? name : undefined),
    keyed("nt", short !== undefined && domain !== undefined ? `${domain}\\${short}` : undefined),
    keyed("azure", fields.text("AzureID")),
    keyed("agent", fields.text("OMSAgentID")),
    keyed("mde", fields.text("MdatpDeviceId")),
    keyed("aad", fields.text("AadDeviceId")),
  ];
  const others = ["AzureID", "MdatpDeviceId", "AadDeviceId"].map((field) => fields.text(field));
  return { values: present([name, short, ...others]), keys: present(keys), isPrivate: false };
}

/** The full name where the domain is known. */
function hostName(fields: EntityFields | undefined): string | undefined {
  const name = fields?.text("HostName") ?? fields?.text("NetBiosName");
  const domain = fields?.text("DnsDomain");
  const full = name !== undefined && domain !== undefined ? `${name}.${domain}` : undefined;
  return fields?.text("FQDN") ?? (name?.includes(".") === true ? name : (full ?? name));
}

function ip(fields: EntityFields): Omit<Identity, "type"> {
  const text = fields.text("Address") ?? fields.text("Ip");
  if (text === undefined) return NOTHING;
  const { address, isValid, isPrivate } = addressOf(text);
  const scope = fields.text("AddressScope");
  if (isPrivate && scope !== undefined) {
    return { values: [`${address}@${scope}`, address], keys: [`${address}@${scope}`], isPrivate };
  }
  return { values: [address], keys: isValid && !isPrivate ? [address] : [], isPrivate };
}

function url(fields: EntityFields): Omit<Identity, "type"> {
  const text = fields.text("Url");
  const absolute = text === undefined ? undefined : URL.parse(text)?.href;
  return { values: present([absolute ?? text]), keys: present([absolute]), isPrivate: false };
}

function domainName(fields: EntityFields): Omit<Identity, "type"> {
  const name = fields.text("DomainName")?.replace(/\.$/, "").toLowerCase();
  const server = fields.entity("DnsServerIp")?.text("Address");
  const asker = fields.entity("HostIpAddress")?.text("Address");
  const isStrong = name !== undefined && server !== undefined && asker !== undefined;
  return {
    values: present([name]),
    keys: isStrong ? [`${name}|${server}|${asker}`] : [],
    isPrivate: false,
  };
}

function file(fields: EntityFields): Omit<Identity, "type"> {
  const name = fields.text("Name");
  const path = pathOf(fields);
  const hashes = fields.entities("FileHashes").flatMap((hash) => hash.text("Value") ?? []);
  const keys = [
    keyed("path", path === name ? undefined : path),
    ...(name === undefined ? [] : hashes.map((hash) => `hash:${name}|${hash}`)),
  ];
  return { values: present([path, name]), keys: present(keys), isPrivate: false };
}

function pathOf(fields: EntityFields | undefined): string | undefined {
  const name = fields?.text("Name");
  const directory = fields?.text("Directory");
  if (name === undefined || directory === undefined) return name;
  const separator = directory.includes("/") && !directory.includes("\\") ? "/" : "\\";
  return `${directory.replace(/[\\/]+$/, "")}${separator}${name}`;
}

function fileHash(fields: EntityFields): Omit<Identity, "type"> {
  const value = fields.text("Value")?.toLowerCase();
  const algorithm = fields.text("Algorithm");
  const isStrong = value !== undefined && algorithm !== undefined;
  return {
    values: present([value]),
    keys: isStrong ? [`${algorithm}|${value}`] : [],
    isPrivate: false,
  };
}

function process(fields: EntityFields): Omit<Identity, "type"> {
  const number = fields.text("ProcessId");
  const created = fields.text("CreationTimeUtc");
  const image = pathOf(fields.entity("ImageFile"));
  const where = hostName(fields.entity("Host"));
  const isStrong = number !== undefined && created !== undefined && where !== undefined;
  const values = [
    fields.text("CommandLine"),
    image,
    number === undefined ? undefined : `process ${number}`,
  ];
  return {
    values: present(values),
    keys: isStrong ? [`${where}|${number}|${created}`] : [],
    isPrivate: false,
  };
}

function mailMessage(fields: EntityFields): Omit<Identity, "type"> {
  const id = fields.text("NetworkMessageId");
  const recipient = fields.text("Recipient");
  const isStrong = id !== undefined && recipient !== undefined;
  return {
    values: present([id, fields.text("InternetMessageId"), fields.text("Subject")]),
    keys: isStrong ? [`${id}|${recipient}`] : [],
    isPrivate: false,
  };
}

function registryKey(fields: EntityFields): Omit<Identity, "type"> {
  const path = registryPath(fields);
  const isStrong = path !== undefined && fields.text("Hive") !== undefined;
  return { values: present([path]), keys: isStrong ? [path] : [], isPrivate: false };
}

function registryValue(fields: EntityFields): Omit<Identity, "type"> {
  const key = registryPath(fields.entity("Key"));
  const name = fields.text("Name");
  const path = key !== undefined && name !== undefined ? `${key}\\${name}` : undefined;
  return { values: present([path, name]), keys: present([path]), isPrivate: false };
}

function registryPath(fields: EntityFields | undefined): string | undefined {
  const parts = present([fields?.text("Hive"), fields?.text("Key")]);
  return parts.length === 0 ? undefined : parts.join("\\");
}

/** Strong by any of the field lists of which all fields are there; named by them and by the other fields. */
function byFields(strong: readonly (readonly string[])[], others: readonly string[]): Identify {
  return (fields) => {
    const complete = strong.flatMap((names) => {
      const parts = names.map((name) => fields.text(name));
      return parts.every((part) => part !== undefined) ? [{ names, parts }] : [];
    });
    return {
      values: present([
        ...complete.map(({ parts }) => parts[0]),
        ...others.map((name) => fields.text(name)),
      ]),
      keys: complete.map(({ names, parts }) => `${names.join("+")}:${parts.join("|")}`),
      isPrivate: false,
    };
  };
}

const NOTHING: Omit<Identity, "type"> = { values: [], keys: [], isPrivate: false };

const keyed = (kind: string, value: string | undefined): string | undefined =>
  value === undefined ? undefined : `${kind}:${value}`;

/** Each once, in order. */
const present = (values: readonly (string | undefined)[]): string[] => [
  ...new Set(values.filter((value) => value !== undefined)),
];
