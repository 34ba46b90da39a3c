/** Takes the schedules whose time has come: any number of checkers may do so at once, and each run begins once. */
import { forEachBounded, nextTurn } from "../domain/bounded.ts";
import { claimed, runMessage } from "../domain/scheduleRuns.ts";
import { SHARDS } from "../domain/schedules.ts";
import { plusMs } from "../domain/time.ts";
import type { Deps } from "../ports/deps.ts";
import * as schedules from "../repositories/schedules.ts";

type Needs = Pick<Deps, "clock" | "documents" | "ids" | "log" | "queue">;

/** Schedules that one batch takes: three writes each, of the hundred that a batch may have. */
const PER_BATCH = 25;
/** Batches under way at a time; a page has work for each. */
const AT_ONCE = 8;
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
 * A due schedule's next time under its version, the run, and the message that starts the session are one batch. A
 * checker that dies in between has either taken the run with its message or left it to the next.
 */
export async function checkSchedules(deps: Needs): Promise<Check> {
  const now = deps.clock.now();
  const until = plusMs(now, RUN_MS);
  const check: Check = { claimed: 0, lost: 0, failed: 0 };
  for (const shard of shardsFrom(deps.ids.next("chk"))) {
    let cursor: string | undefined;
    do {
      const limit = PER_BATCH * AT_ONCE;
      const page = await schedules.due(deps.documents, shard, now, { limit, cursor });
      const groups = inGroups(page.items.flatMap((stored) => claimOf(deps, stored, now, check)));
      await forEachBounded(groups, AT_ONCE, (group) => claim(deps, group, check));
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

/** What taking a schedule writes; none when it cannot be taken, which must not hold up the others. */
function claimOf(
  { log }: Needs,
  { record, etag }: schedules.StoredSchedule,
  now: Date,
  check: Check,
): schedules.ScheduleChange[] {
  try {
    const taken = claimed(record, now);
    if (taken === undefined) return [];
    const { schedule, run } = taken;
    const messages = [runMessage(run)];
    return [{ record: schedule, etag, run: { record: run, etag: undefined }, messages }];
  } catch (error) {
    check.failed += 1;
    const { tenant_id, id: schedule_id } = record;
    log.error("schedule.claim-failed", { tenant_id, schedule_id, error });
    return [];
  }
}

async function claim(
  deps: Needs,
  group: readonly schedules.ScheduleChange[],
  check: Check,
): Promise<void> {
  const outcome = await schedules.save(deps, group);
  await nextTurn();
  if (outcome === "done") check.claimed += group.length;
  else if (group.length === 1) check.lost += 1;
  // Another checker has some of them: each by itself tells which.
  else for (const one of group) await claim(deps, [one], check);
}

function inGroups<Item>(items: readonly Item[]): Item[][] {
  return Array.from({ length: Math.ceil(items.length / PER_BATCH) }, (_, n) =>
    items.slice(n * PER_BATCH, (n + 1) * PER_BATCH),
  );
}
