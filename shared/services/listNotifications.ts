/** The inbox: the tenant's feed with one reader's marks. */
import { z } from "zod";

import { AppError, foreignCursor } from "../domain/errors.ts";
import { inboxItem, isRead } from "../domain/notifications.ts";
import { shownEvents } from "../domain/notificationPreferences.ts";
import type { Deps } from "../ports/deps.ts";
import * as preferences from "../repositories/notificationPreferences.ts";
import * as notifications from "../repositories/notifications.ts";
import type {
  EventType,
  FeedRecord,
  InboxPage,
  NotificationQuery,
  ReadMarks,
} from "../schemas/notifications.ts";
import type { Principal } from "../schemas/principal.ts";
import type { Severity } from "../schemas/severity.ts";

type Needs = Pick<Deps, "clock" | "documents">;
type Reader = Pick<Principal, "id" | "permissions" | "tenant_id">;

/** Where a page ended: in which month, behind which of its events, and since when the first page looked. */
const Cursor = z.object({
  bucket: z.string(),
  at: z.string().optional(),
  after: z.iso.datetime().optional(),
});
type Cursor = z.infer<typeof Cursor>;

/** The count of unread ones stops here. */
export const UNREAD_MAX = 100;
/** A page of unread ones looks through this many events at most; the next page goes on from there. */
const LOOK_MAX = 500;

/** What of the feed a reader sees. */
interface Look {
  marks: ReadMarks;
  events: readonly EventType[];
  severities: readonly Severity[];
}

/**
 * One page of this and the last month's events that the reader wants to see, newest first.
 * @throws AppError `invalid-fields` for a cursor that does not belong to the list.
 */
export async function listNotifications(
  deps: Needs,
  reader: Reader,
  query: NotificationQuery,
): Promise<z.input<typeof InboxPage>> {
  const look = await lookOf(deps, reader);
  const { marks } = look;
  const buckets = notifications.shownBuckets(deps.clock.now());
  const bounds = [query.updated_since ?? "", query.unread ? marks.read_before : ""];
  const after = bounds.toSorted().at(-1);
  const start: Cursor =
    query.cursor === undefined
      ? { bucket: buckets[0] ?? "", ...(after !== "" && { after }) }
      : decoded(query.cursor, buckets);
  const page = await readPage(deps, reader, query, look, start);
  return {
    items: page.items.map((event) => inboxItem(event, marks)),
    unread: await countUnread(deps, reader, look),
    limit: query.limit,
    next_cursor: page.next === undefined ? null : encoded(page.next),
  };
}

async function lookOf({ documents }: Needs, { tenant_id, id, permissions }: Reader): Promise<Look> {
  const { marks } = await notifications.readMarks(documents, tenant_id, id);
  const own = await preferences.read(documents, tenant_id, id);
  const chosen =
    own?.record.preferences ?? (await preferences.readDefaults(documents, tenant_id)).preferences;
  return { marks, ...shownEvents(chosen, permissions.includes("webhooks:manage")) };
}

/** Fills one page from the buckets in turn. Reads as many as are missing, so that the cursor falls behind the last. */
async function readPage(
  { clock, documents }: Needs,
  { tenant_id }: Reader,
  { limit, unread, event }: NotificationQuery,
  { marks, events: shown, severities }: Look,
  start: Cursor,
): Promise<{ items: FeedRecord[]; next: Cursor | undefined }> {
  const buckets = notifications.shownBuckets(clock.now());
  const events = shown.filter((one) => event === undefined || one === event);
  const { after } = start;
  const items: FeedRecord[] = [];
  let next: Cursor | undefined = events.length === 0 ? undefined : start;
  for (let looked = 0; next !== undefined && items.length < limit && looked < LOOK_MAX;) {
    const { bucket, at }: Cursor = next;
    const asked = { limit: limit - items.length, cursor: at, events, severities, after };
    const page: notifications.FeedPage = await notifications
      .list(documents, tenant_id, bucket, asked)
      .catch((error: unknown) => {
        throw at === undefined ? error : foreignOr(error);
      });
    looked += Math.max(1, page.items.length);
    items.push(...page.items.filter((one) => !unread || !isRead(marks, one)));
    const following = buckets[buckets.indexOf(bucket) + 1];
    if (page.cursor !== undefined) next = { bucket, at: page.cursor, after };
    else next = following === undefined ? undefined : { bucket: following, after };
  }
  return { items, next };
}

async function countUnread(
  { clock, documents }: Needs,
  { tenant_id }: Reader,
  { marks, events, severities }: Look,
): Promise<number> {
  if (events.length === 0) return 0;
  let unread = 0;
  for (const bucket of notifications.shownBuckets(clock.now())) {
    let cursor: string | undefined;
    let looked = 0;
    do {
      const asked = { limit: UNREAD_MAX, cursor, after: marks.read_before, events, severities };
      const page = await notifications.list(documents, tenant_id, bucket, asked);
      unread += page.items.filter((event) => !isRead(marks, event)).length;
      // The newest are unread for most readers: the bell, which asks often, needs no more than them.
      if (unread >= UNREAD_MAX) return UNREAD_MAX;
      looked += page.items.length;
      cursor = page.cursor;
    } while (cursor !== undefined && looked < LOOK_MAX);
  }
  return unread;
}

const encoded = (cursor: Cursor): string =>
  Buffer.from(JSON.stringify(cursor)).toString("base64url");

function decoded(text: string, buckets: readonly string[]): Cursor {
  try {
    const cursor = Cursor.parse(JSON.parse(Buffer.from(text, "base64url").toString()));
    if (buckets.includes(cursor.bucket)) return cursor;
    throw new Error("the bucket is not shown");
  } catch (error) {
    throw foreignCursor(error);
  }
}

/** What the store says of a cursor; any other failure stays what it is. */
const foreignOr = (error: unknown): unknown =>
  error instanceof AppError && error.code !== "invalid-fields" ? error : foreignCursor(error);
