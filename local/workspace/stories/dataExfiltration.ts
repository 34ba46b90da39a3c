/** Data exfiltration: theft, a partner's delivery, or a machine that is being filled. */
import { accountEntity, hostEntity, ipEntity } from "./entities.ts";
import { deviceContext, listed } from "./deviceContext.ts";
import { newMachine, partnerDelivery, theft, type TransferScene } from "./exfiltrationScenes.ts";
import type { Product } from "../rows/incidentRows.ts";
import type { Story, StoryContext, StoryFamily, Truth } from "./story.ts";

const TRIGGERS: readonly (readonly [string, Product])[] = [
  ["Mass download by a single user", "mcas"],
  ["Unusual volume of file sharing", "mcas"],
  ["Data exfiltration to an external location", "mde"],
];
const SCENES: Readonly<Record<Truth, (context: StoryContext) => TransferScene>> = {
  true_positive: theft,
  benign_positive: partnerDelivery,
  false_positive: newMachine,
};

function tell(context: StoryContext): Story {
  const { company, random } = context;
  const [name, product] = random.pick(TRIGGERS);
  const scene = SCENES[context.truth](context);
  const { on, ip, place } = scene;
  const account = accountEntity(company, on.user);
  const host = hostEntity(company, on.host);
  const address = ipEntity(ip, place);
  const internal = ipEntity(on.host.ip);
  const session = {
    Type: "cloud-logon-session",
    SessionId: random.guid(),
    UserAccount: account,
    SourceIp: address,
  };
  const window = { startedAt: on.at(3), endedAt: on.at(45), compromised: on.user.upn };
  return {
    title: `${name} involving one user`,
    tactics: ["Collection", "Exfiltration"],
    techniques: ["T1213", "T1567"],
    alerts: [
      { ...window, name, product, entities: [session, account, address] },
      {
        ...window,
        name: "Large upload from a device",
        product: "mde",
        entities: [host, account, internal],
      },
    ],
    rows: [...scene.rows, ...deviceContext(context, on), ...listed(context, on, "ip", ip)],
    evidence: scene.evidence,
    entities: [
      { type: "account", value: on.user.upn },
      { type: "host", value: on.host.fqdn },
      { type: "ip", value: ip },
      { type: "ip", value: on.host.ip },
    ],
  };
}

export const dataExfiltration: StoryFamily = {
  name: "data_exfiltration",
  title: "Data exfiltration",
  tell,
};
