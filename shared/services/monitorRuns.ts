/** Looks after runs of schedules: whose session ended unseen, died, vanished, or never began. */
import { AppError } from "../domain/errors.ts";
import { SHARDS } from "../domain/schedules.ts";
import { plusMs } from "../domain/time.ts";
import type { Deps } from "../ports/deps.ts";
import * as runsMonitor from "../repositories/runsMonitor.ts";
import * as scheduleRuns from "../repositories/scheduleRuns.ts";
import type { ScheduleRunMessage } from "../schemas/messages.ts";
import type { ScheduleRunRecord } from "../schemas/scheduleRuns.ts";

type Needs = Pick<Deps, "clock" | "documents" | "log">;
type Advance = (run: ScheduleRunMessage) => Promise<void>;

/** Younger runs are with the worker that their message went to, in milliseconds. */
const AGE_MS = 60_000;
/** The next one comes five minutes later, and goes on where this one stopped. */
const RUN_MS = 3 * 60_000;
/** A page is finished once it is begun: so few that it fits into what is left of the five minutes. */
const PAGE = 50;

/**
 * Oldest first in each partition; what the time does not suffice for is the first of the next time.
 * @param advance looks at one run; what it does may be done twice.
 */
export async function monitorRuns(deps: Needs, advance: Advance): Promise<void> {
  const until = plusMs(deps.clock.now(), RUN_MS);
  for (const start of legsFrom(await runsMonitor.read(deps.documents))) {
    let next: runsMonitor.MonitorPosition | undefined = start;
    while (next !== undefined) {
      if (deps.clock.now() >= until) return runsMonitor.save(deps.documents, next);
      next = await lookAtPage(deps, next, advance);
    }
  }
  await runsMonitor.save(deps.documents, undefined);
}

/** Every partition once, beginning where it stopped; what comes before that place is last. */
function legsFrom(stopped: runsMonitor.MonitorPosition | undefined): runsMonitor.MonitorPosition[] {
  const first = Math.max(
    0,
    SHARDS.findIndex((shard) => shard === stopped?.shard),
  );
  const whole = [...SHARDS.slice(first), ...SHARDS.slice(0, first)].map((shard) => ({
    shard,
    cursor: undefined,
  }));
  const [begun, ...others] = whole;
  return stopped?.cursor === undefined || begun === undefined
    ? whole
    : [{ ...begun, cursor: stopped.cursor }, ...others, begun];
}

/** @returns the page after it; `undefined` when the partition has no more. */
async function lookAtPage(
  deps: Needs,
  { shard, cursor }: runsMonitor.MonitorPosition,
  advance: Advance,
): Promise<runsMonitor.MonitorPosition | undefined> {
  const pageFrom = (from: string | undefined) =>
    scheduleRuns.unsettled(deps.documents, shard, { limit: PAGE, cursor: from });
  const page = await pageFrom(cursor).catch((error: unknown) => {
    // A place that an older version of the program noted.
    if (error instanceof AppError && error.code === "invalid-fields") return pageFrom(undefined);
    throw error;
  });
  for (const run of page.runs) await lookAt(deps, run, advance);
  return page.cursor === undefined ? undefined : { shard, cursor: page.cursor };
}

async function lookAt(
  { clock, log }: Needs,
  { started_at, tenant_id, schedule_id, id: run_id }: ScheduleRunRecord,
  advance: Advance,
): Promise<void> {
  if (clock.now().getTime() - Date.parse(started_at) < AGE_MS) return;
  try {
    await advance({ tenant_id, schedule_id, run_id });
  } catch (error) {
    // The store is needed for every other run, too; anything else concerns this one alone.
    if (error instanceof AppError && error.code === "store-unavailable") throw error;
    log.error("schedule.monitor-failed", { tenant_id, schedule_id, run_id, error });
  }
}
