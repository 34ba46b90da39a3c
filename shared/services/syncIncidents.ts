/** Brings the store up to date with Sentinel: each provider under its own lease, with its own cursor. */
import { forEachBounded, nextTurn } from "../domain/bounded.ts";
import { AppError } from "../domain/errors.ts";
import { decideChange, incidentAlert, incidentKey, type SyncContext } from "../domain/incidents.ts";
import { before, plusMs } from "../domain/time.ts";
import type { Deps } from "../ports/deps.ts";
import * as incidents from "../repositories/incidents.ts";
import * as leases from "../repositories/leases.ts";
import * as providers from "../repositories/providers.ts";
import * as syncState from "../repositories/syncState.ts";
import type { SentinelIncident, SyncReply } from "../schemas/incidents.ts";
import type { TimeRange } from "../schemas/kql.ts";
import type { SiemProvider, SyncState } from "../schemas/providers.ts";

type Needs = Pick<Deps, "clock" | "documents" | "log" | "queue" | "siem">;
type Outcome = SyncReply["providers"][number];

interface Run {
  provider: SiemProvider;
  lease: leases.HeldLease;
  context: SyncContext;
}

/**
 * Renewed with every page, and short: after a crash the next tick of the timer goes on. A run that is slower than this
 * may be overtaken at a tick; its fencing number then keeps it from moving the cursor.
 */
const LEASE_MS = 2 * 60_000;
/** Rows may become visible in Log Analytics this long after the time they carry. */
const OVERLAP = "PT15M";
const PAGE_SIZE = 500;
const PROVIDERS_AT_ONCE = 10;
const WRITES_AT_ONCE = 8;
/** After this many writes in a row other work gets a turn: an embedded store never waits by itself. */
const WRITES_PER_TURN = 64;
/** A racing change is re-read and decided anew; more races than this in a row are a fault. */
const ATTEMPTS_MAX = 20;
/** Sentinel never makes a provider wait longer than this. */
const WAIT_MAX_MS = 60 * 60_000;

/**
 * Synchronises every provider of every tenant, or of one. A provider's failure is its outcome and stands in its
 * SyncState; the others go on. Running twice at once changes nothing: a provider has one runner.
 */
export async function syncIncidents(deps: Needs, tenantId?: string): Promise<SyncReply> {
  const due = await providers.toSync(deps.documents, tenantId);
  const outcomes = new Map<string, Outcome>();
  await forEachBounded(due, PROVIDERS_AT_ONCE, async (provider) => {
    outcomes.set(provider.id, await syncUnderLease(deps, provider));
  });
  return { providers: due.flatMap((provider) => outcomes.get(provider.id) ?? []) };
}

async function syncUnderLease(deps: Needs, provider: SiemProvider): Promise<Outcome> {
  const ids = { tenant_id: provider.tenant_id, provider_id: provider.id };
  let changed = 0;
  try {
    const name = `sync:${provider.tenant_id}:${provider.id}`;
    const lease = await leases.acquire(deps, name, LEASE_MS);
    if (lease === undefined) {
      throw new AppError("conflict", "Another sync of this provider is running.");
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
    return { provider_id: provider.id, changed, error: describe(error) };
  }
}

async function syncProvider(
  deps: Needs,
  provider: SiemProvider,
  lease: leases.HeldLease,
  onChange: () => void,
): Promise<void> {
  const startedAt = deps.clock.now();
  const known = await syncState.read(deps.documents, provider.tenant_id, provider.id);
  refuseEarlyRetry(known, startedAt);
  const last_attempt_at = startedAt.toISOString();
  const begun = await syncState.update(deps.documents, provider, lease.fence, (state) => ({
    ...state,
    last_attempt_at,
  }));
  const context: SyncContext = {
    provider,
    startedAt,
    isFirstSync: begun.last_success_at === undefined,
    lastSuccessAt: begun.last_success_at,
  };
  try {
    await takeOverPages(
      deps,
      { provider, lease, context },
      rangeOf(begun, provider, startedAt),
      onChange,
    );
  } catch (error) {
    await recordFailure(deps, provider, lease, error);
    throw error;
  }
  await providers.setStatus(deps.documents, provider, "active", deps.clock.now());
}

/** Page by page, oldest change first; the cursor follows each page, so that a run that breaks off is not for nothing. */
async function takeOverPages(
  deps: Needs,
  run: Run,
  range: TimeRange,
  onChange: () => void,
): Promise<void> {
  const { provider, lease, context } = run;
  for await (const page of deps.siem.changedIncidents(provider, range, PAGE_SIZE)) {
    await takeOverPage(deps, context, page, onChange);
    await renewOrStop(deps, lease);
    await syncState.update(deps.documents, provider, lease.fence, (state) => ({
      ...state,
      cursor: newest(page, state.cursor),
    }));
    await nextTurn();
  }
  await renewOrStop(deps, lease);
  await syncState.update(
    deps.documents,
    provider,
    lease.fence,
    ({ error: _error, retry_at: _retryAt, ...state }) => ({
      ...state,
      // A workspace without incidents has been looked through as well: the next run starts from here.
      cursor: state.cursor ?? range.to,
      last_success_at: context.startedAt.toISOString(),
    }),
  );
}

async function takeOverPage(
  deps: Needs,
  context: SyncContext,
  page: readonly SentinelIncident[],
  onChange: () => void,
): Promise<void> {
  const { tenant_id, workspace_id } = context.provider;
  const numbers = page.map((incident) => incident.number);
  const versions = await incidents.readVersions(deps.documents, tenant_id, numbers);
  const candidates = page.filter((incident) => {
    const version = versions.get(incidentKey(workspace_id, incident.number));
    return (
      version?.last_modified_at !== incident.last_modified_at ||
      version.status !== incident.status ||
      version.severity !== incident.severity
    );
  });
  let writes = 0;
  await forEachBounded(candidates, WRITES_AT_ONCE, async (incident) => {
    const isKnown = versions.has(incidentKey(workspace_id, incident.number));
    if (await takeOver(deps, context, incident, isKnown)) onChange();
    writes += 1;
    if (writes % WRITES_PER_TURN === 0) await nextTurn();
  });
}

/** Takes one row over; whether it changed anything. A change that races with another is decided anew on what is there. */
async function takeOver(
  deps: Needs,
  context: SyncContext,
  incoming: SentinelIncident,
  isKnown: boolean,
): Promise<boolean> {
  const tenantId = context.provider.tenant_id;
  const key = incidentKey(context.provider.workspace_id, incoming.number);
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    const stored =
      isKnown || attempt > 1 ? await incidents.readKnown(deps.documents, tenantId, key) : undefined;
    const change = decideChange(incoming, stored, context);
    if (change.kind === "unchanged") return false;
    const at = deps.clock.now().toISOString();
    const messages = change.alerts ? [incidentAlert(tenantId, key, at)] : [];
    const outcome =
      change.kind === "arrived"
        ? await incidents.create(deps, change.record, messages)
        : await incidents.patch(deps, { tenantId, key }, stored?.etag ?? "", change.set, messages);
    if (outcome === "done") return true;
  }
  throw new AppError("conflict", `Incident ${incoming.number} changes faster than it can be read.`);
}

/** From the cursor, less the overlap, to now; the first time as far back as the provider's window. */
function rangeOf(state: SyncState, provider: SiemProvider, startedAt: Date): TimeRange {
  const from =
    state.cursor === undefined
      ? before(startedAt, provider.sync_window)
      : before(new Date(state.cursor), OVERLAP);
  return { from: from.toISOString(), to: startedAt.toISOString() };
}

function refuseEarlyRetry(state: SyncState | undefined, now: Date): void {
  if (state?.retry_at === undefined || Date.parse(state.retry_at) <= now.getTime()) return;
  const detail = state.error?.detail ?? "Sentinel asked us to wait.";
  const seconds = (Date.parse(state.retry_at) - now.getTime()) / 1000;
  throw new AppError("siem-unavailable", detail, { retryAfterSeconds: seconds });
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
        error: { ...describe(error), at: now.toISOString() },
        ...(waitMs > 0 && { retry_at: plusMs(now, Math.min(waitMs, WAIT_MAX_MS)).toISOString() }),
      }),
    );
    if (isOfSiem(error)) await providers.setStatus(deps.documents, provider, "error", now);
  } catch (secondary) {
    deps.log.error("sync.failure-not-recorded", { provider_id: provider.id, error: secondary });
  }
}

/** Whether the workspace is at fault, not our own store or queue. */
const isOfSiem = (error: unknown): boolean =>
  error instanceof AppError &&
  (error.code === "siem-unavailable" ||
    error.code === "query-timeout" ||
    error.code === "kql-refused");

const describe = (error: unknown): { code: string; detail: string } =>
  error instanceof AppError
    ? { code: error.code, detail: error.detail }
    : { code: "internal", detail: "The sync failed on our side." };

const newest = (page: readonly SentinelIncident[], cursor: string | undefined): string =>
  page
    .map((incident) => incident.last_modified_at)
    .reduce(
      (a, b) => (Date.parse(a) >= Date.parse(b) ? a : b),
      cursor ?? "1970-01-01T00:00:00.000Z",
    );
