/** Sign-in attack: somebody tries passwords, or it only looks so. */
import { indicatorRows } from "../rows/activityRows.ts";
import { behaviorRow, riskEventRow } from "../rows/identityRows.ts";
import type { Product } from "../rows/incidentRows.ts";
import type { LogRow } from "../rows/row.ts";
import {
  attack,
  authorisedTest,
  oldPassword,
  type Scene,
  throughVpn,
  wrongLocation,
} from "./signInScenes.ts";
import { accountEntity, ipEntity } from "./entities.ts";
import { ordinaryRows } from "./ordinary.ts";
import { MINUTE, type Story, type StoryContext, type StoryFamily, type Truth } from "./story.ts";

const TRIGGERS: readonly (readonly [string, Product])[] = [
  ["Unfamiliar sign-in properties", "identity"],
  ["Atypical travel", "identity"],
  ["Password spray", "identity"],
  ["Impossible travel activity", "mcas"],
];
const SCENES: Readonly<Record<Truth, readonly ((context: StoryContext) => Scene)[]>> = {
  true_positive: [attack],
  benign_positive: [throughVpn, authorisedTest],
  false_positive: [oldPassword, wrongLocation],
};

/** How often a feed knows the address: often when it is true, and sometimes when it is not. */
const LISTED: Readonly<Record<Truth, number>> = {
  true_positive: 0.5,
  benign_positive: 0.2,
  false_positive: 0.2,
};

/** What detections wrote about it, right or wrong, and the user's ordinary day: the same tables for every truth. */
function contextRows({ company, random, truth }: StoryContext, scene: Scene): LogRow[] {
  const { user, ip, place, startedAt } = scene;
  const risk = { at: startedAt + 36 * MINUTE, user, ip, place, kind: "unfamiliarFeatures" };
  const priority = random.int(2, truth === "true_positive" ? 9 : 6);
  const rows = [
    riskEventRow(company, random, { ...risk, level: random.pick(["low", "medium", "high"]) }),
    behaviorRow(company, random, { ...risk, level: "" }, priority),
    ...ordinaryRows({ company, random }, user, startedAt),
  ];
  if (random.chance(LISTED[truth]))
    rows.push(
      ...indicatorRows(company, random, {
        at: startedAt - 3 * 86_400_000,
        kind: "ip",
        value: ip,
        threat: "BruteForce",
        confidence: random.int(40, 90),
      }),
    );
  return rows;
}

function tell(context: StoryContext): Story {
  const { company, random } = context;
  const [name, product] = random.pick(TRIGGERS);
  const scene = random.pick(SCENES[context.truth])(context);
  const { user, ip, place, startedAt } = scene;
  const account = accountEntity(company, user);
  const address = ipEntity(ip, place);
  const session = {
    SessionId: random.guid(),
    UserAccount: account,
    SourceIp: address,
    Type: "cloud-logon-session",
  };
  const window = { startedAt, endedAt: startedAt + 38 * MINUTE, compromised: user.upn };
  return {
    title: `${name} involving one user`,
    tactics: ["InitialAccess", "CredentialAccess"],
    techniques: ["T1078", "T1110"],
    alerts: [
      {
        ...window,
        name,
        product,
        // The session holds account and address; at the top level they stand as references.
        // Who else was tried stands in the logs: how many an alert lists would tell an attack from a slip.
        entities: [session, account, address],
      },
      { ...window, name: "Anomalous Token", product: "identity", entities: [account, address] },
    ],
    rows: [...scene.rows, ...contextRows(context, scene)],
    evidence: scene.evidence,
    entities: [
      { type: "account", value: user.upn },
      { type: "ip", value: ip },
    ],
  };
}

export const signInAttack: StoryFamily = {
  name: "signin_attack",
  title: "Sign-in attack",
  tell,
};
