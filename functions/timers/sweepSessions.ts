/** Ends sessions that ran past their time, and sends again what may have been lost. */
import { sweepSessions } from "../../shared/services/sweepSessions.ts";
import { job } from "../kit/timer.ts";

export const sweepSessionsJob = job({
  name: "sweep-sessions",
  schedule: "0 */5 * * * *",
  run: sweepSessions,
});
