/** Rows of Defender for Office 365: messages, links, attachments, clicks, removals. */
import type { Company, Sender, User } from "../company.ts";
import type { Random } from "../random.ts";
import { type LogRow, logRow } from "./row.ts";

export interface Message {
  readonly at: number;
  readonly id: string;
  readonly from: Sender;
  readonly to: User;
  readonly subject: string;
  readonly delivery: "Delivered" | "Junked" | "Blocked";
  readonly threats?: string;
  /** Sender checks: pass or fail, alike for SPF, DKIM and DMARC. */
  readonly checks: "pass" | "fail";
  readonly urlCount: number;
  readonly attachmentCount?: number;
}

function directionOf(company: Company, from: string, to: string): string {
  if (from !== company.domain) return "Inbound";
  return to === company.domain ? "Intra-org" : "Outbound";
}

export function messageRow(company: Company, random: Random, message: Message): LogRow {
  const { from, to, checks, threats = "" } = message;
  const recipientDomain = to.upn.split("@")[1] ?? company.domain;
  const location = message.delivery === "Delivered" ? "Inbox/folder" : "Quarantine";
  return logRow(company, "EmailEvents", message.at, {
    NetworkMessageId: message.id,
    InternetMessageId: `<${random.hex(24)}@${from.domain}>`,
    ReportId: random.guid(),
    SenderFromAddress: from.address,
    SenderFromDomain: from.domain,
    SenderMailFromAddress: from.address,
    SenderMailFromDomain: checks === "pass" ? from.domain : `bounce.${from.linkDomain}`,
    SenderDisplayName: from.name,
    SenderIPv4: from.ip,
    RecipientEmailAddress: to.upn,
    RecipientObjectId: to.id,
    RecipientDomain: recipientDomain,
    Subject: message.subject,
    EmailDirection: directionOf(company, from.domain, recipientDomain),
    DeliveryAction: message.delivery,
    DeliveryLocation: location,
    LatestDeliveryAction: message.delivery,
    LatestDeliveryLocation: location,
    AuthenticationDetails: JSON.stringify({
      SPF: checks,
      DKIM: checks,
      DMARC: checks,
      CompAuth: checks,
    }),
    ThreatTypes: threats,
    DetectionMethods: threats === "" ? "" : JSON.stringify({ [threats]: ["URL detonation"] }),
    UrlCount: message.urlCount,
    AttachmentCount: message.attachmentCount ?? 0,
    EmailLanguage: "en",
    SourceSystem: "",
  });
}

export const urlRow = (company: Company, random: Random, message: Message, url: string): LogRow =>
  logRow(company, "EmailUrlInfo", message.at, {
    NetworkMessageId: message.id,
    ReportId: random.guid(),
    Url: url,
    UrlDomain: new URL(url).hostname,
    UrlLocation: "Body",
  });

export const attachmentRow = (
  company: Company,
  random: Random,
  message: Message,
  file: { name: string; sha256: string },
): LogRow =>
  logRow(company, "EmailAttachmentInfo", message.at, {
    NetworkMessageId: message.id,
    ReportId: random.guid(),
    RecipientEmailAddress: message.to.upn,
    RecipientObjectId: message.to.id,
    SenderFromAddress: message.from.address,
    SenderDisplayName: message.from.name,
    FileName: file.name,
    FileType: file.name.split(".").at(-1) ?? "",
    SHA256: file.sha256,
    ThreatTypes: message.threats ?? "",
  });

export interface Click {
  readonly at: number;
  readonly user: User;
  readonly url: string;
  readonly messageId: string;
  readonly ip: string;
  readonly isThrough: boolean;
}

export const clickRow = (company: Company, random: Random, click: Click): LogRow =>
  logRow(company, "UrlClickEvents", click.at, {
    Url: click.url,
    ActionType: click.isThrough ? "ClickAllowed" : "ClickBlocked",
    AccountUpn: click.user.upn,
    Workload: "Email",
    NetworkMessageId: click.messageId,
    IPAddress: click.ip,
    IsClickedThrough: click.isThrough,
    UrlChain: JSON.stringify([click.url]),
    ReportId: random.guid(),
  });

/** A message that was moved after it had been delivered. */
export const removalRow = (
  company: Company,
  random: Random,
  message: Message,
  at: number,
  isSuccess: boolean,
): LogRow =>
  logRow(company, "EmailPostDeliveryEvents", at, {
    NetworkMessageId: message.id,
    RecipientEmailAddress: message.to.upn,
    SenderFromAddress: message.from.address,
    ReportId: random.guid(),
    Action: "Moved to quarantine",
    ActionType: "Phish ZAP",
    ActionTrigger: "ZAP",
    ActionResult: isSuccess ? "Success" : "Error",
    DeliveryLocation: isSuccess ? "Quarantine" : "Inbox/folder",
    ThreatTypes: message.threats ?? "Phish",
  });
