/**
 * When a query may start: Log Analytics runs five at once for one identity, and takes 200 in 30 seconds (its documentation:
 * service limits, user query throttling). The product keeps below both, and the sync goes first.
 */
import type { QueryBudgetRecord } from "../schemas/queryBudget.ts";

/** The fifth place is for a connection test, which must not wait. */
export const AT_ONCE_MAX = 4;
/** Room for connection tests and for the description of the workspace. */
export const BEGUN_MAX = 180;
const WINDOW_MS = 30_000;
const SPAN_MS = 3_000;
/** A place is renewed while its query runs, and free again so long after its process died. */
export const SLOT_MS = 30_000;
/** A sync that waits says so again before this has passed. */
const SYNC_WAITS_MS = 3_000;
/** How far the clocks of two instances may be apart. What lies further ahead was written by a clock that was set back since. */
const SKEW_MS = 60_000;

type Books = Pick<QueryBudgetRecord, "slots" | "sync_until" | "begun">;

export const EMPTY_BOOKS: Books = { slots: [], sync_until: 0, begun: [] };

/** The books without what is over, and without what nobody can have written by now: it would hold all up until then. */
function current({ slots, sync_until, begun }: Books, now: number): Books {
  const latest = now + SKEW_MS;
  return {
    slots: slots.filter(({ until }) => until > now && until <= latest + SLOT_MS),
    sync_until: sync_until <= latest + SYNC_WAITS_MS ? sync_until : 0,
    begun: begun.filter(({ from }) => from + SPAN_MS + WINDOW_MS > now && from <= latest),
  };
}

/**
 * What is written when somebody asks for a place.
 * @returns `granted` false: it must ask again; `books` undefined then means that nothing need be written.
 */
export function ask(
  books: Books,
  { holder, isSync }: { holder: string; isSync: boolean },
  now: number,
): { granted: boolean; books: Books | undefined } {
  const { slots, sync_until, begun } = current(books, now);
  const hasPlace = slots.length < AT_ONCE_MAX;
  const hasRate = begun.reduce((sum, { count }) => sum + count, 0) < BEGUN_MAX;
  const isOutranked = !isSync && sync_until > now;
  if (hasPlace && hasRate && !isOutranked) {
    const taken = [...slots, { holder, until: now + SLOT_MS }];
    const granted = {
      slots: taken,
      sync_until: isSync ? 0 : sync_until,
      begun: counted(begun, now),
    };
    return { granted: true, books: granted };
  }
  const isAnnounced = sync_until > now + SYNC_WAITS_MS / 2;
  if (!isSync || isAnnounced) return { granted: false, books: undefined };
  return { granted: false, books: { slots, sync_until: now + SYNC_WAITS_MS, begun } };
}

function counted(begun: Books["begun"], now: number): Books["begun"] {
  const last = begun.at(-1);
  if (last === undefined || last.from + SPAN_MS <= now) return [...begun, { from: now, count: 1 }];
  return [...begun.slice(0, -1), { from: last.from, count: last.count + 1 }];
}

/** The books with the holder's place kept for another while; undefined when it has none any more. */
export function renewed(books: Books, holder: string, now: number): Books | undefined {
  if (!books.slots.some((slot) => slot.holder === holder)) return undefined;
  const slots = books.slots.map((slot) =>
    slot.holder === holder ? { holder, until: now + SLOT_MS } : slot,
  );
  return { ...books, slots };
}

/** The books without the holder's place; undefined when it has none any more. */
export function released(books: Books, holder: string): Books | undefined {
  const slots = books.slots.filter((slot) => slot.holder !== holder);
  return slots.length === books.slots.length ? undefined : { ...books, slots };
}
