/** What is well and what needs somebody: decisions behind the health page. */
import { Cron } from "croner";

import type { AdminHealth, TimerRunRecord } from "../schemas/adminHealth.ts";
import type { ModelRecord } from "../schemas/models.ts";
import type { SiemProvider, SyncState } from "../schemas/providers.ts";
import { durationMs } from "./time.ts";

type State = AdminHealth["state"];

/** A run may be late by this before it is called so: hosts start timers when they are there. */
const LATE_MS = 10 * 60_000;
/** A sync may miss its interval so many times. */
const INTERVALS_MISSED = 3;
const ORDER: readonly State[] = ["ok", "attention", "failed"];

export const worstOf = (states: readonly State[]): State =>
  states.reduce(
    (worst, state) => (ORDER.indexOf(state) > ORDER.indexOf(worst) ? state : worst),
    "ok",
  );

/** @param counts `undefined` when the broker did not answer. */
export function queueState(counts: { dead: number } | undefined): State {
  if (counts === undefined) return "failed";
  return counts.dead > 0 ? "attention" : "ok";
}

/** A timer of the program, as its jobs declare it. */
export interface DeclaredTimer {
  name: string;
  /** NCRONTAB, UTC. */
  schedule: string;
}

/**
 * A timer with its last run: it wants attention when that failed, or when it was due and did not run.
 * @param run `undefined` when it never ran; then it was due first after `since`.
 */
export function timerHealth(
  { name, schedule }: DeclaredTimer,
  run: TimerRunRecord | undefined,
  since: Date,
  now: Date,
): AdminHealth["timers"][number] {
  const due = nextRun(schedule, run === undefined ? since : new Date(run.started_at));
  const isLate = due !== undefined && now.getTime() - due.getTime() > LATE_MS;
  if (run === undefined) {
    return { ...NEVER_RAN, name, schedule, state: isLate ? "attention" : "ok" };
  }
  const { type: _type, id: _id, ...told } = run;
  const failed = run.failures > 1 ? "failed" : "attention";
  const state = run.outcome === "failed" ? failed : isLate ? "attention" : "ok";
  return { ...told, schedule, state };
}

const NEVER_RAN = {
  started_at: null,
  ended_at: null,
  duration_ms: null,
  outcome: null,
  last_success_at: null,
  failures: 0,
} as const;

function nextRun(schedule: string, after: Date): Date | undefined {
  try {
    return new Cron(schedule, { timezone: "UTC" }).nextRun(after) ?? undefined;
  } catch {
    return undefined;
  }
}

export function providerState(
  { id, name, status, sync_enabled, sync_interval, ...provider }: SiemProvider,
  sync: SyncState | undefined,
  now: Date,
): AdminHealth["providers"][number] {
  const { last_health_status, last_health_check } = provider;
  const last_synced_at = sync?.last_success_at ?? null;
  const is_sync_on = sync_enabled && status !== "inactive";
  const shown = { id, name, is_sync_on, last_health_status, last_health_check, last_synced_at };
  const told = (state: State, detail: string) => ({ ...shown, state, detail });
  if (!is_sync_on) return told("ok", "Not synchronised: switched off.");
  if (sync?.error !== undefined) return told("failed", sync.error.detail);
  if (last_health_status === "error") return told("attention", "The last connection test failed.");
  if (last_synced_at === null) return told("attention", "Not synchronised yet.");
  const ageMs = now.getTime() - Date.parse(last_synced_at);
  const isOld = ageMs > INTERVALS_MISSED * durationMs(sync_interval) + LATE_MS;
  return isOld ? told("attention", "The last sync is long ago.") : told("ok", "Synchronised.");
}

export const modelState = (lastTest: ModelRecord["last_test"]): State =>
  lastTest?.status === "error" ? "attention" : "ok";
