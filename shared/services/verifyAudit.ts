/** Goes through the audit chain of each day and says where it was changed. */
import { firstBreak } from "../domain/audit.ts";
import { AppError } from "../domain/errors.ts";
import { plusMs } from "../domain/time.ts";
import type { Deps } from "../ports/deps.ts";
import * as audit from "../repositories/audit.ts";
import type { AuditRecord, AuditVerification, VerificationQuery } from "../schemas/audit.ts";

type Day = AuditVerification["days"][number];

const DAY_MS = 86_400_000;
const DAYS_USUAL = 30;
const DAYS_MAX = 100;
const PAGE = 500;

/**
 * The days from `from` to `to` in UTC; left out, the last thirty. A removed last entry shows as well: the day's head says
 * how many there were.
 * @throws AppError `invalid-fields` when it is more than a hundred days, or ends before it begins.
 */
export async function verifyAudit(
  { clock, documents }: Pick<Deps, "clock" | "documents">,
  tenantId: string,
  query: VerificationQuery,
): Promise<AuditVerification> {
  const to = query.to ?? dayOf(clock.now());
  const from = query.from ?? dayOf(plusMs(new Date(to), -(DAYS_USUAL - 1) * DAY_MS));
  const days: Day[] = [];
  for (const day of daysBetween(from, to)) {
    const found = await verifyDay(documents, tenantId, day);
    if (found !== undefined) days.push(found);
  }
  return {
    is_whole: days.every(({ is_whole }) => is_whole),
    from,
    to,
    entries: days.reduce((sum, { entries }) => sum + entries, 0),
    days,
  };
}

function daysBetween(from: string, to: string): string[] {
  const count = Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS) + 1;
  if (count >= 1 && count <= DAYS_MAX) {
    return Array.from({ length: count }, (_, i) => dayOf(plusMs(new Date(from), i * DAY_MS)));
  }
  const detail = `Give at most ${DAYS_MAX} days, the first before the last.`;
  throw new AppError("invalid-fields", detail, { errors: [{ pointer: "/query/from", detail }] });
}

/** `undefined` for a day on which nothing was written. */
async function verifyDay(
  documents: Deps["documents"],
  tenantId: string,
  day: string,
): Promise<Day | undefined> {
  const head = (await audit.readHead(documents, tenantId, day))?.head;
  const { entries, brokenAt, last } = await readChain(documents, tenantId, day);
  if (head === undefined && entries === 0) return undefined;
  const isHeadRight = head !== undefined && head.seq === last?.seq && head.hash === last.hash;
  const broken_at = brokenAt ?? (isHeadRight ? null : (last?.seq ?? 0) + 1);
  const detail =
    broken_at === null
      ? "Every entry is as it was written."
      : `From entry ${broken_at} on the chain is not as it was written: an entry was changed, removed or put in.`;
  const last_hash = head?.hash ?? null;
  return { day, entries, is_whole: broken_at === null, broken_at, detail, last_hash };
}

/** How many entries were read, up to the first page that does not fit, and the last that does. */
async function readChain(documents: Deps["documents"], tenantId: string, day: string) {
  let entries = 0;
  let last: AuditRecord | undefined;
  let cursor: string | undefined;
  do {
    const page = await audit.storedEntries(documents, tenantId, day, PAGE, cursor);
    entries += page.records.length;
    const brokenAt = brokenIn(page.records, last);
    if (brokenAt !== undefined) return { entries, brokenAt, last };
    last = page.records.at(-1) ?? last;
    cursor = page.cursor;
  } while (cursor !== undefined);
  return { entries, brokenAt: undefined, last };
}

/** The place of the first entry that does not fit; an entry that cannot be read any more fits nowhere. */
function brokenIn(
  records: readonly (AuditRecord | undefined)[],
  before: AuditRecord | undefined,
): number | undefined {
  const unreadable = records.indexOf(undefined);
  const readable = records.slice(0, unreadable < 0 ? undefined : unreadable);
  const whole = readable.filter((record) => record !== undefined);
  const broken = firstBreak(whole, before);
  if (broken !== undefined || unreadable < 0) return broken;
  return ((whole.at(-1) ?? before)?.seq ?? 0) + 1;
}

const dayOf = (time: Date): string => time.toISOString().slice(0, 10);
