/** Lateral movement: an intruder, an administrator, or a service that reaches many machines. */
import { accountEntity, hostEntity, ipEntity } from "./entities.ts";
import { deviceContext, listed } from "./deviceContext.ts";
import { backupRun, endOf, intrusion, type MovementScene, patchRound } from "./lateralScenes.ts";
import type { Story, StoryContext, StoryFamily, Truth } from "./story.ts";

const TRIGGERS = [
  "Possible lateral movement",
  "Suspicious remote activity across several hosts",
  "Suspected use of remote execution tools",
];
const SCENES: Readonly<Record<Truth, (context: StoryContext) => MovementScene>> = {
  true_positive: intrusion,
  benign_positive: patchRound,
  false_positive: backupRun,
};

function tell(context: StoryContext): Story {
  const { company, random } = context;
  const name = random.pick(TRIGGERS);
  const scene = SCENES[context.truth](context);
  const { on, targets } = scene;
  const account = accountEntity(company, on.user);
  const source = hostEntity(company, on.host);
  const address = ipEntity(on.host.ip);
  const reached = targets.slice(0, 3).map((target) => hostEntity(company, target));
  const session = {
    Type: "host-logon-session",
    SessionId: random.hex(6),
    Account: account,
    Host: source,
  };
  const window = { startedAt: on.at(2), endedAt: endOf(scene), compromised: on.host.fqdn };
  return {
    title: `${name} involving multiple hosts`,
    tactics: ["LateralMovement"],
    techniques: ["T1021", "T1570"],
    alerts: [
      {
        ...window,
        name,
        product: "mde",
        entities: [session, account, source, address, ...reached],
      },
      {
        ...window,
        name: "Suspicious logons to remote machines",
        product: "mdi",
        entities: [account, source, ...reached],
      },
    ],
    rows: [...scene.rows, ...deviceContext(context, on), ...listed(context, on, "ip", on.host.ip)],
    evidence: scene.evidence,
    entities: [
      { type: "account", value: on.user.upn },
      { type: "host", value: on.host.fqdn },
      { type: "ip", value: on.host.ip },
      ...targets.slice(0, 3).map((target) => ({ type: "host", value: target.fqdn })),
    ],
  };
}

export const lateralMovement: StoryFamily = {
  name: "lateral_movement",
  title: "Lateral movement",
  tell,
};
