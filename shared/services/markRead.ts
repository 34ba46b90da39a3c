/** Marks notifications as read, for one reader alone. */
import { AppError, notFound } from "../domain/errors.ts";
import { isForAdmins, withAllRead, withRead } from "../domain/notifications.ts";
import type { Deps } from "../ports/deps.ts";
import * as notifications from "../repositories/notifications.ts";
import type { FeedRecord, ReadMarks } from "../schemas/notifications.ts";
import type { Principal } from "../schemas/principal.ts";

type Needs = Pick<Deps, "clock" | "documents">;
type Reader = Pick<Principal, "id" | "permissions" | "tenant_id">;

const ATTEMPTS_MAX = 20;

/**
 * Marks one event.
 * @throws AppError `not-found` when the tenant's inbox does not show such an event.
 */
export async function markRead(
  deps: Needs,
  reader: Reader,
  id: string,
): Promise<{ event: FeedRecord; marks: ReadMarks }> {
  const buckets = notifications.shownBuckets(deps.clock.now());
  const event = await notifications.read(deps.documents, reader.tenant_id, buckets, id);
  const isHidden = event !== undefined && isForAdmins(event.event);
  if (event === undefined || (isHidden && !reader.permissions.includes("webhooks:manage"))) {
    throw notFound("notification");
  }
  const marks = await change(deps, reader, (current) => withRead(current, event));
  return { event, marks };
}

/** Marks everything that is in the feed now; what comes later is unread, however late its event was. */
export async function markAllRead(deps: Needs, reader: Reader): Promise<void> {
  const newest: string[] = [];
  for (const bucket of notifications.shownBuckets(deps.clock.now())) {
    const { items } = await notifications.list(deps.documents, reader.tenant_id, bucket, {
      limit: 1,
    });
    newest.push(...items.map((event) => event.created_at));
  }
  const upTo = newest.toSorted((a, b) => (a < b ? 1 : -1))[0];
  if (upTo !== undefined) await change(deps, reader, (marks) => withAllRead(marks, upTo));
}

async function change(
  { documents }: Needs,
  reader: Reader,
  decide: (marks: ReadMarks) => ReadMarks,
): Promise<ReadMarks> {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    const { marks, etag } = await notifications.readMarks(documents, reader.tenant_id, reader.id);
    const changed = decide(marks);
    if (changed === marks) return marks;
    if ((await notifications.saveMarks(documents, changed, etag)) === "done") return changed;
  }
  throw new AppError("conflict", "The inbox is being changed elsewhere; try again.");
}
