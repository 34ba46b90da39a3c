/** Sends every half minute what the outbox still holds. */
import { relayOutbox } from "../../shared/services/relayOutbox.ts";
import { job } from "../kit/timer.ts";

export const relayOutboxJob = job({
  name: "relay-outbox",
  schedule: "*/30 * * * * *",
  async run(deps) {
    await relayOutbox(deps);
  },
});
