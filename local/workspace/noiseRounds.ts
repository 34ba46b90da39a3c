/** What a company's own machinery does at set times: backup, patches, updates, inventory, exercises, deliveries. */
import type { Company, Host, Software, User } from "./company.ts";
import type { Random } from "./random.ts";
import { officeRow } from "./rows/activityRows.ts";
import { appSignInRow, firewallRow, graphCallRow } from "./rows/cloudRows.ts";
import { connectionRow, fileRow, processRow, program, registryRow } from "./rows/deviceRows.ts";
import type { LogRow } from "./rows/row.ts";
import { certificateRow, deviceEventRow, directoryLogonRow, logonRow } from "./rows/sensorRows.ts";
import { senderOf } from "./stories/exfiltrationScenes.ts";
import { BACKUP_COMMAND, PATCH_COMMAND } from "./stories/lateralScenes.ts";
import { inventoryCommand } from "./stories/processScenes.ts";

const HOUR = 3_600_000;
const MINUTE = 60_000;

/** The rounds of one day; `weekday` counts from Sunday. */
export function roundRows(
  company: Company,
  random: Random,
  startsAt: number,
  weekday: number,
): LogRow[] {
  const { validation, updater } = company.estate;
  const rows = [
    ...backupRound(company, random, startsAt + HOUR),
    ...appRound(company, random, startsAt),
  ];
  const someUsers = (count: number): User[] => random.sample(company.users, count);
  if (weekday === 1)
    rows.push(
      ...someUsers(Math.ceil(company.users.length / 4)).flatMap((user) =>
        installRound(company, random, startsAt + 10 * HOUR, user, updater, "msiexec.exe"),
      ),
      ...deliveryRound(company, random, startsAt + 14 * HOUR),
    );
  if (weekday === 3)
    rows.push(
      ...someUsers(4).flatMap((user) =>
        installRound(company, random, startsAt + 11 * HOUR, user, validation, "taskeng.exe"),
      ),
    );
  if (weekday === 4) rows.push(...patchRound(company, random, startsAt + 20 * HOUR));
  if (weekday === 5)
    rows.push(...inventoryRound(company, random, startsAt + 12 * HOUR, someUsers(6)));
  return rows;
}

/** The backup logs on to every server. */
function backupRound(company: Company, random: Random, at: number): LogRow[] {
  const { backup: user, servers } = company.estate;
  return visits(company, random, { at, user, from: user.host, servers }, (host) => {
    const started = program(random, "backupagent.exe", BACKUP_COMMAND, "services.exe");
    return processRow(company, random, { at: at + 2 * MINUTE, user, host, started });
  });
}

/** The administrator installs updates on every server. */
function patchRound(company: Company, random: Random, at: number): LogRow[] {
  const { operator: user, servers, managementServer: from } = company.estate;
  return visits(company, random, { at, user, from, servers }, (host) => {
    const by = program(random, "wsmprovhost.exe", "wsmprovhost.exe -Embedding", "svchost.exe");
    const started = program(random, "powershell.exe", PATCH_COMMAND, "wsmprovhost.exe");
    return processRow(company, random, { at: at + 3 * MINUTE, user, host, started, by });
  });
}

interface Visits {
  readonly at: number;
  readonly user: User;
  readonly from: Host;
  readonly servers: readonly Host[];
}

/** A network logon to each of the others, and what is done there. */
const visits = (
  company: Company,
  random: Random,
  { at, user, from, servers }: Visits,
  does: (host: Host) => LogRow,
): LogRow[] =>
  servers
    .filter((host) => host !== from)
    .flatMap((host) => [
      directoryLogonRow(company, random, { at: at - 500, user, from, to: host }),
      logonRow(company, random, { at, user, host, type: "Network", from, isAdmin: true }),
      does(host),
    ]);

/** Known software arrives on a machine and is started; the antivirus looks at it. */
function installRound(
  company: Company,
  random: Random,
  startsAt: number,
  user: User,
  { file, folder, sha256, signer, domain, ip }: Software,
  parent: string,
): LogRow[] {
  const at = startsAt + random.int(0, 90) * MINUTE;
  const by = program(random, parent, parent, "services.exe");
  const started = program(random, file, `"${folder}\\${file}" /background`, parent, {
    folder,
    sha256,
  });
  const scanner = program(random, "msmpeng.exe", "MsMpEng.exe", "services.exe");
  const key = `HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\${file.split(".")[0] ?? file}`;
  return [
    fileRow(company, random, {
      at,
      user,
      action: "FileCreated",
      name: file,
      folder,
      sha256,
      by,
      originUrl: `https://${domain}/${file}`,
    }),
    processRow(company, random, { at: at + MINUTE, user, started, by }),
    connectionRow(company, random, { at: at + 2 * MINUTE, user, url: domain, ip, by: started }),
    registryRow(company, random, {
      at,
      user,
      key,
      name: "ImagePath",
      data: `${folder}\\${file}`,
      by,
    }),
    certificateRow(company, random, { at, user, sha256, signer, isTrusted: true }),
    deviceEventRow(company, random, {
      at: at + MINUTE,
      user,
      action: "AntivirusReport",
      file,
      sha256,
      by: scanner,
    }),
  ];
}

/** The administrator's inventory on some machines. */
const inventoryRound = (
  company: Company,
  random: Random,
  at: number,
  users: readonly User[],
): LogRow[] => {
  const { operator: user } = company.estate;
  return users.map(({ host }, index) => {
    const command = inventoryCommand(company.domain);
    const started = program(random, "powershell.exe", command, "ccmexec.exe");
    return processRow(company, random, { at: at + index * MINUTE, user, host, started });
  });
};

/** The partner gets its data: files, an archive, an upload. */
function deliveryRound(company: Company, random: Random, at: number): LogRow[] {
  const user = senderOf(company.users);
  const partner = random.pick(company.partners);
  const archive = program(
    random,
    "7z.exe",
    "7z.exe a C:\\Partners\\delivery.7z C:\\Partners\\out",
    "explorer.exe",
  );
  const upload = program(
    random,
    "winscp.exe",
    `winscp.exe /upload C:\\Partners\\delivery.7z sftp://${partner.linkDomain}`,
    "cmd.exe",
  );
  const sentBytes = random.int(150, 700) * 1_048_576;
  return [
    ...Array.from({ length: 40 }, (_, index) =>
      officeRow(company, random, {
        at: at + index * 20_000,
        user,
        ip: company.officeIp,
        operation: "FileDownloaded",
        workload: "SharePoint",
        object: `https://${company.name}.sharepoint.example/sites/partners/${random.hex(4)}.xlsx`,
      }),
    ),
    processRow(company, random, { at: at + 15 * MINUTE, user, started: archive }),
    processRow(company, random, { at: at + 20 * MINUTE, user, started: upload }),
    connectionRow(company, random, {
      at: at + 21 * MINUTE,
      user,
      url: partner.linkDomain,
      ip: partner.ip,
      by: upload,
    }),
    firewallRow(company, random, {
      at: at + 30 * MINUTE,
      from: user.host,
      user,
      toIp: partner.ip,
      sentBytes,
    }),
  ];
}

/** The sanctioned application signs in and reads. */
function appRound(company: Company, random: Random, startsAt: number): LogRow[] {
  const { sanctionedApp: app } = company.estate;
  const at = startsAt + 6 * HOUR;
  return [
    appSignInRow(company, random, { at, app, ip: app.ip, resource: "Microsoft Graph" }),
    ...random.sample(company.users, 5).map(({ id }, index) =>
      graphCallRow(company, random, {
        at: at + (index + 1) * 1000,
        app,
        ip: app.ip,
        path: `/users/${id}/messages`,
        bytes: random.int(5000, 400_000),
      }),
    ),
  ];
}
