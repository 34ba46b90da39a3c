/** What a machine does on an ordinary day of its owner. */
import type { Company, User } from "./company.ts";
import type { Random } from "./random.ts";
import { cloudAppRow, firewallRow } from "./rows/cloudRows.ts";
import {
  connectionRow,
  fileRow,
  type OnDevice,
  processRow,
  program,
  registryRow,
} from "./rows/deviceRows.ts";
import type { LogRow } from "./rows/row.ts";
import { deviceEventRow, directoryLogonRow, imageLoadRow, logonRow } from "./rows/sensorRows.ts";
import { vendorCommand } from "./stories/processScenes.ts";

const MINUTE = 60_000;
const PROGRAMS = [
  ["winword.exe", "explorer.exe"],
  ["excel.exe", "explorer.exe"],
  ["msedge.exe", "explorer.exe"],
  ["teams.exe", "explorer.exe"],
  ["svchost.exe", "services.exe"],
  ["onedrive.exe", "explorer.exe"],
] as const;
const SITES = ["www.bing.com", "outlook.office365.com", "teams.microsoft.com", "news.example"];
const EVENTS = [
  "SmartScreenUrlWarning",
  "PnpDeviceConnected",
  "UsbDriveMounted",
  "AntivirusScanCompleted",
];

/** The rows of one working day; `from` is the owner's address of that day. */
export function deviceDay(
  company: Company,
  random: Random,
  user: User,
  { startsAt, ip }: { startsAt: number; ip: string },
): LogRow[] {
  const at = (fromHour: number, toHour: number): number =>
    startsAt + random.int(fromHour * 3600, toHour * 3600) * 1000 + random.int(0, 999);
  const on = (time: number): OnDevice => ({ at: time, user });
  const [file, parent] = random.pick(PROGRAMS);
  const opened = program(random, file, `"${file}" /n`, parent);
  const browser = program(random, "msedge.exe", "msedge.exe", "explorer.exe");
  const toIp = `13.107.${random.int(1, 250)}.${random.int(1, 250)}`;
  const browsedAt = at(8, 17);
  const rows = [
    logonRow(company, random, { ...on(at(7, 9)), type: "Interactive" }),
    processRow(company, random, { ...on(at(8, 17)), started: opened }),
    connectionRow(company, random, {
      ...on(browsedAt),
      url: random.pick(SITES),
      ip: toIp,
      by: browser,
    }),
    firewallRow(company, random, {
      at: browsedAt + 40_000,
      from: user.host,
      user,
      toIp,
      sentBytes: random.int(2000, 4_000_000),
    }),
    fileRow(company, random, {
      ...on(at(8, 17)),
      action: random.chance(0.5) ? "FileCreated" : "FileModified",
      name: `${random.pick(["notes", "plan", "budget", "draft"])}${random.int(1, 40)}.docx`,
      folder: `C:\\Users\\${user.account}\\Documents`,
      sha256: random.hex(64),
      by: opened,
    }),
  ];
  const now = { random, company, user };
  if (random.chance(0.4)) rows.push(...reachServer(now, at(8, 17)));
  if (random.chance(0.3)) rows.push(...updaterRuns(now, at(9, 16)));
  if (random.chance(0.3)) rows.push(...seldom(now, at(8, 17)));
  if (random.chance(0.4)) rows.push(inCloud(now, at(9, 17), ip));
  return rows;
}

interface Owner {
  readonly company: Company;
  readonly random: Random;
  readonly user: User;
}

const CLOUD_ACTIONS = [
  ["Microsoft SharePoint Online", "FileAccessed"],
  ["Microsoft Teams", "MessageSent"],
  ["Microsoft Exchange Online", "MailItemsAccessed"],
] as const;

function inCloud({ company, random, user }: Owner, at: number, ip: string): LogRow {
  const [app, action] = random.pick(CLOUD_ACTIONS);
  const object = `item-${random.hex(6)}`;
  return cloudAppRow(company, random, { at, user, ip, place: company.office, app, action, object });
}

/** A file is opened from the file server. */
function reachServer({ company, random, user }: Owner, at: number): LogRow[] {
  const { fileServer } = company.estate;
  const by = program(random, "explorer.exe", "explorer.exe", "userinit.exe");
  const from = user.host;
  return [
    logonRow(company, random, { at, user, host: fileServer, type: "Network", from }),
    directoryLogonRow(company, random, { at: at - 500, user, from, to: fileServer }),
    connectionRow(company, random, { at: at - 800, user, ip: fileServer.ip, port: 445, by }),
  ];
}

/** The vendor's program looks for updates, with its script. */
function updaterRuns({ company, random, user }: Owner, at: number): LogRow[] {
  const { file, folder, sha256, domain, ip } = company.estate.updater;
  const by = program(random, file, `"${folder}\\${file}" /background`, "services.exe", {
    folder,
    sha256,
  });
  const started = program(random, "powershell.exe", vendorCommand(folder), file);
  return [
    processRow(company, random, { at, user, started, by }),
    connectionRow(company, random, { at: at + 2000, user, url: domain, ip, by }),
  ];
}

/** A device is plugged in, a module is loaded, a setting changes. */
function seldom({ company, random, user }: Owner, at: number): LogRow[] {
  const by = program(random, "onedrive.exe", "onedrive.exe /background", "explorer.exe");
  const folder = `C:\\Users\\${user.account}\\AppData\\Local\\Microsoft\\OneDrive`;
  return [
    deviceEventRow(company, random, { at, user, action: random.pick(EVENTS), by }),
    imageLoadRow(company, random, {
      at: at + MINUTE,
      user,
      by,
      file: "filesyncshell64.dll",
      folder,
      sha256: by.sha256,
    }),
    registryRow(company, random, {
      at: at + 2 * MINUTE,
      user,
      key: "HKEY_CURRENT_USER\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run",
      name: "OneDrive",
      data: `"${folder}\\OneDrive.exe" /background`,
      by,
    }),
  ];
}
