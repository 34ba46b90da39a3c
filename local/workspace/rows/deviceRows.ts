/** Rows of Defender for Endpoint about programs: what starts, connects, writes files and changes the registry. */
import type { Company, Host, User } from "../company.ts";
import { stableHash } from "../estate.ts";
import type { Random } from "../random.ts";
import { iso, type LogRow, logRow, type Row } from "./row.ts";

/** A program as it runs on a device. */
export interface Program {
  readonly file: string;
  readonly folder: string;
  readonly command: string;
  readonly parent: string;
  readonly sha256: string;
  readonly processId: number;
}

/** Where something happens, and in whose name. */
export interface OnDevice {
  readonly at: number;
  readonly user: User;
  /** Default: the user's own machine. */
  readonly host?: Host;
}

const SYSTEM_FOLDER = "C:\\Windows\\System32";
const SYSTEM = new Set(
  "powershell.exe cmd.exe rundll32.exe schtasks.exe wmic.exe nslookup.exe svchost.exe services.exe msiexec.exe curl.exe certutil.exe wmiprvse.exe lsass.exe net.exe vssadmin.exe explorer.exe reg.exe tar.exe wsmprovhost.exe".split(
    " ",
  ),
);
const known = new Map<string, Pick<Program, "sha256" | "folder">>();

/** Hash and folder of a program that is the same on every host. */
function installed(file: string): Pick<Program, "sha256" | "folder"> {
  const found = known.get(file);
  if (found !== undefined) return found;
  const folder = SYSTEM.has(file)
    ? SYSTEM_FOLDER
    : `C:\\Program Files\\${file.split(".")[0] ?? file}`;
  const made = { sha256: stableHash(`program/${file}`), folder };
  known.set(file, made);
  return made;
}

/** A program with what is left out filled in as for installed software. */
export const program = (
  random: Random,
  file: string,
  command: string,
  parent: string,
  more: Partial<Program> = {},
): Program => ({
  file,
  command,
  parent,
  processId: random.int(1000, 30_000),
  ...installed(file),
  ...more,
});

export const deviceColumns = (random: Random, { host, user }: OnDevice): Row => ({
  DeviceId: (host ?? user.host).deviceId,
  DeviceName: (host ?? user.host).fqdn,
  ReportId: random.int(1, 999_999),
});

/** The columns of the program that did it. */
export const initiatingColumns = (company: Company, user: User, by: Program): Row => ({
  InitiatingProcessAccountDomain: company.name,
  InitiatingProcessAccountName: user.account,
  InitiatingProcessAccountUpn: user.upn,
  InitiatingProcessAccountSid: user.sid,
  InitiatingProcessAccountObjectId: user.id,
  InitiatingProcessFileName: by.file,
  InitiatingProcessFolderPath: `${by.folder}\\${by.file}`,
  InitiatingProcessCommandLine: by.command,
  InitiatingProcessSHA256: by.sha256,
  InitiatingProcessId: by.processId,
  InitiatingProcessParentFileName: by.parent,
});

/** A start of a program; its parent stands in `by`. */
export const processRow = (
  company: Company,
  random: Random,
  start: OnDevice & { readonly started: Program; readonly by?: Program; readonly level?: string },
): LogRow => {
  const { at, user, started, level = "Medium" } = start;
  const by = start.by ?? program(random, started.parent, started.parent, "userinit.exe");
  return logRow(company, "DeviceProcessEvents", at, {
    ...deviceColumns(random, start),
    ...initiatingColumns(company, user, by),
    ActionType: "ProcessCreated",
    AccountDomain: company.name,
    AccountName: user.account,
    AccountUpn: user.upn,
    AccountSid: user.sid,
    AccountObjectId: user.id,
    FileName: started.file,
    FolderPath: `${started.folder}\\${started.file}`,
    ProcessCommandLine: started.command,
    ProcessId: started.processId,
    ProcessCreationTime: iso(at),
    ProcessIntegrityLevel: level,
    SHA256: started.sha256,
  });
};

export interface Connection extends OnDevice {
  readonly url?: string;
  readonly ip: string;
  /** Default: 443. */
  readonly port?: number;
  readonly by: Program;
}

export const connectionRow = (company: Company, random: Random, to: Connection): LogRow =>
  logRow(company, "DeviceNetworkEvents", to.at, {
    ...deviceColumns(random, to),
    ...initiatingColumns(company, to.user, to.by),
    ActionType: "ConnectionSuccess",
    RemoteUrl: to.url ?? "",
    RemoteIP: to.ip,
    RemotePort: to.port ?? 443,
    RemoteIPType: to.ip.startsWith("10.") ? "Private" : "Public",
    LocalIP: (to.host ?? to.user.host).ip,
    LocalPort: random.int(49_152, 65_000),
    Protocol: "Tcp",
  });

export interface FileChange extends OnDevice {
  readonly action: "FileCreated" | "FileModified" | "FileRenamed" | "FileDeleted";
  readonly name: string;
  readonly folder: string;
  readonly sha256: string;
  readonly by: Program;
  readonly originUrl?: string;
  readonly previousName?: string;
  /** Set when it came over the network, to a share. */
  readonly share?: { readonly name: string; readonly fromIp: string };
}

export const fileRow = (company: Company, random: Random, change: FileChange): LogRow =>
  logRow(company, "DeviceFileEvents", change.at, {
    ...deviceColumns(random, change),
    ...initiatingColumns(company, change.user, change.by),
    ActionType: change.action,
    FileName: change.name,
    FolderPath: `${change.folder}\\${change.name}`,
    FileSize: random.int(2000, 4_000_000),
    SHA256: change.sha256,
    RequestAccountName: change.user.account,
    RequestAccountDomain: company.name,
    FileOriginUrl: change.originUrl ?? "",
    PreviousFileName: change.previousName ?? "",
    ...(change.share === undefined
      ? {}
      : {
          ShareName: change.share.name,
          RequestSourceIP: change.share.fromIp,
          RequestProtocol: "Smb",
        }),
  });

export interface RegistryChange extends OnDevice {
  readonly key: string;
  readonly name: string;
  readonly data: string;
  readonly by: Program;
}

export const registryRow = (company: Company, random: Random, change: RegistryChange): LogRow =>
  logRow(company, "DeviceRegistryEvents", change.at, {
    ...deviceColumns(random, change),
    ...initiatingColumns(company, change.user, change.by),
    ActionType: "RegistryValueSet",
    RegistryKey: change.key,
    RegistryValueName: change.name,
    RegistryValueData: change.data,
    RegistryValueType: "String",
  });
