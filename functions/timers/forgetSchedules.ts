/** Removes every night the schedules that were deleted a month ago, with their runs. */
import { forgetSchedules } from "../../shared/services/forgetSchedules.ts";
import { job } from "../kit/timer.ts";

export const forgetSchedulesJob = job({
  name: "forget-schedules",
  schedule: "0 37 3 * * *",
  run: forgetSchedules,
});
