/** Incidents of every day, which nobody plays: one alert, one thing blocked or reported. */
import type { Company } from "../company.ts";
import type { Random } from "../random.ts";
import { processRow, program } from "../rows/deviceRows.ts";
import type { Product } from "../rows/incidentRows.ts";
import { accountEntity, hostEntity, processEntities } from "./entities.ts";
import { MINUTE, type Story } from "./story.ts";

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

/** Tells one of them, ended at `endsAt`. */
export function everydayStory(company: Company, random: Random, endsAt: number): Story {
  const user = random.pick(company.users);
  const { name, product, tactic, technique, file } = random.pick(KINDS);
  const startedAt = endsAt - random.int(5, 30) * MINUTE;
  const started = program(random, file, `${file} /q`, "explorer.exe", { sha256: random.hex(64) });
  const row = processRow(company, random, { at: startedAt, user, started });
  const host = hostEntity(company, user.host);
  const account = accountEntity(company, user);
  const { process, image, hash } = processEntities(started, account, host);
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
