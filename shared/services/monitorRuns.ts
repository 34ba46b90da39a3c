/** Looks after runs of schedules: whose session ended unseen, died, vanished, or never began. */
import { AppError } from "../domain/errors.ts";
import type { Deps } from "../ports/deps.ts";
import * as scheduleRuns from "../repositories/scheduleRuns.ts";
import type { ScheduleRunMessage } from "../schemas/messages.ts";

type Needs = Pick<Deps, "clock" | "documents" | "log">;

/** Younger runs are with the worker that their message went to, in milliseconds. */
const AGE_MS = 60_000;

/** @param advance looks at one run; what it does may be done twice. */
export async function monitorRuns(
  deps: Needs,
  advance: (run: ScheduleRunMessage) => Promise<void>,
): Promise<void> {
  const now = deps.clock.now().getTime();
  for await (const run of scheduleRuns.unsettled(deps.documents)) {
    if (now - Date.parse(run.started_at) < AGE_MS) continue;
    const { tenant_id, schedule_id, id: run_id } = run;
    try {
      await advance({ tenant_id, schedule_id, run_id });
    } catch (error) {
      // The store is needed for every other run, too; anything else concerns this one alone.
      if (error instanceof AppError && error.code === "store-unavailable") throw error;
      deps.log.error("schedule.monitor-failed", { tenant_id, schedule_id, run_id, error });
    }
  }
}
