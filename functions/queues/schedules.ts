/** Runs of schedules: their sessions are started, and settled when they have ended. */
import { ScheduleRunMessage } from "../../shared/schemas/messages.ts";
import { advanceScheduledRun } from "../../shared/services/advanceScheduledRun.ts";
import { startInvestigation } from "../../shared/services/startInvestigation.ts";
import { worker } from "../kit/worker.ts";

export const advanceScheduledRunWorker = worker({
  name: "advance-scheduled-run",
  queue: "schedules",
  message: ScheduleRunMessage,
  handle: (deps, message) =>
    advanceScheduledRun(deps, message, (...start) => startInvestigation(deps, ...start)),
});
