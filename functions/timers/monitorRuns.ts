/** Settles every five minutes the runs of schedules whose session ended unseen, died, vanished, or never began. */
import { advanceScheduledRun } from "../../shared/services/advanceScheduledRun.ts";
import { monitorRuns } from "../../shared/services/monitorRuns.ts";
import { startInvestigation } from "../../shared/services/startInvestigation.ts";
import { job } from "../kit/timer.ts";

export const monitorRunsJob = job({
  name: "monitor-runs",
  schedule: "0 */5 * * * *",
  run: (deps) =>
    monitorRuns(deps, (run) =>
      advanceScheduledRun(deps, run, (...start) => startInvestigation(deps, ...start)),
    ),
});
