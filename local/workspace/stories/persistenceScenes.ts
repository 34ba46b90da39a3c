/** What the logs hold of inbox rules and of applications that get access. */
import { type CloudApp, type Place, PLACES, publicIp, type User } from "../company.ts";
import { officeRow } from "../rows/activityRows.ts";
import { appChangeRow, appSignInRow, cloudAppRow, graphCallRow } from "../rows/cloudRows.ts";
import { auditRow, signInRow, tokenSignInRow } from "../rows/identityRows.ts";
import type { LogRow } from "../rows/row.ts";
import { type OnHost, onHost } from "./sceneLog.ts";
import type { StoryContext } from "./story.ts";

export interface PersistenceScene {
  readonly on: OnHost;
  readonly ip: string;
  readonly place: Place;
  readonly app: CloudApp;
  readonly rows: readonly LogRow[];
  readonly evidence: readonly LogRow[];
}

interface Setup {
  readonly user: User;
  readonly ip: string;
  readonly place: Place;
  readonly isOwnDevice: boolean;
  readonly rule: Readonly<Record<string, string>>;
  readonly app: CloudApp;
  readonly permissions: string;
  readonly isForAll: boolean;
  /** What is done in the directory besides the consent. */
  readonly changes: readonly string[];
  /** Requests of the application for mail, and the size of each. */
  readonly calls: number;
  readonly path: string;
}

/** Sign-in, rule, consent, the application's first use. */
function setUp(context: StoryContext, what: Setup): PersistenceScene {
  const { company, random } = context;
  const { user, ip, place, app } = what;
  const on = onHost(context, user);
  const from = { user, ip, place, isOwnDevice: what.isOwnDevice, result: "0" } as const;
  const change = (minute: number, operation: string, settings?: Record<string, string>): LogRow =>
    appChangeRow(company, random, {
      at: on.at(minute),
      operation,
      actor: user,
      ip,
      app,
      ...(settings === undefined ? {} : { settings }),
    });
  const evidence = [
    signInRow(company, random, { ...from, at: on.at(3), app: "OfficeHome", mfa: "claim" }),
    tokenSignInRow(company, random, {
      ...from,
      at: on.at(5),
      app: "Office 365 Exchange Online",
      mfa: "claim",
    }),
    officeRow(company, random, {
      at: on.at(10),
      user,
      ip,
      operation: "New-InboxRule",
      workload: "Exchange",
      object: `${user.upn}\\rule`,
      parameters: Object.entries(what.rule).map(([Name, Value]) => ({ Name, Value })),
    }),
    change(16, "Consent to application", {
      "ConsentContext.IsAdminConsent": what.isForAll ? "True" : "False",
      "ConsentContext.OnBehalfOfAll": what.isForAll ? "True" : "False",
      "ConsentAction.Permissions": `[[Scope: ${what.permissions}, ConsentType: ${what.isForAll ? "AllPrincipals" : "Principal"}]]`,
    }),
    ...what.changes.map((operation, index) => change(18 + index, operation)),
    appSignInRow(company, random, { at: on.at(24), app, ip: app.ip, resource: "Microsoft Graph" }),
    ...Array.from({ length: what.calls }, (_, index) =>
      graphCallRow(company, random, {
        at: on.at(25 + index / 4),
        app,
        ip: app.ip,
        path: what.path.replace("{id}", user.id),
        bytes: random.int(5000, 400_000),
      }),
    ),
  ];
  return { on, ip, place, app, evidence, rows: [...evidence, ...afterwards(context, on, what)] };
}

/** What is done in the mailbox and the directory afterwards. */
function afterwards({ company, random }: StoryContext, on: OnHost, what: Setup): LogRow[] {
  const { user, ip, place } = what;
  return [
    officeRow(company, random, {
      at: on.at(30),
      user,
      ip,
      operation: "MailItemsAccessed",
      workload: "Exchange",
      object: user.upn,
      client: "Client=REST;Client=RESTSystem;;",
    }),
    auditRow(company, random, {
      at: on.at(21),
      operation: what.isOwnDevice ? "Update user" : "User registered security info",
      actor: user,
      target: user,
      ip,
    }),
    cloudAppRow(company, random, {
      at: on.at(17),
      user,
      ip,
      place,
      app: "Microsoft Exchange Online",
      action: "New-InboxRule",
      object: user.upn,
    }),
  ];
}

const newApp = ({ random }: StoryContext, name: string): CloudApp => ({
  name,
  appId: random.guid(),
  servicePrincipalId: random.guid(),
  ip: publicIp(random),
});

/** An intruder hides what the owner should not see, and lets an application of its own read the mail. */
export function foothold(context: StoryContext): PersistenceScene {
  const { random, company } = context;
  const user = random.pick(company.users);
  const isForwarding = random.chance(0.5);
  return setUp(context, {
    user,
    ip: publicIp(random),
    place: random.pick(PLACES),
    isOwnDevice: false,
    rule: isForwarding
      ? { ForwardTo: `${random.hex(6)}@freemail.example`, DeleteMessage: "True" }
      : {
          SubjectOrBodyContainsWords: "invoice;payment;bank",
          MoveToFolder: "RSS Feeds",
          MarkAsRead: "True",
        },
    app: newApp(context, random.pick(["Mail Sync Pro", "O365 Updater", "PDF Viewer Plus"])),
    permissions: "Mail.Read Mail.Send offline_access",
    isForAll: false,
    changes: ["Add service principal", "Add service principal credentials"],
    calls: random.int(30, 60),
    path: "/users/{id}/messages",
  });
}

/** An administrator brings in an application that the company has used for weeks, from the office. */
export function rollOut(context: StoryContext): PersistenceScene {
  const { random, company } = context;
  const { operator, sanctionedApp } = company.estate;
  return setUp(context, {
    user: operator,
    ip: company.officeIp,
    place: company.office,
    isOwnDevice: true,
    rule: { From: `alerts@${company.domain}`, MoveToFolder: "Alerts", MarkAsRead: "True" },
    app: sanctionedApp,
    permissions: "Mail.Read Calendars.Read",
    isForAll: true,
    changes: ["Add app role assignment to service principal", "Add service principal credentials"],
    calls: random.int(30, 60),
    path: "/users/{id}/messages",
  });
}

/** A colleague sorts newsletters and signs in to a calendar tool: nothing is hidden, little is granted. */
export function tidyUp(context: StoryContext): PersistenceScene {
  const { random, company } = context;
  const user = random.pick(company.users);
  return setUp(context, {
    user,
    ip: random.pick([user.homeIp, company.officeIp]),
    place: company.office,
    isOwnDevice: true,
    rule: { From: random.pick(company.partners).address, MoveToFolder: "Newsletters" },
    app: newApp(context, random.pick(["Mail Sync Pro", "Meeting Poll", "PDF Viewer Plus"])),
    permissions: "User.Read openid profile",
    isForAll: false,
    changes: ["Add service principal", "Add delegated permission grant"],
    calls: random.int(2, 6),
    path: "/users/{id}",
  });
}
