/** Takes the schedules whose time has come: any number of checkers may do so at once, and each run begins once. */
import { forEachBounded, nextTurn } from "../domain/bounded.ts";
import { AppError } from "../domain/errors.ts";
import { claimed, runMessage } from "../domain/scheduleRuns.ts";
import { SHARDS } from "../domain/schedules.ts";
import { plusMs } from "../domain/time.ts";
import type { Deps } from "../ports/deps.ts";
import * as schedules from "../repositories/schedules.ts";

type Needs = Pick<Deps, "clock" | "documents" | "ids" | "log" | "queue">;

const PER_PAGE = 200;
/** Writes under way at a time: a remote store answers each in some 10 ms. */
const AT_ONCE = 20;
/** The next check comes a minute later and goes on. */
const RUN_MS = 50_000;

export interface Check {
  /** Runs that this checker began. */
  claimed: number;
  /** Schedules that another checker took first, or that changed meanwhile. */
  lost: number;
  /** Schedules that could not be taken; the next check tries again. */
  failed: number;
}

/**
 * For each due schedule one batch under its version: its next time, the run, and the message that starts the session. A
 * checker that dies in between has either taken the run with its message or left it to the next.
 */
export async function checkSchedules(deps: Needs): Promise<Check> {
  const now = deps.clock.now();
  const until = plusMs(now, RUN_MS);
  const check: Check = { claimed: 0, lost: 0, failed: 0 };
  for (const shard of shardsFrom(deps.ids.next("chk"))) {
    let cursor: string | undefined;
    do {
      const page = await schedules.due(deps.documents, shard, now, { limit: PER_PAGE, cursor });
      await forEachBounded(page.items, AT_ONCE, (stored) => claim(deps, stored, now, check));
      cursor = page.cursor;
    } while (cursor !== undefined && deps.clock.now() < until);
  }
  if (check.claimed + check.failed > 0) deps.log.info("schedules.checked", { ...check });
  return check;
}

/** Each checker begins elsewhere, so that two at once seldom want the same. */
function shardsFrom(checkId: string): string[] {
  const first = (checkId.codePointAt(checkId.length - 1) ?? 0) % SHARDS.length;
  return [...SHARDS.slice(first), ...SHARDS.slice(0, first)];
}

async function claim(
  deps: Needs,
  stored: schedules.StoredSchedule,
  now: Date,
  check: Check,
): Promise<void> {
  const { tenant_id, id: schedule_id } = stored.record;
  try {
    const taken = claimed(stored.record, now);
    if (taken === undefined) return;
    const next = { record: taken.schedule, etag: stored.etag };
    const run = { record: taken.run, etag: undefined };
    const outcome = await schedules.save(deps, next, [runMessage(taken.run)], run);
    check[outcome === "done" ? "claimed" : "lost"] += 1;
  } catch (error) {
    // One schedule that cannot be taken must not hold up the others.
    if (error instanceof AppError && error.code === "store-unavailable") throw error;
    check.failed += 1;
    deps.log.error("schedule.claim-failed", { tenant_id, schedule_id, error });
  }
  await nextTurn();
}
