/** Moves stored secrets under the newest version of the wrapping key, every night. */
import { rewrapSecrets } from "../../shared/services/rewrapSecrets.ts";
import { job } from "../kit/timer.ts";

export const rewrapSecretsJob = job({
  name: "rewrap-secrets",
  schedule: "0 17 3 * * *",
  async run(deps) {
    await rewrapSecrets(deps);
  },
});
