/** What the logs hold of sign-ins, right and wrong ones. */
import { PLACES, publicIp, type User } from "../company.ts";
import { officeRow } from "../rows/activityRows.ts";
import { auditRow, type SignIn, signInRow, tokenSignInRow } from "../rows/identityRows.ts";
import type { LogRow } from "../rows/row.ts";
import { MINUTE, startOf, type StoryContext } from "./story.ts";

/** What the logs hold, before alerts and context are put around it. */
export interface Scene {
  readonly rows: LogRow[];
  readonly evidence: LogRow[];
  readonly user: User;
  readonly others: readonly User[];
  readonly ip: string;
  readonly place: SignIn["place"];
  readonly startedAt: number;
}

const APPS = ["Office 365 Exchange Online", "Microsoft Teams", "OfficeHome", "Azure Portal"];
const SCRIPT = "python-requests/2.31.0";

/** Sign-ins of an attacker: from one address, by a script, on no machine of the company. */
function attackerSignIn({ random }: StoryContext, ip: string, place: SignIn["place"]) {
  return (at: number, user: User, more: Partial<SignIn> = {}): SignIn => ({
    ip,
    place,
    at,
    user,
    isOwnDevice: false,
    result: "50126",
    app: random.pick(APPS),
    userAgent: SCRIPT,
    ...more,
  });
}

/** What the attacker does in the account, from `openedAt` on. */
function aftermath(
  { company, random }: StoryContext,
  { user, ip, openedAt }: { user: User; ip: string; openedAt: number },
): LogRow[] {
  const registered = auditRow(company, random, {
    at: openedAt + 6 * MINUTE,
    operation: "User registered security info",
    actor: user,
    target: user,
    ip,
  });
  const rule = officeRow(company, random, {
    at: openedAt + 11 * MINUTE,
    user,
    operation: "New-InboxRule",
    workload: "Exchange",
    ip,
    object: `${user.upn}\\rss`,
    parameters: [
      { Name: "SubjectContainsWords", Value: "invoice;payment" },
      { Name: "MoveToFolder", Value: "RSS Feeds" },
    ],
  });
  return [registered, rule];
}

/** A foreign address guesses until one account opens, and stays. */
export function attack(context: StoryContext): Scene {
  const { company, random, endsAt } = context;
  const [user, ...others] = random.sample(company.users, random.int(5, 12));
  if (user === undefined) throw new RangeError("The company has no users.");
  const ip = publicIp(random);
  const place = random.pick(PLACES);
  const startedAt = startOf({ random, endsAt });
  const signIn = attackerSignIn(context, ip, place);
  const rows: LogRow[] = [];
  const guess = (who: User, count: number): void => {
    for (let i = 0; i < count; i += 1)
      rows.push(signInRow(company, random, signIn(startedAt + random.int(0, 1800) * 1000, who)));
  };
  for (const other of others) guess(other, random.int(1, 3));
  guess(user, random.int(6, 14));
  const openedAt = startedAt + 34 * MINUTE;
  // Either the user grows tired of the prompts and approves one, or an old protocol asks for no second factor.
  const isTired = random.chance(0.5);
  for (let i = 0; i < (isTired ? 4 : 0); i += 1) {
    const denied = { result: "500121", mfa: "denied" } as const;
    rows.push(signInRow(company, random, signIn(startedAt + (31 + i / 2) * MINUTE, user, denied)));
  }
  const how = isTired ? ({ mfa: "completed" } as const) : { client: "IMAP4" };
  const opened = signIn(openedAt, user, { result: "0", risk: "high", ...how });
  const tokens = Array.from({ length: random.int(3, 6) }, (_, i) =>
    signIn(openedAt + (i + 1) * 3 * MINUTE, user, { result: "0", mfa: "claim" }),
  );
  const evidence = [
    signInRow(company, random, opened),
    ...tokens.map((token) => tokenSignInRow(company, random, token)),
    ...aftermath(context, { user, ip, openedAt }),
  ];
  rows.push(...evidence);
  return { rows, evidence, user, others: others.slice(0, 2), ip, place, startedAt };
}

/** A colleague signs in through the corporate VPN, which leaves in another country and serves many. */
export function throughVpn({ company, random, endsAt }: StoryContext): Scene {
  const user = random.pick(company.users);
  const ip = random.pick(company.vpnIps);
  const place = company.vpn;
  const startedAt = startOf({ random, endsAt });
  const from = { user, ip, place, isOwnDevice: true, app: random.pick(APPS) } as const;
  const mistyped = Array.from({ length: random.int(1, 4) }, (_, i) =>
    signInRow(company, random, { ...from, at: startedAt + i * 20_000, result: "50126" }),
  );
  const signIns = [3, 9, 20].map((minute) =>
    signInRow(company, random, {
      ...from,
      at: startedAt + minute * MINUTE,
      result: "0",
      mfa: "completed",
    }),
  );
  const token = tokenSignInRow(company, random, {
    ...from,
    at: startedAt + 25 * MINUTE,
    result: "0",
    mfa: "claim",
  });
  return {
    rows: [...mistyped, ...signIns, token],
    evidence: [...signIns, token],
    user,
    others: [],
    ip,
    place,
    startedAt,
  };
}

/** The company's own scanner tries weak passwords, as it does every week; none opens. */
export function authorisedTest({ company, random, endsAt }: StoryContext): Scene {
  const users = random.sample(company.users, random.int(6, 12));
  const [user, ...others] = users;
  if (user === undefined) throw new RangeError("The company has no users.");
  const ip = company.scannerIp;
  const startedAt = startOf({ random, endsAt });
  const from = {
    ip,
    place: company.office,
    isOwnDevice: false,
    app: "OfficeHome",
    userAgent: SCRIPT,
  };
  const evidence = users.flatMap((who) =>
    Array.from({ length: random.int(2, 4) }, (_, i) =>
      signInRow(company, random, {
        ...from,
        user: who,
        at: startedAt + random.int(0, 25) * MINUTE + i * 1000,
        result: "50126",
      }),
    ),
  );
  return {
    rows: evidence,
    evidence,
    user,
    others: others.slice(0, 2),
    ip,
    place: company.office,
    startedAt,
  };
}

/** A phone keeps sending the password that its owner has just changed, from the owner's home. */
export function oldPassword({ company, random, endsAt }: StoryContext): Scene {
  const user = random.pick(company.users);
  const ip = user.homeIp;
  const place = company.office;
  const startedAt = startOf({ random, endsAt });
  const changed = auditRow(company, random, {
    at: startedAt,
    operation: "Change user password",
    actor: user,
    target: user,
    ip,
  });
  const from = { user, ip, place, app: "Office 365 Exchange Online" } as const;
  const tries = Array.from({ length: random.int(10, 20) }, (_, i) =>
    signInRow(company, random, {
      ...from,
      at: startedAt + (i + 1) * 90_000,
      result: "50126",
      isOwnDevice: false,
      client: "Exchange ActiveSync",
    }),
  );
  const fixed = signInRow(company, random, {
    ...from,
    at: startedAt + 40 * MINUTE,
    result: "0",
    mfa: "completed",
    isOwnDevice: true,
  });
  return {
    rows: [changed, ...tries, fixed],
    evidence: [changed, ...tries, fixed],
    user,
    others: [],
    ip,
    place,
    startedAt,
  };
}

/** The owner's usual home address is suddenly placed abroad by the location data. */
export function wrongLocation({ company, random, endsAt }: StoryContext): Scene {
  const user = random.pick(company.users);
  const ip = user.homeIp;
  const place = random.pick(PLACES);
  const startedAt = startOf({ random, endsAt });
  const from = { user, ip, place, isOwnDevice: true, result: "0", mfa: "completed" } as const;
  const evidence = [0, 7, 18].map((minute) =>
    signInRow(company, random, {
      ...from,
      at: startedAt + minute * MINUTE,
      app: random.pick(APPS),
    }),
  );
  const token = tokenSignInRow(company, random, {
    ...from,
    at: startedAt + 22 * MINUTE,
    app: "Microsoft Teams",
    mfa: "claim",
  });
  return { rows: [...evidence, token], evidence, user, others: [], ip, place, startedAt };
}
