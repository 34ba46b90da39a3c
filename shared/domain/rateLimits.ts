/**
 * The rate limit, counted in spans of five seconds. One instance grants at most the limit in any sixty seconds. Several
 * together grant at most a tenth of the limit more for each further one, which it had not told the others yet
 * (services/limitRate.ts); while the store does not answer each counts alone. Who is refused is told when there is room for
 * it, and is let in then and for fifteen seconds more: who waits as long is never refused twice in a row.
 */
import type { Principal } from "../schemas/principal.ts";
import type { RateAnswer, RateWindow } from "../schemas/rateLimits.ts";

export const WINDOW_SECONDS = 60;
const WINDOW_MS = WINDOW_SECONDS * 1000;
const SPAN_MS = 5_000;
/** A span counts until a minute has passed since its end. */
const KEPT_MS = SPAN_MS + WINDOW_MS;
/** So long after the time that was named a promise is kept. */
const GRACE_MS = 15_000;

export const EMPTY_WINDOW: RateWindow = { spans: [], promises: [] };

/** Requests a minute of callers that have no limit of their own. */
export type UsualLimits = Readonly<Record<"user" | "application" | "api_key", number>>;

export const limitOf = (
  { kind, rate_limit_per_minute }: Pick<Principal, "kind" | "rate_limit_per_minute">,
  usual: UsualLimits,
): number => rate_limit_per_minute ?? usual[kind];

/** Requests that count at this time. */
export const used = ({ spans }: RateWindow): number =>
  spans.reduce((sum, { count }) => sum + count, 0);

/** Without what no longer counts. */
export function current({ spans, promises }: RateWindow, now: number): RateWindow {
  return {
    spans: spans.filter(({ span }) => span * SPAN_MS + KEPT_MS > now),
    promises: promises.filter((due) => due + GRACE_MS > now),
  };
}

/** The window with one more request, or with one more promise, and what its caller is told. */
export function ask(
  window: RateWindow,
  limit: number,
  now: number,
): { window: RateWindow; answer: RateAnswer } {
  const { spans, promises } = current(window, now);
  const count = used({ spans, promises });
  const kept = promises.findIndex((due) => due <= now);
  if (count < limit || kept >= 0) {
    const counted = withOneMore(spans, now);
    const after = { spans: counted, promises: promises.filter((_, i) => i !== kept) };
    return { window: after, answer: granted(after, limit, now) };
  }
  const due = dueOf(spans, count - limit + 1 + promises.length);
  const seconds = secondsUntil(due ?? now + KEPT_MS, now);
  const promised = due === undefined ? promises : [...promises, now + seconds * 1000];
  return {
    window: { spans, promises: promised },
    answer: { isGranted: false, limit, remaining: 0, seconds },
  };
}

/** What a caller is told whose request is counted in the window already. */
export const granted = (window: RateWindow, limit: number, now: number): RateAnswer => ({
  isGranted: true,
  limit,
  remaining: Math.max(0, limit - used(window)),
  seconds: secondsUntil(endOf(window.spans[0], now), now),
});

/** When so many requests have stopped counting; `undefined` when that many do not count now. */
function dueOf(spans: RateWindow["spans"], needed: number): number | undefined {
  let freed = 0;
  for (const each of spans) {
    freed += each.count;
    if (freed >= needed) return endOf(each, 0);
  }
  return undefined;
}

const endOf = (first: { span: number } | undefined, now: number): number =>
  first === undefined ? now : first.span * SPAN_MS + KEPT_MS;

/** Whole seconds, never too few. */
const secondsUntil = (time: number, now: number): number =>
  Math.max(1, Math.ceil((time - now) / 1000));

export function withOneMore(spans: RateWindow["spans"], now: number): RateWindow["spans"] {
  return merged(spans, [{ span: Math.floor(now / SPAN_MS), count: 1 }]);
}

/** The counts of both together. */
export function merged(one: RateWindow["spans"], other: RateWindow["spans"]): RateWindow["spans"] {
  const last = one.at(-1);
  const [added] = other;
  // What nearly every request does: it counts in the newest span.
  if (other.length === 1 && added !== undefined && last?.span === added.span) {
    return [...one.slice(0, -1), { span: last.span, count: last.count + added.count }];
  }
  const counts = new Map<number, number>();
  for (const { span, count } of [...one, ...other]) {
    counts.set(span, (counts.get(span) ?? 0) + count);
  }
  return [...counts].map(([span, count]) => ({ span, count })).toSorted((a, b) => a.span - b.span);
}
