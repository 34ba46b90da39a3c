/** What the logs hold of mail campaigns, malicious and harmless ones. */
import { PLACES, publicIp, type Sender, type User } from "../company.ts";
import { connectionRow, fileRow, program } from "../rows/deviceRows.ts";
import { signInRow, tokenSignInRow } from "../rows/identityRows.ts";
import {
  attachmentRow,
  clickRow,
  type Message,
  messageRow,
  removalRow,
  urlRow,
} from "../rows/mailRows.ts";
import type { LogRow } from "../rows/row.ts";
import { MINUTE, startOf, type StoryContext } from "./story.ts";

/** What the logs hold, before alerts and context are put around it. */
export interface MailScene {
  readonly rows: LogRow[];
  readonly evidence: LogRow[];
  readonly messages: readonly Message[];
  readonly clicker: User;
  readonly url: string;
  readonly startedAt: number;
  /** Where the stolen password was used from. */
  readonly thiefIp?: string;
}

interface Campaign {
  readonly from: Sender;
  readonly subject: string;
  readonly checks: Message["checks"];
  readonly path: string;
  readonly startedAt: number;
}

/** One message to each of some colleagues, with its link; the first recipient opens it. */
function send({ company, random }: StoryContext, campaign: Campaign): MailScene {
  const { from, subject, checks, startedAt } = campaign;
  const recipients = random.sample(company.users, random.int(4, 10));
  const [clicker] = recipients;
  if (clicker === undefined) throw new RangeError("The company has no users.");
  const url = `https://${from.linkDomain}/${campaign.path}/${random.hex(8)}`;
  const withFile = random.chance(0.4);
  const file = { name: `${subject.split(" ")[0] ?? "document"}.html`, sha256: random.hex(64) };
  const messages = recipients.map((to, index): Message => ({
    at: startedAt + index * 2000,
    id: random.guid(),
    from,
    to,
    subject,
    delivery: "Delivered",
    checks,
    threats: "Phish",
    urlCount: 1,
    attachmentCount: withFile ? 1 : 0,
  }));
  const messageRows = messages.map((message) => messageRow(company, random, message));
  const rows = messages.flatMap((message) => [
    urlRow(company, random, message, url),
    ...(withFile ? [attachmentRow(company, random, message, file)] : []),
  ]);
  const clickedAt = startedAt + random.int(8, 20) * MINUTE;
  const click = clickRow(company, random, {
    at: clickedAt,
    user: clicker,
    url,
    messageId: messages[0]?.id ?? "",
    ip: company.officeIp,
    isThrough: true,
  });
  const visit = connectionRow(company, random, {
    at: clickedAt + 2000,
    user: clicker,
    url: from.linkDomain,
    ip: from.ip,
    by: program(random, "msedge.exe", "msedge.exe --single-argument", "explorer.exe"),
  });
  if (withFile)
    rows.push(
      fileRow(company, random, {
        ...file,
        at: clickedAt - 5000,
        user: clicker,
        action: "FileCreated",
        folder: `C:\\Users\\${clicker.account}\\Downloads`,
        by: program(random, "outlook.exe", "outlook.exe", "explorer.exe"),
      }),
    );
  for (const message of messages)
    rows.push(removalRow(company, random, message, clickedAt + 15 * MINUTE, random.chance(0.8)));
  const evidence = [...messageRows, click, visit];
  return { rows: [...rows, ...evidence], evidence, messages, clicker, url, startedAt };
}

const SUBJECTS = [
  "Payroll correction requires your confirmation",
  "Invoice 48213 is overdue",
  "Shared document: Q3 planning",
  "Your mailbox is almost full",
];

/** A stranger's lookalike domain; the password that was typed there is used within the hour. */
export function credentialTheft(context: StoryContext): MailScene {
  const { company, random } = context;
  const domain = `${company.name}-${random.pick(["portal", "files", "secure"])}${random.int(10, 99)}.example`;
  const from: Sender = {
    address: `${random.pick(["payroll", "billing", "no-reply"])}@${domain}`,
    name: company.name,
    domain,
    ip: publicIp(random),
    linkDomain: `login.${domain}`,
  };
  const scene = send(context, {
    from,
    subject: random.pick(SUBJECTS),
    checks: random.chance(0.7) ? "fail" : "pass",
    path: "auth",
    startedAt: startOf(context),
  });
  const place = random.pick(PLACES);
  const theft = { user: scene.clicker, ip: publicIp(random), place, isOwnDevice: false } as const;
  const openedAt = scene.startedAt + 45 * MINUTE;
  const evidence = [
    signInRow(company, random, {
      ...theft,
      at: openedAt,
      result: "0",
      app: "OfficeHome",
      mfa: "claim",
      risk: "high",
    }),
    tokenSignInRow(company, random, {
      ...theft,
      at: openedAt + 4 * MINUTE,
      result: "0",
      app: "Office 365 Exchange Online",
      mfa: "claim",
    }),
    ...forwarded(context, scene, openedAt + 10 * MINUTE),
  ];
  return {
    ...scene,
    rows: [...scene.rows, ...evidence],
    evidence: [...scene.evidence, ...evidence],
    thiefIp: theft.ip,
  };
}

/** The stolen mailbox writes the same to colleagues. */
function forwarded(
  { company, random }: StoryContext,
  { clicker, messages, url }: MailScene,
  at: number,
): LogRow[] {
  const [first] = messages;
  if (first === undefined) return [];
  const from: Sender = {
    address: clicker.upn,
    name: clicker.name,
    domain: company.domain,
    ip: company.officeIp,
    linkDomain: company.domain,
  };
  return random.sample(company.users, random.int(4, 8)).flatMap((to, index) => {
    const message: Message = {
      at: at + index * 1000,
      id: random.guid(),
      from,
      to,
      subject: first.subject,
      delivery: "Delivered",
      checks: "pass",
      urlCount: 1,
    };
    return [messageRow(company, random, message), urlRow(company, random, message, url)];
  });
}

/** The yearly exercise of the awareness vendor, whose earlier rounds stand in the history. */
export const exercise = (context: StoryContext): MailScene =>
  send(context, {
    from: context.company.trainer,
    subject: context.random.pick(SUBJECTS),
    checks: context.random.chance(0.7) ? "pass" : "fail",
    path: "auth",
    startedAt: startOf(context),
  });

/** Ordinary mail of a partner who has written for weeks, taken for phishing. */
export const partnerMail = (context: StoryContext): MailScene =>
  send(context, {
    from: context.random.pick(context.company.partners),
    subject: context.random.pick(SUBJECTS),
    checks: context.random.chance(0.8) ? "pass" : "fail",
    path: "view",
    startedAt: startOf(context),
  });
