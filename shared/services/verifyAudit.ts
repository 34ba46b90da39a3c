/** Goes through the audit chain of each day and says where it was changed. */
import { firstBreak } from "../domain/audit.ts";
import { AppError } from "../domain/errors.ts";
import { plusMs } from "../domain/time.ts";
import type { Deps } from "../ports/deps.ts";
import * as audit from "../repositories/audit.ts";
import * as auditNewest from "../repositories/auditNewest.ts";
import type {
  AuditRecord,
  AuditVerification,
  EarlierDay,
  VerificationQuery,
} from "../schemas/audit.ts";

type Day = AuditVerification["days"][number];
/** What a day's first entry says of the newest earlier day; `undefined` when the day is of before days were linked. */
type Link = EarlierDay | null | undefined;

const DAY_MS = 86_400_000;
const DAYS_USUAL = 30;
const DAYS_MAX = 100;
const PAGE = 500;
const UNLINKED =
  " It was written before days were linked: that the day before it was removed would not show.";

/**
 * The days from `from` to `to` in UTC; left out, the last thirty. A removed last entry shows as well: the day's head says
 * how many there were. So does a day that was removed or made anew: the next one's first entry knows it, and the tenant's
 * note of the newest entry the last one. A day that begins only after a later one, by late deliveries, is known to none.
 * @throws AppError `invalid-fields` when it is more than a hundred days, or ends before it begins.
 */
export async function verifyAudit(
  { clock, documents }: Pick<Deps, "clock" | "documents">,
  tenantId: string,
  query: VerificationQuery,
): Promise<AuditVerification> {
  const to = query.to ?? dayOf(clock.now());
  const from = query.from ?? dayOf(plusMs(new Date(to), -(DAYS_USUAL - 1) * DAY_MS));
  const found = new Map<string, Day>();
  const links: [string, EarlierDay][] = [];
  for (const day of daysBetween(from, to)) {
    const checked = await verifyDay(documents, tenantId, day);
    if (checked === undefined) continue;
    found.set(day, checked.found);
    if (checked.link) links.push([day, checked.link]);
  }
  const newest = (await auditNewest.read(documents, tenantId))?.newest;
  const told: [string, EarlierDay][] = links.map(([day, link]) => [`when ${day} began`, link]);
  if (newest !== undefined && newest.day <= to) told.push(["by the tenant's own note", newest]);
  for (const [when, link] of told) {
    const broken = await brokenLink(documents, tenantId, when, link, found.get(link.day));
    if (broken !== undefined) found.set(link.day, broken);
  }
  const days = [...found.values()].toSorted((a, b) => (a.day < b.day ? -1 : 1));
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
): Promise<{ found: Day; link: Link } | undefined> {
  const head = (await audit.readHead(documents, tenantId, day))?.head;
  const { entries, brokenAt, last, first } = await readChain(documents, tenantId, day);
  if (head === undefined && entries === 0) return undefined;
  const broken_at = brokenAt ?? (isEnd(head, last) ? null : (last?.seq ?? 0) + 1);
  // A first entry that was changed proves nothing of other days.
  const link = broken_at === 1 ? undefined : first?.previous_day;
  const detail =
    broken_at === null
      ? `Every entry is as it was written.${link === undefined ? UNLINKED : ""}`
      : `From entry ${broken_at} on the chain is not as it was written: an entry was changed, removed or put in.`;
  const last_hash = head?.hash ?? null;
  const isWhole = broken_at === null;
  return { found: { day, entries, is_whole: isWhole, broken_at, detail, last_hash }, link };
}

/** Whether the day's head stands at the chain's last entry. */
const isEnd = (head: audit.Head | undefined, last: AuditRecord | undefined): boolean =>
  head !== undefined && head.seq === last?.seq && head.hash === last.hash;

/**
 * The line of the earlier day when it is not what the one that links to it knew; `undefined` when it is, or when its own
 * line says already that it is broken.
 * @param when the link was made, in words. @param known its line, when it is in the range.
 */
async function brokenLink(
  documents: Deps["documents"],
  tenantId: string,
  when: string,
  link: EarlierDay,
  known: Day | undefined,
): Promise<Day | undefined> {
  if (known?.is_whole === false || (await audit.hasLink(documents, tenantId, link)))
    return undefined;
  const earlier = known ?? (await verifyDay(documents, tenantId, link.day))?.found;
  if (earlier?.is_whole === false) return earlier;
  const broken_at = earlier === undefined ? 1 : link.seq;
  const detail =
    earlier === undefined
      ? `The whole day was removed: ${when}, it had ${link.seq} entries.`
      : `The day was cut short or made anew: ${when}, its entry ${link.seq} was another one.`;
  const { entries, last_hash } = earlier ?? { entries: 0, last_hash: null };
  return { day: link.day, entries, is_whole: false, broken_at, detail, last_hash };
}

/** How many entries were read, up to the first page that does not fit, the last that does, and the first of all. */
async function readChain(documents: Deps["documents"], tenantId: string, day: string) {
  let entries = 0;
  let first: AuditRecord | undefined;
  let last: AuditRecord | undefined;
  let cursor: string | undefined;
  do {
    const page = await audit.storedEntries(documents, tenantId, day, PAGE, cursor);
    entries += page.records.length;
    first ??= page.records[0];
    const brokenAt = brokenIn(page.records, last);
    if (brokenAt !== undefined) return { entries, brokenAt, last, first };
    last = page.records.at(-1) ?? last;
    cursor = page.cursor;
  } while (cursor !== undefined);
  return { entries, brokenAt: undefined, last, first };
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
