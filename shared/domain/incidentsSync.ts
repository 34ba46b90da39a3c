/** When a provider's incidents are synchronised, how far a sync looks back, and how old what we show is. */
import type { SentinelIncident, SyncAge } from "../schemas/incidents.ts";
import type { TimeRange } from "../schemas/kql.ts";
import type { SiemProvider, SyncState } from "../schemas/providers.ts";
import type { SetAsideRow } from "../schemas/setAsideRows.ts";
import { AppError } from "./errors.ts";
import { before, durationMs } from "./time.ts";

/** Rows usually become visible in Log Analytics no later than this after the time they carry. */
const OVERLAP = "PT15M";
/**
 * Rows that come later than the overlap, or out of order, are found by looking back further now and then: in the first
 * run of an hour by a day, in the first run of a day by a week. Rows that are known cost a read of the index each.
 */
const LOOKBACKS = [
  { everyMs: 86_400_000, back: "P7D" },
  { everyMs: 3_600_000, back: "P1D" },
] as const;
/** The default interval: such a provider is due with every run of the timer, however often that runs. */
const EVERY_RUN_MS = 5 * 60_000;
/** Timers fire a little early or late. */
const JITTER_MS = 1000;
/** Incident data older than this is refreshed by the request that reads it (seed 000). */
export const TTL_MS = 5 * 60_000;
/** What an unfinished run has looked through counts as looked through for so long: after a longer pause rows came late. */
const WALK_FRESH_MS = 60 * 60_000;
/** A run sleeps through no longer pause; those are for the next run. */
const SHORT_WAIT_MS = 10_000;
/** How often a run waits without coming any further. */
const WAITS_MAX = 2;
/** A workspace that just failed is not asked again by every request. */
const FAILED_REST_MS = 60_000;

/**
 * What a sync asks for: from the cursor, less an overlap, to now; the first time as far back as the provider's window.
 * Never further back than the first sync looked, so that no later run finds what was before the window.
 * @param setAside rows that could not be taken over: once a day they are asked for again, however old.
 */
export function rangeOf(
  state: SyncState,
  provider: Pick<SiemProvider, "sync_window">,
  startedAt: Date,
  setAside: readonly Pick<SetAsideRow, "changed_at">[] = [],
): TimeRange {
  const to = startedAt.toISOString();
  if (state.cursor === undefined) {
    return {
      from: state.covered_from ?? before(startedAt, provider.sync_window).toISOString(),
      to,
    };
  }
  const cursor = new Date(state.cursor);
  const overlapped = before(cursor, OVERLAP).toISOString();
  if (state.covered_from === undefined) return { from: overlapped, to };
  const back = lookbackOf(state, startedAt);
  const asked = back === LOOKBACKS[0].back ? setAside.map((row) => row.changed_at) : [];
  const from = [before(cursor, back).toISOString(), ...asked]
    .filter((time) => time !== null)
    .reduce((a, b) => (b < a ? b : a));
  const bounded = from < state.covered_from ? state.covered_from : from;
  return { from: bounded < overlapped ? bounded : overlapped, to };
}

/**
 * What is left of a range where a run before looked through its beginning and did not end: each run then comes further,
 * however much there is to catch up with.
 */
export function leftOf(range: TimeRange, { walk }: SyncState, startedAt: Date): TimeRange {
  if (walk === undefined || range.from < walk.from || walk.reached <= range.from) return range;
  if (startedAt.getTime() - Date.parse(walk.at) > WALK_FRESH_MS) return range;
  return { ...range, from: walk.reached < range.to ? walk.reached : range.to };
}

/**
 * How far a run has come with a page. What changed within the overlap may not have been visible to it yet.
 * @param range all that the run stands for, with what a run before it looked through.
 */
export function walkAfter(
  page: readonly SentinelIncident[],
  range: TimeRange,
  startedAt: Date,
  now: Date,
): NonNullable<SyncState["walk"]> {
  const settled = before(startedAt, OVERLAP);
  const reached = new Date(Math.min(newestOf(page), settled.getTime())).toISOString();
  return {
    from: range.from,
    reached: reached < range.from ? range.from : reached,
    at: now.toISOString(),
  };
}

const newestOf = (page: readonly SentinelIncident[]): number =>
  page.map((incident) => Date.parse(incident.last_modified_at)).reduce((a, b) => Math.max(a, b), 0);

/** The state without what it says of another workspace: that one's window and cursor mean nothing in the provider's new one. */
export function ofWorkspace(
  state: SyncState,
  { workspace_id }: Pick<SiemProvider, "workspace_id">,
): SyncState {
  if (state.workspace_id === undefined || state.workspace_id === workspace_id)
    return { ...state, workspace_id };
  const { type, id, tenant_id, provider_id, fence } = state;
  return { type, id, tenant_id, provider_id, fence, workspace_id };
}

function lookbackOf({ last_success_at }: SyncState, startedAt: Date): string {
  const last = last_success_at === undefined ? 0 : Date.parse(last_success_at);
  const due = LOOKBACKS.find(
    ({ everyMs }) => Math.floor(last / everyMs) < Math.floor(startedAt.getTime() / everyMs),
  );
  return due?.back ?? OVERLAP;
}

/**
 * Whether the timer's run takes this provider: always with an interval of five minutes or less, else once in each
 * interval counted from 1970. A provider whose last sync failed stays due.
 */
export function isDue(
  provider: Pick<SiemProvider, "sync_interval">,
  state: SyncState | undefined,
  now: Date,
): boolean {
  const interval = durationMs(provider.sync_interval);
  if (interval <= EVERY_RUN_MS || state?.last_success_at === undefined) return true;
  const turn = (ms: number): number => Math.floor((ms + JITTER_MS) / interval);
  return turn(Date.parse(state.last_success_at)) < turn(now.getTime());
}

/** Whether a request should refresh the provider first: its data is older than the TTL, and it has not just failed. */
export function isStale(state: SyncState | undefined, now: Date): boolean {
  if (state === undefined) return true;
  const ageMs = (at: string | undefined): number =>
    at === undefined ? Number.POSITIVE_INFINITY : now.getTime() - Date.parse(at);
  if (state.retry_at !== undefined && Date.parse(state.retry_at) > now.getTime()) return false;
  return ageMs(state.last_success_at) > TTL_MS && ageMs(state.error?.at) >= FAILED_REST_MS;
}

/** Sentinel's own request to wait is kept, whoever asks. @throws AppError `siem-unavailable` */
export function refuseEarlyRetry(state: SyncState | undefined, now: Date): void {
  if (state?.retry_at === undefined || Date.parse(state.retry_at) <= now.getTime()) return;
  const detail = state.error?.detail ?? "Sentinel asked us to wait.";
  const seconds = (Date.parse(state.retry_at) - now.getTime()) / 1000;
  throw new AppError("siem-unavailable", detail, { retryAfterSeconds: seconds });
}

/**
 * How long a run waits itself where Sentinel asked for a pause (Retry-After), instead of failing until the next one.
 * @param waits how often it has waited since it last came further.
 * @param leftMs what is left of the run's own time.
 * @returns `undefined` when the failure is the run's end.
 */
export function shortWaitMs(error: unknown, waits: number, leftMs: number): number | undefined {
  if (!(error instanceof AppError) || error.code !== "siem-unavailable") return undefined;
  const waitMs = (error.retryAfterSeconds ?? 0) * 1000;
  const isShort = waitMs > 0 && waitMs <= SHORT_WAIT_MS && waitMs <= leftMs;
  return isShort && waits < WAITS_MAX ? waitMs : undefined;
}

/** The newest change of a page, or the cursor before it; never later than our own time, whatever a row claims. */
export function cursorAfter(
  page: readonly SentinelIncident[],
  cursor: string | undefined,
  startedAt: Date,
): string {
  const newest = newestOf(page);
  const known = cursor === undefined ? 0 : Date.parse(cursor);
  return new Date(Math.max(known, Math.min(newest, startedAt.getTime()))).toISOString();
}

/**
 * How old the shown data is: since the least recent of the providers' last good syncs.
 * @param ages of the providers whose incidents are shown.
 * @returns `last_synced_at` null when one of them was never synchronised; `ageSeconds` then undefined.
 */
export function oldestSync(
  ages: readonly SyncAge[],
  now: Date,
): { last_synced_at: string | null; ageSeconds: number | undefined } {
  const times = ages.flatMap(({ last_synced_at }) => last_synced_at ?? []);
  const oldest = times.toSorted()[0];
  if (oldest === undefined || times.length < ages.length) {
    return { last_synced_at: null, ageSeconds: undefined };
  }
  const ageSeconds = Math.max(0, Math.floor((now.getTime() - Date.parse(oldest)) / 1000));
  return { last_synced_at: oldest, ageSeconds };
}

/** Whether a request's `provider` means this one; nothing means every one. */
export const isNamed = (
  { provider_id, provider, is_default }: SyncAge,
  name: string | undefined,
): boolean =>
  name === undefined ||
  name === provider_id ||
  name === provider ||
  (name === "sentinel" && is_default);

/** Whether the workspace is at fault, not our own store or queue. */
export const isOfSiem = (error: unknown): boolean =>
  error instanceof AppError &&
  (error.code === "siem-unavailable" ||
    error.code === "query-timeout" ||
    error.code === "kql-refused");

/** A failure in words that may be shown. */
export const describeFailure = (error: unknown): { code: string; detail: string } =>
  error instanceof AppError
    ? { code: error.code, detail: error.detail }
    : { code: "internal", detail: "The sync failed on our side." };
