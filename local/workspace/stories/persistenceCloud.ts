/** Persistence in the cloud: inbox rules and applications, an intruder's, an administrator's or a colleague's. */
import type { Product } from "../rows/incidentRows.ts";
import { accountEntity, appEntity, ipEntity } from "./entities.ts";
import { deviceContext, listed } from "./deviceContext.ts";
import { foothold, type PersistenceScene, rollOut, tidyUp } from "./persistenceScenes.ts";
import type { Story, StoryContext, StoryFamily, Truth } from "./story.ts";

const TRIGGERS: readonly (readonly [string, Product])[] = [
  ["Suspicious inbox manipulation rule", "mcas"],
  ["Unusual addition of credentials to an OAuth app", "mcas"],
  ["Suspicious application consent", "identity"],
];
const SCENES: Readonly<Record<Truth, (context: StoryContext) => PersistenceScene>> = {
  true_positive: foothold,
  benign_positive: rollOut,
  false_positive: tidyUp,
};

function tell(context: StoryContext): Story {
  const { company, random } = context;
  const [name, product] = random.pick(TRIGGERS);
  const scene = SCENES[context.truth](context);
  const { on, ip, place, app } = scene;
  const account = accountEntity(company, on.user);
  const address = ipEntity(ip, place);
  const oauth = appEntity(app);
  const session = {
    Type: "cloud-logon-session",
    SessionId: random.guid(),
    UserAccount: account,
    SourceIp: address,
  };
  const window = { startedAt: on.at(3), endedAt: on.at(41), compromised: on.user.upn };
  return {
    title: `${name} involving one user`,
    tactics: ["Persistence", "DefenseEvasion"],
    techniques: ["T1098", "T1564", "T1528"],
    alerts: [
      { ...window, name, product, entities: [session, account, address] },
      {
        ...window,
        name: "An application was granted access to mail",
        product: "mcas",
        entities: [oauth, account],
      },
    ],
    rows: [...scene.rows, ...deviceContext(context, on), ...listed(context, on, "ip", ip)],
    evidence: scene.evidence,
    entities: [
      { type: "account", value: on.user.upn },
      { type: "ip", value: ip },
      { type: "oauth_application", value: app.appId },
    ],
  };
}

export const persistenceCloud: StoryFamily = {
  name: "persistence_cloud",
  title: "Persistence by inbox rule or OAuth consent",
  tell,
};
