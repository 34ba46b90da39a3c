/** Brings the store up to date with Sentinel: each provider under its own lease, with its own cursor. */
import { forEachBounded, nextTurn } from "../domain/bounded.ts";
import { AppError } from "../domain/errors.ts";
import type { SyncContext } from "../domain/incidents.ts";
import {
  cursorAfter,
  describeFailure,
  isDue,
  isOfSiem,
  isStale,
  leftOf,
  ofWorkspace,
  rangeOf,
  refuseEarlyRetry,
  shortWaitMs,
  walkAfter,
} from "../domain/incidentsSync.ts";
import { plusMs } from "../domain/time.ts";
import type { Deps } from "../ports/deps.ts";
import { atMost, pause } from "../ports/patience.ts";
import { adoptIncidents } from "../repositories/incidentsAdopting.ts";
import { enrichSettling } from "../repositories/incidentsSettling.ts";
import * as ages from "../repositories/incidentsSyncAges.ts";
import * as setAside from "../repositories/incidentsSetAside.ts";
import { setAside as keepAside, takePage, type Taking } from "../repositories/incidentsTaking.ts";
import * as leases from "../repositories/leases.ts";
import * as providers from "../repositories/providers.ts";
import * as syncState from "../repositories/syncState.ts";
import type { SyncAge } from "../schemas/incidents.ts";
import type { SyncReply } from "../schemas/incidentsRequests.ts";
import type { TimeRange } from "../schemas/kql.ts";
import type { SiemProvider, SyncState } from "../schemas/providers.ts";

/** `elapsedMs` gives the time that passes, of whatever start, and `wait` lets it pass, in place of the process's own. */
type Needs = Pick<Deps, "clock" | "documents" | "log" | "queue" | "siem"> & {
  elapsedMs?: () => number;
  wait?: (ms: number) => Promise<void>;
};
type Outcome = SyncReply["providers"][number];

interface Run extends Taking {
  provider: SiemProvider;
  lease: leases.HeldLease;
}

/**
 * Renewed with every page, and short: after a crash the next tick of the timer goes on. A run that is slower than this
 * may be overtaken at a tick; its fencing number then keeps it from moving the cursor.
 */
const LEASE_MS = 2 * 60_000;
const PAGE_SIZE = 500;
/** More than any tenant has: workspaces that hang must not take the places of those that answer. */
const PROVIDERS_AT_ONCE = 50;
/**
 * A run that takes longer stops after a page, and the next one goes on from there: the timer, which waits for every
 * provider, is then free for the others. In real time.
 */
const RUN_MAX_MS = 4 * 60_000;
/** Sentinel never makes a provider wait longer than this. */
const WAIT_MAX_MS = 60 * 60_000;

/** How long a request waits for the data that it asks for to be brought up to date. */
const REFRESH_WAIT_MS = 2000;
/** How often a request looks whether somebody else's sync has ended. */
const FOLLOW_MS = 50;

/**
 * Synchronises every provider of every tenant, or of one; with `onlyDue` those whose interval has come round. A
 * provider's failure is its outcome and stands in its SyncState; the others go on. Running twice at once changes
 * nothing: a provider has one runner.
 */
export async function syncIncidents(
  deps: Needs,
  tenantId?: string,
  { onlyDue = false }: { onlyDue?: boolean } = {},
): Promise<SyncReply> {
  const known = await ages.standing(deps.documents, tenantId);
  const now = deps.clock.now();
  const due = known.filter(({ provider, state }) => !onlyDue || isDue(provider, state, now));
  return syncAll(
    deps,
    due.map(({ provider }) => provider),
  );
}

/**
 * Brings a tenant's incidents up to date when they are older than the TTL, and waits for it a little: a sync that takes
 * longer goes on by itself. Whoever asks meanwhile waits for the same sync.
 * @param waitMs the longest wait.
 * @returns how old each provider's incidents are then; a workspace that does not answer keeps its age.
 */
export async function refreshIncidents(
  deps: Needs,
  tenantId: string,
  waitMs: number = REFRESH_WAIT_MS,
): Promise<SyncAge[]> {
  const known = await ages.standing(deps.documents, tenantId);
  const now = deps.clock.now();
  const stale = known.filter(({ state }) => isStale(state, now)).map(({ provider }) => provider);
  if (stale.length === 0) return Promise.all(known.map((one) => ages.ageOf(deps.documents, one)));
  const until = performance.now() + waitMs;
  await atMost(waitMs, syncOrFollow(deps, stale, until));
  const after = await ages.standing(deps.documents, tenantId);
  return Promise.all(after.map((one) => ages.ageOf(deps.documents, one)));
}

/** Synchronises what nobody else does, and waits for the end of what others do. */
async function syncOrFollow(deps: Needs, stale: SiemProvider[], until: number): Promise<void> {
  const { providers: outcomes } = await syncAll(deps, stale);
  const followed = outcomes.filter((one) => one.error?.code === "conflict");
  const isFollowed = (id: string): boolean => followed.some((one) => one.provider_id === id);
  const waiting = stale.filter(({ id }) => isFollowed(id));
  while (waiting.length > 0 && performance.now() < until) {
    await pause(FOLLOW_MS);
    const states = await Promise.all(
      waiting.map((one) => syncState.read(deps.documents, one.tenant_id, one.id)),
    );
    if (states.every((state) => !isStale(state, deps.clock.now()))) return;
  }
}

async function syncAll(deps: Needs, chosen: readonly SiemProvider[]): Promise<SyncReply> {
  const outcomes = new Map<string, Outcome>();
  await forEachBounded(chosen, PROVIDERS_AT_ONCE, async (provider) => {
    outcomes.set(provider.id, await syncUnderLease(deps, provider));
  });
  return { providers: chosen.flatMap((provider) => outcomes.get(provider.id) ?? []) };
}

async function syncUnderLease(deps: Needs, provider: SiemProvider): Promise<Outcome> {
  const ids = { tenant_id: provider.tenant_id, provider_id: provider.id };
  let changed = 0;
  try {
    const name = `sync:${provider.tenant_id}:${provider.id}`;
    const lease = await leases.acquire(deps, name, LEASE_MS);
    if (lease === undefined) {
      deps.log.info("sync.running", ids);
      const detail = "Another sync of this provider is running.";
      return { provider_id: provider.id, changed, error: { code: "conflict", detail } };
    }
    try {
      await syncProvider(deps, provider, lease, () => (changed += 1));
    } finally {
      await leases.release(deps, lease);
    }
    deps.log.info("sync.done", { ...ids, changed });
    return { provider_id: provider.id, changed };
  } catch (error) {
    deps.log.warn("sync.failed", { ...ids, changed, error });
    return { provider_id: provider.id, changed, error: describeFailure(error) };
  }
}

async function syncProvider(
  deps: Needs,
  provider: SiemProvider,
  lease: leases.HeldLease,
  onChange: () => void,
): Promise<void> {
  const startedAt = deps.clock.now();
  const before = await syncState.read(deps.documents, provider.tenant_id, provider.id);
  refuseEarlyRetry(before, startedAt);
  const last_attempt_at = startedAt.toISOString();
  const begun = await syncState.update(deps.documents, provider, lease.fence, (known) => {
    const state = ofWorkspace(known, provider);
    const isFirst = state.cursor === undefined;
    const { from } = rangeOf(state, provider, startedAt);
    return { ...state, last_attempt_at, ...(isFirst && { covered_from: from }) };
  });
  const context: SyncContext = {
    provider,
    startedAt,
    isFirstSync: begun.last_success_at === undefined,
    lastSuccessAt: begun.last_success_at,
  };
  try {
    await adoptIncidents(deps, provider, () => renewOrStop(deps, lease));
    const aside = await setAside.read(deps.documents, provider);
    const known = aside?.rows ?? [];
    const run: Run = { provider, lease, context, onChange, known, failed: [], taken: [] };
    await takeOver(deps, run, begun);
  } catch (error) {
    await recordFailure(deps, provider, lease, error);
    throw error;
  }
  await providers.setStatus(deps.documents, provider, "active");
}

/** Takes the range over; where Sentinel asks for a short pause the run goes on after it, from where it had come. */
async function takeOver(deps: Needs, run: Run, begun: SyncState): Promise<void> {
  const { provider, lease, context, known } = run;
  const { elapsedMs = () => performance.now(), wait = pause } = deps;
  const until = elapsedMs() + RUN_MAX_MS;
  const range = rangeOf(begun, provider, context.startedAt, known);
  let state = begun;
  for (let waits = 0; ; waits += 1) {
    try {
      if (await takePages(deps, run, state, range, () => elapsedMs() > until)) break;
      return;
    } catch (error) {
      if (!isOfSiem(error)) throw error;
      const reached = await syncState.read(deps.documents, provider.tenant_id, provider.id);
      if (reached?.cursor !== state.cursor) waits = 0;
      const waitMs = shortWaitMs(error, waits, until - elapsedMs());
      if (waitMs === undefined) throw error;
      deps.log.info("sync.waiting", { provider_id: provider.id, wait_ms: waitMs });
      await wait(waitMs);
      await renewOrStop(deps, lease);
      state = reached ?? state;
    }
  }
  await enrichSettling(deps, provider, context);
  await keepSetAside(deps, run);
  await renewOrStop(deps, lease);
  await syncState.update(
    deps.documents,
    provider,
    lease.fence,
    ({ error: _error, retry_at: _retryAt, walk: _walk, ...reached }) => ({
      ...reached,
      // A workspace without incidents has been looked through as well: the next run starts from here.
      cursor: reached.cursor ?? range.to,
      last_success_at: context.startedAt.toISOString(),
    }),
  );
}

/**
 * Page by page, oldest change first; the cursor follows each page, so that a run that breaks off is not for nothing.
 * @returns false when the time was over before the last page.
 */
async function takePages(
  deps: Needs,
  run: Run,
  begun: SyncState,
  range: TimeRange,
  isLate: () => boolean,
): Promise<boolean> {
  const { provider, lease, context } = run;
  const { startedAt } = context;
  const left = leftOf(range, begun, startedAt);
  const pages = deps.siem.changedIncidents(provider, left, PAGE_SIZE, ({ reason, row }) =>
    keepAside(deps, run, row, reason),
  );
  for await (const page of pages) {
    await takePage(deps, run, page);
    // Before the cursor: the next run goes on behind them, and would not come upon them again.
    if (run.failed.length + run.taken.length > 0) await keepSetAside(deps, run);
    await renewOrStop(deps, lease);
    await syncState.update(deps.documents, provider, lease.fence, (state) => ({
      ...state,
      cursor: cursorAfter(page, state.cursor, startedAt),
      walk: walkAfter(page, range, startedAt, deps.clock.now()),
    }));
    if (isLate()) return false;
    await nextTurn();
  }
  return true;
}

async function keepSetAside(deps: Needs, run: Run): Promise<void> {
  await setAside.update(deps.documents, run.provider, run.failed, run.taken, deps.clock.now());
  run.failed = [];
  run.taken = [];
}

async function renewOrStop(deps: Needs, lease: leases.HeldLease): Promise<void> {
  if (await leases.renew(deps, lease, LEASE_MS)) return;
  throw new AppError("lock-lost", "A later sync of this provider has taken over.");
}

/** Says on the provider's health what went wrong. The cursor stays, so the next run takes up where this one broke off. */
async function recordFailure(
  deps: Needs,
  provider: SiemProvider,
  lease: leases.HeldLease,
  error: unknown,
): Promise<void> {
  if (error instanceof AppError && error.code === "lock-lost") return;
  const now = deps.clock.now();
  const waitMs = error instanceof AppError ? (error.retryAfterSeconds ?? 0) * 1000 : 0;
  try {
    await syncState.update(
      deps.documents,
      provider,
      lease.fence,
      ({ retry_at: _retryAt, ...state }) => ({
        ...state,
        error: { ...describeFailure(error), at: now.toISOString() },
        ...(waitMs > 0 && { retry_at: plusMs(now, Math.min(waitMs, WAIT_MAX_MS)).toISOString() }),
      }),
    );
    if (isOfSiem(error)) await providers.setStatus(deps.documents, provider, "error");
  } catch (secondary) {
    deps.log.error("sync.failure-not-recorded", { provider_id: provider.id, error: secondary });
  }
}
