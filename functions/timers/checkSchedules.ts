/** Begins every minute the runs of schedules whose time has come. */
import { checkSchedules } from "../../shared/services/checkSchedules.ts";
import { job } from "../kit/timer.ts";

export const checkSchedulesJob = job({
  name: "check-schedules",
  schedule: "0 * * * * *",
  async run(deps) {
    await checkSchedules(deps);
  },
});
