/** Incidents of every day, which nobody plays: one alert, one thing blocked or reported. */
import type { Company, User } from "../company.ts";
import type { Random } from "../random.ts";
import { processRow } from "../rows/activityRows.ts";
import type { Entity } from "../rows/entityDocument.ts";
import type { Product } from "../rows/incidentRows.ts";
import { accountEntity, MINUTE, type Story } from "./story.ts";

interface Kind {
  readonly name: string;
  readonly product: Product;
  readonly tactic: string;
  readonly technique: string;
  readonly file: string;
}

const KINDS: readonly Kind[] = [
  ["Suspicious scheduled task", "mde", "Persistence", "T1053", "schtasks.exe"],
  ["An uncommon file was blocked", "mde", "Execution", "T1204", "setup_free.exe"],
  ["Suspicious access to LSASS service", "mde", "CredentialAccess", "T1003", "procdump.exe"],
  ["Network mapping reconnaissance (DNS)", "mde", "Discovery", "T1046", "nslookup.exe"],
  ["Mass download by a single user", "mcas", "Collection", "T1213", "onedrive.exe"],
  ["Automated investigation started manually", "xdr", "Execution", "T1059", "powershell.exe"],
].map(([name = "", product, tactic = "", technique = "", file = ""]) => ({
  name,
  product: product === "mcas" || product === "xdr" ? product : "mde",
  tactic,
  technique,
  file,
}));

const hostEntity = (company: Company, { host }: User): Entity => ({
  HostName: host.name,
  DnsDomain: company.domain,
  FQDN: host.fqdn,
  AadDeviceId: host.aadDeviceId,
  MdatpDeviceId: host.deviceId,
  LastIpAddress: { Address: host.ip, Type: "ip" },
  OSFamily: "Windows",
  Type: "host",
});

/** Tells one of them, ended at `endsAt`. */
export function everydayStory(company: Company, random: Random, endsAt: number): Story {
  const user = random.pick(company.users);
  const { name, product, tactic, technique, file } = random.pick(KINDS);
  const startedAt = endsAt - random.int(5, 30) * MINUTE;
  const processId = random.int(1000, 30_000);
  const sha256 = random.hex(64);
  const row = processRow(company, random, {
    processId,
    sha256,
    at: startedAt,
    user,
    file,
    command: `${file} /q`,
    parent: "explorer.exe",
  });
  const hash: Entity = {
    Algorithm: "SHA256",
    Value: sha256,
    Type: "filehash",
  };
  const image: Entity = {
    Directory: "C:\\Program Files",
    Name: file,
    FileHashes: [hash],
    Type: "file",
  };
  const host = hostEntity(company, user);
  const account = accountEntity(company, user);
  const process: Entity = {
    ProcessId: String(processId),
    CommandLine: `${file} /q`,
    ImageFile: image,
    Account: account,
    Host: host,
    Type: "process",
  };
  return {
    title: `${name} on one endpoint`,
    tactics: [tactic],
    techniques: [technique],
    alerts: [
      {
        name,
        product,
        startedAt,
        endedAt: startedAt + 2 * MINUTE,
        entities: [process, image, hash, host, account],
        compromised: user.host.fqdn,
      },
    ],
    rows: [row],
    evidence: [row],
    entities: [{ type: "host", value: user.host.fqdn }],
  };
}
