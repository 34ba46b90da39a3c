/** Sends every five minutes the digests that have fallen due. */
import { sendDigests } from "../../shared/services/sendDigests.ts";
import { job } from "../kit/timer.ts";

export const sendDigestsJob = job({
  name: "send-digests",
  schedule: "30 */5 * * * *",
  async run(deps) {
    await sendDigests(deps);
  },
});
