/** Removes for good what was deleted a month ago: a schedule and its runs. Sessions of the runs stay. */
import { SHARDS } from "../domain/schedules.ts";
import { before, plusMs } from "../domain/time.ts";
import type { Deps } from "../ports/deps.ts";
import * as scheduleRuns from "../repositories/scheduleRuns.ts";
import * as schedules from "../repositories/schedules.ts";

type Needs = Pick<Deps, "clock" | "documents" | "log">;

/** So long a deleted schedule can still be looked into by who runs the product. */
const KEPT = "P30D";
const PAGE = 50;
/** What is left then goes the next night, in milliseconds. */
const RUN_MS = 4 * 60_000;

/** Runs go before their schedule, so that a process that dies in between leaves nothing that nobody finds again. */
export async function forgetSchedules(deps: Needs): Promise<void> {
  const now = deps.clock.now();
  const until = plusMs(now, RUN_MS);
  let forgotten = 0;
  for (const shard of SHARDS) {
    let page: schedules.StoredSchedule[];
    do {
      page = await schedules.deletedBefore(deps.documents, shard, before(now, KEPT), PAGE);
      for (const stored of page) {
        if (deps.clock.now() >= until) return told(deps, forgotten);
        while (await scheduleRuns.removeSome(deps.documents, stored.record.id));
        if ((await schedules.remove(deps.documents, stored)) === "done") forgotten += 1;
      }
    } while (page.length === PAGE);
  }
  told(deps, forgotten);
}

function told({ log }: Needs, count: number): void {
  if (count > 0) log.info("schedules.forgotten", { count });
}
