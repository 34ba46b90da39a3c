/** Tells telemetry how far work is behind. */
import { reportFigures } from "../../shared/services/reportFigures.ts";
import { job } from "../kit/timer.ts";

export const reportFiguresJob = job({
  name: "report-figures",
  schedule: "15 * * * * *",
  run: reportFigures,
});
