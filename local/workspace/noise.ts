/** What happens in a company every day and means nothing. */
import type { Company, User } from "./company.ts";
import { createRandom, type Random } from "./random.ts";
import { deviceDay } from "./noiseDevices.ts";
import { referenceRows } from "./noiseReference.ts";
import { roundRows } from "./noiseRounds.ts";
import { indicatorRows, officeRow } from "./rows/activityRows.ts";
import { connectionRow, program } from "./rows/deviceRows.ts";
import {
  auditRow,
  behaviorRow,
  type SignIn,
  signInRow,
  tokenSignInRow,
} from "./rows/identityRows.ts";
import { clickRow, type Message, messageRow, urlRow } from "./rows/mailRows.ts";
import type { LogRow } from "./rows/row.ts";

export const DAY = 86_400_000;
const HOUR = 3_600_000;
const MINUTE = 60_000;

const APPS = ["Office 365 Exchange Online", "Microsoft Teams", "OfficeHome", "SharePoint Online"];
const MAILS = ["Weekly newsletter", "Minutes of the meeting", "Your order", "Invitation: planning"];
const OFFICE_ACTIONS = ["FileAccessed", "FileDownloaded", "FileModified", "MailItemsAccessed"];

/** Everything of one day; `day` counts from the Unix epoch. The same day is the same whenever it is asked for. */
export function dayRows(company: Company, seed: string, day: number): LogRow[] {
  const random = createRandom(`${seed}/${company.name}/day/${day}`);
  const startsAt = day * DAY;
  const weekday = (day + 4) % 7;
  const isWorkday = weekday >= 1 && weekday <= 5;
  const rows = company.users
    .filter(() => random.chance(isWorkday ? 0.92 : 0.12))
    .flatMap((user) => userDay(company, random, user, startsAt));
  if (isWorkday) rows.push(...partnerRound(company, random, startsAt));
  if (weekday === 2) rows.push(...scannerRound(company, random, startsAt + 2 * HOUR));
  rows.push(...roundRows(company, random, startsAt, weekday));
  if (day % 14 === 3) rows.push(...exerciseRound(company, random, startsAt + 10 * HOUR));
  if (day % 7 === 0) {
    rows.push(...referenceRows(company, random, startsAt + HOUR));
    rows.push(...feed(company, random, startsAt + 3 * HOUR));
  }
  return rows;
}

function userDay(company: Company, random: Random, user: User, startsAt: number): LogRow[] {
  const at = (fromHour: number, toHour: number): number =>
    startsAt + random.int(fromHour * 60, toHour * 60) * MINUTE + random.int(0, 59_999);
  const where = random.next();
  const place = where < 0.12 ? company.vpn : company.office;
  const ip =
    where < 0.12 ? random.pick(company.vpnIps) : where < 0.5 ? user.homeIp : company.officeIp;
  const from = { user, ip, place, isOwnDevice: true } as const;
  const morning = at(7, 10);
  const rows = [
    signInRow(company, random, {
      ...from,
      at: morning,
      result: "0",
      app: random.pick(APPS),
      mfa: random.chance(0.4) ? "completed" : "claim",
    }),
    tokenSignInRow(company, random, {
      ...from,
      at: at(10, 16),
      result: "0",
      app: random.pick(APPS),
      mfa: "claim",
    }),
    officeRow(company, random, {
      at: at(9, 17),
      user,
      ip,
      operation: random.pick(OFFICE_ACTIONS),
      workload: random.pick(["SharePoint", "OneDrive", "Exchange"]),
      object: `https://${company.name}.sharepoint.example/sites/team/${random.hex(6)}.docx`,
    }),
    ...deviceDay(company, random, user, { startsAt, ip }),
  ];
  rows.push(...slips(company, random, from, morning));
  return rows;
}

/** Now and then somebody mistypes a password, or changes something of their own. */
function slips(
  company: Company,
  random: Random,
  from: Pick<SignIn, "user" | "ip" | "place" | "isOwnDevice">,
  morning: number,
): LogRow[] {
  const { user, ip, place } = from;
  const rows: LogRow[] = [];
  if (random.chance(0.06)) {
    const mistyped = { ...from, at: morning - 20_000, result: "50126", app: "OfficeHome" };
    rows.push(signInRow(company, random, mistyped));
  }
  if (random.chance(0.03)) {
    const at = morning + random.int(1, 360) * MINUTE;
    const operation = random.pick(["Change user password", "Update user", "Register device"]);
    rows.push(auditRow(company, random, { at, operation, actor: user, target: user, ip }));
    const usual = { at, user, ip, place, kind: "", level: "" };
    rows.push(behaviorRow(company, random, usual, random.int(0, 2)));
  }
  return rows;
}

/** Mail of partners: to some colleagues every working day, with a link that some of them open. */
function partnerRound(company: Company, random: Random, startsAt: number): LogRow[] {
  return random.sample(company.users, Math.ceil(company.users.length / 3)).flatMap((to) => {
    const from = random.pick(company.partners);
    const message: Message = {
      at: startsAt + random.int(7 * 60, 17 * 60) * MINUTE,
      id: random.guid(),
      from,
      to,
      subject: random.pick(MAILS),
      delivery: "Delivered",
      checks: "pass",
      urlCount: 1,
    };
    const url = `https://${from.linkDomain}/view/${random.hex(8)}`;
    const rows = [messageRow(company, random, message), urlRow(company, random, message, url)];
    if (random.chance(0.15))
      rows.push(
        clickRow(company, random, {
          at: message.at + random.int(1, 50) * MINUTE,
          user: to,
          url,
          messageId: message.id,
          ip: company.officeIp,
          isThrough: true,
        }),
        connectionRow(company, random, {
          at: message.at + 51 * MINUTE,
          user: to,
          url: from.linkDomain,
          ip: from.ip,
          by: program(random, "msedge.exe", "msedge.exe", "explorer.exe"),
        }),
      );
    return rows;
  });
}

/** The company's own scanner tries weak passwords every Tuesday. */
const scannerRound = (company: Company, random: Random, at: number): LogRow[] =>
  random.sample(company.users, 8).map((user, index) =>
    signInRow(company, random, {
      at: at + index * 45_000,
      user,
      ip: company.scannerIp,
      place: company.office,
      isOwnDevice: false,
      result: "50126",
      app: "OfficeHome",
      userAgent: "python-requests/2.31.0",
    }),
  );

/** A round of the phishing exercise, every second week. */
const exerciseRound = (company: Company, random: Random, at: number): LogRow[] =>
  random.sample(company.users, 10).flatMap((to, index) => {
    const message: Message = {
      at: at + index * 1000,
      id: random.guid(),
      from: company.trainer,
      to,
      subject: "Please confirm your holiday dates",
      delivery: "Delivered",
      checks: "pass",
      urlCount: 1,
    };
    const url = `https://${company.trainer.linkDomain}/auth/${random.hex(8)}`;
    return [messageRow(company, random, message), urlRow(company, random, message, url)];
  });

/** Indicators of a public feed that concern nobody here. */
const feed = (company: Company, random: Random, at: number): LogRow[] =>
  Array.from({ length: 10 }, () =>
    indicatorRows(company, random, {
      at,
      kind: "ip",
      value: [193, random.int(1, 254), random.int(1, 254), random.int(1, 254)].join("."),
      threat: "Botnet",
      confidence: random.int(20, 90),
    }),
  ).flat();
