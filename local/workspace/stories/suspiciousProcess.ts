/** Suspicious process: an attacker's script, an administrator's, or a vendor's. */
import { accountEntity, hostEntity, ipEntity, processEntities } from "./entities.ts";
import { deviceContext, listed } from "./deviceContext.ts";
import {
  administration,
  documentScript,
  type ProcessScene,
  vendorScript,
} from "./processScenes.ts";
import type { Story, StoryContext, StoryFamily, Truth } from "./story.ts";

const TRIGGERS = [
  "Suspicious PowerShell command line",
  "Suspicious process executed by a script",
  "A process was launched with an encoded command",
];
const SCENES: Readonly<Record<Truth, (context: StoryContext) => ProcessScene>> = {
  true_positive: documentScript,
  benign_positive: administration,
  false_positive: vendorScript,
};

function tell(context: StoryContext): Story {
  const { company, random } = context;
  const name = random.pick(TRIGGERS);
  const scene = SCENES[context.truth](context);
  const { on, run, ip } = scene;
  const account = accountEntity(company, on.user);
  const host = hostEntity(company, on.host);
  const { process, image, hash } = processEntities(run, account, host);
  const window = { startedAt: on.at(3), endedAt: on.at(35), compromised: on.host.fqdn };
  return {
    title: `${name} on one endpoint`,
    tactics: ["Execution", "DefenseEvasion"],
    techniques: ["T1059", "T1027"],
    alerts: [
      { ...window, name, product: "mde", entities: [process, image, hash, host, account] },
      {
        ...window,
        name: "Suspicious access to another process",
        product: "mde",
        entities: [process, host, ipEntity(ip)],
      },
    ],
    rows: [...scene.rows, ...deviceContext(context, on), ...listed(context, on, "ip", ip)],
    evidence: scene.evidence,
    entities: [
      { type: "account", value: on.user.upn },
      { type: "host", value: on.host.fqdn },
      { type: "file", value: run.file },
      { type: "file_hash", value: run.sha256 },
      { type: "ip", value: ip },
    ],
  };
}

export const suspiciousProcess: StoryFamily = {
  name: "suspicious_process",
  title: "Suspicious process or script",
  tell,
};
