/** Finishes write-backs of which Sentinel did not say whether it has them. */
import { finishWritebacks } from "../../shared/services/writeBackIncident.ts";
import { job } from "../kit/timer.ts";

export const finishWritebacksJob = job({
  name: "finish-writebacks",
  schedule: "30 * * * * *",
  run: finishWritebacks,
});
