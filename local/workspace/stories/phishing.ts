/** Phishing: a mail that steals, exercises or only informs. */
import { indicatorRows } from "../rows/activityRows.ts";
import { behaviorRow, signInRow } from "../rows/identityRows.ts";
import type { Entity } from "../rows/entityDocument.ts";
import { iso, type LogRow } from "../rows/row.ts";
import { accountEntity, hostEntity } from "./entities.ts";
import { ordinaryRows } from "./ordinary.ts";
import { credentialTheft, exercise, type MailScene, partnerMail } from "./phishingScenes.ts";
import {
  MINUTE,
  type Story,
  type StoryAlert,
  type StoryContext,
  type StoryFamily,
  type Truth,
} from "./story.ts";

const TRIGGERS = [
  "A potentially malicious URL click was detected",
  "Email messages containing malicious URL removed after delivery",
  "Email reported by user as malware or phish",
];

const SCENES: Readonly<Record<Truth, (context: StoryContext) => MailScene>> = {
  true_positive: credentialTheft,
  benign_positive: exercise,
  false_positive: partnerMail,
};

/** How often a feed knows the link's domain. */
const LISTED: Readonly<Record<Truth, number>> = {
  true_positive: 0.5,
  benign_positive: 0.2,
  false_positive: 0.2,
};

function contextRows({ company, random, truth }: StoryContext, scene: MailScene): LogRow[] {
  const { clicker, startedAt, url } = scene;
  const at = startedAt + 25 * MINUTE;
  const visit = { at, user: clicker, ip: company.officeIp, place: company.office };
  const rows = [
    behaviorRow(company, random, { ...visit, kind: "", level: "" }, random.int(1, 6)),
    ...ordinaryRows({ company, random }, clicker, startedAt),
    signInRow(company, random, {
      ...visit,
      at: at + 9 * MINUTE,
      isOwnDevice: true,
      result: "0",
      app: "Microsoft Teams",
      mfa: "claim",
    }),
  ];
  if (random.chance(LISTED[truth]))
    rows.push(
      ...indicatorRows(company, random, {
        at: startedAt - 86_400_000,
        kind: "domain",
        value: new URL(url).hostname,
        threat: "Phishing",
        confidence: random.int(40, 90),
      }),
    );
  return rows;
}

/** Mail, link, sender's address, mailbox and account, as Defender for Office 365 lists them. */
function alertsOf({ company }: StoryContext, name: string, scene: MailScene): StoryAlert[] {
  const { clicker, messages, url, startedAt } = scene;
  const link: Entity = { Url: url, Type: "url" };
  const account = accountEntity(company, clicker);
  const mails = messages.slice(0, 5).map((message): Entity => ({
    Recipient: message.to.upn,
    Urls: [url],
    Sender: message.from.address,
    P1Sender: message.from.address,
    P2Sender: message.from.address,
    SenderIP: message.from.ip,
    ReceivedDate: iso(message.at),
    NetworkMessageId: message.id,
    Subject: message.subject,
    DeliveryAction: message.delivery,
    AntispamDirection: "Inbound",
    Threats: ["Phish"],
    Type: "mailMessage",
  }));
  const mailbox: Entity = {
    MailboxPrimaryAddress: clicker.upn,
    DisplayName: clicker.name,
    Upn: clicker.upn,
    Account: account,
    Type: "mailbox",
  };
  const sender: Entity = { Address: messages[0]?.from.ip ?? "", Type: "ip" };
  const host = hostEntity(company, clicker.host);
  const window = { startedAt, endedAt: startedAt + 40 * MINUTE, compromised: clicker.upn };
  return [
    { ...window, name, product: "mdo", entities: [...mails, link, mailbox, account, sender] },
    {
      ...window,
      name: "Malicious URL was clicked on that device",
      product: "mde",
      entities: [host, account, link],
    },
  ];
}

function tell(context: StoryContext): Story {
  const name = context.random.pick(TRIGGERS);
  const scene = SCENES[context.truth](context);
  const [first] = scene.messages;
  return {
    title: `${name} involving one user`,
    tactics: ["InitialAccess"],
    techniques: ["T1566"],
    alerts: alertsOf(context, name, scene),
    rows: [...scene.rows, ...contextRows(context, scene)],
    evidence: scene.evidence,
    entities: [
      { type: "account", value: scene.clicker.upn },
      { type: "url", value: scene.url },
      { type: "mail_message", value: first?.id ?? "" },
      { type: "mailbox", value: first?.from.address ?? "" },
      ...(scene.thiefIp === undefined ? [] : [{ type: "ip", value: scene.thiefIp }]),
    ],
  };
}

export const phishing: StoryFamily = { name: "phishing", title: "Phishing mail", tell };
