/** What the logs hold of an account that reaches many machines. */
import type { Host, User } from "../company.ts";
import { auditRow } from "../rows/identityRows.ts";
import type { LogRow } from "../rows/row.ts";
import { directoryLogonRow, directoryQueryRow } from "../rows/sensorRows.ts";
import { elsewhere, type OnHost, onHost } from "./sceneLog.ts";
import { MINUTE, type StoryContext } from "./story.ts";

export interface MovementScene {
  readonly on: OnHost;
  readonly targets: readonly Host[];
  readonly rows: readonly LogRow[];
  readonly evidence: readonly LogRow[];
}

interface Movement {
  readonly user: User;
  readonly from: Host;
  readonly targets: readonly Host[];
  /** The program that reaches out, and what runs on the other side. */
  readonly tool: string;
  readonly command: (target: Host) => string;
  readonly remoteParent: string;
  readonly remote: string;
  readonly remoteCommand: string;
  readonly file: string;
  readonly share: string;
  readonly query: string;
  /** Logons that fail first, for each target. */
  readonly failures: number;
  readonly isAdmin: boolean;
  /** The account is put into a role of administrators first. */
  readonly grantsRole: boolean;
}

/** Logons, connections, a copied file and a remote start on each target, within the hour. */
function move(context: StoryContext, what: Movement): MovementScene {
  const { company, random } = context;
  const { user, from, targets } = what;
  const on = onHost(context, user, from);
  const evidence = targets.flatMap((target, index): LogRow[] => {
    const minute = 6 + index * 5;
    const there = elsewhere(context, on, user, target);
    const tool = on.program(what.tool, what.command(target), "cmd.exe");
    const parent = there.program(what.remoteParent, what.remoteParent, "services.exe");
    const remote = there.program(what.remote, what.remoteCommand, what.remoteParent);
    const logon = { type: "Network", from, isAdmin: what.isAdmin } as const;
    return [
      on.starts(minute, tool),
      on.connects(minute + 0.1, { ip: target.ip, port: 445, by: tool }),
      directoryLogonRow(company, random, {
        at: on.at(minute + 0.2),
        user,
        from,
        to: target,
      }),
      there.logsOn(minute + 0.3, logon),
      there.writes(minute + 0.5, {
        action: "FileCreated",
        name: what.file,
        folder: `C:\\${what.share.replaceAll("$", "")}`,
        sha256: random.hex(64),
        by: parent,
        share: { name: `\\\\${target.name}\\${what.share}`, fromIp: from.ip },
      }),
      there.starts(minute + 1, remote, parent),
    ];
  });
  const query = directoryQueryRow(company, random, {
    at: on.at(2),
    user,
    from,
    query: what.query,
    target: "AllObjects",
  });
  const failed = failedLogons(context, on, targets.slice(0, what.failures));
  const granted = what.grantsRole
    ? [
        auditRow(company, random, {
          at: on.at(3),
          operation: "Add member to role",
          actor: user,
          target: user,
          ip: company.officeIp,
        }),
      ]
    : [];
  const rows = [query, ...failed, ...granted, ...evidence];
  return { on, targets, rows, evidence: [query, ...evidence] };
}

/** Wrong passwords, as the domain controller and the targets saw them. */
const failedLogons = (context: StoryContext, on: OnHost, targets: readonly Host[]): LogRow[] =>
  targets.flatMap((target) => [
    directoryLogonRow(context.company, context.random, {
      at: on.at(4) + context.random.int(0, 60) * 1000,
      user: on.user,
      from: on.host,
      to: target,
      failure: "WrongPassword",
      protocol: "Ntlm",
    }),
    elsewhere(context, on, on.user, target).logsOn(5, {
      type: "Network",
      from: on.host,
      failure: "InvalidUserNameOrPassword",
    }),
  ]);

/** A stolen account goes from a laptop to machines it has never seen. */
export function intrusion(context: StoryContext): MovementScene {
  const { company, random } = context;
  const { servers, operator } = company.estate;
  const victims = company.users.filter((one) => one !== operator);
  const user = random.pick(victims);
  const others = random.sample(
    victims.filter((one) => one !== user),
    2,
  );
  const service = `svc${random.hex(4)}.exe`;
  const isPsExec = random.chance(0.5);
  return move(context, {
    user,
    from: user.host,
    targets: [...random.sample(servers, random.int(2, 4)), ...others.map(({ host }) => host)],
    tool: isPsExec ? "psexec.exe" : "wmic.exe",
    command: ({ name }) =>
      isPsExec
        ? `psexec.exe \\\\${name} -s -d C:\\Windows\\${service}`
        : `wmic.exe /node:${name} process call create "C:\\Windows\\${service}"`,
    remoteParent: isPsExec ? "services.exe" : "wmiprvse.exe",
    remote: service,
    remoteCommand: `C:\\Windows\\${service} -k`,
    file: service,
    share: "ADMIN$",
    query: "(&(objectClass=computer)(servicePrincipalName=*))",
    failures: random.int(1, 3),
    isAdmin: random.chance(0.5),
    grantsRole: true,
  });
}

/** What the administrator runs on every server, every Thursday. */
export const PATCH_COMMAND = "powershell.exe -File C:\\Patching\\install.ps1";
const PATCH_FILE = "install.ps1";

/** The weekly patch round, on another day than usual or on more servers. */
export function patchRound(context: StoryContext): MovementScene {
  const { random, company } = context;
  const { operator, managementServer, servers } = company.estate;
  return move(context, {
    user: operator,
    from: managementServer,
    targets: random.sample(
      servers.filter((one) => one !== managementServer),
      random.int(4, 6),
    ),
    tool: random.pick(["psexec.exe", "wmic.exe"]),
    command: ({ name }) =>
      `Invoke-Command -ComputerName ${name} -FilePath C:\\Patching\\install.ps1`,
    remoteParent: "wsmprovhost.exe",
    remote: "powershell.exe",
    remoteCommand: PATCH_COMMAND,
    file: PATCH_FILE,
    share: "C$",
    query: "(&(objectClass=computer)(operatingSystem=*Server*))",
    failures: random.int(0, 1),
    isAdmin: true,
    grantsRole: random.chance(0.2),
  });
}

/** The backup reads every server every night, and a rule takes its many logons for an attack. */
export function backupRun(context: StoryContext): MovementScene {
  const { random, company } = context;
  const { backup, servers } = company.estate;
  return move(context, {
    user: backup,
    from: backup.host,
    targets: random.sample(
      servers.filter((one) => one !== backup.host),
      random.int(4, 6),
    ),
    tool: "backupagent.exe",
    command: ({ name }) => `backupagent.exe /node:${name} /job:nightly`,
    remoteParent: "services.exe",
    remote: "backupagent.exe",
    remoteCommand: BACKUP_COMMAND,
    file: "catalog.bak",
    share: "Backup$",
    query: "(objectClass=computer)",
    failures: random.int(0, 2),
    isAdmin: true,
    grantsRole: random.chance(0.2),
  });
}

export const BACKUP_COMMAND = "backupagent.exe /service";
/** When the last thing of a movement to so many machines happened. */
export const endOf = ({ on, targets }: MovementScene): number =>
  on.at(6 + targets.length * 5) + MINUTE;
