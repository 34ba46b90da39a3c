/** Brings every tenant's incidents up to date, as often as the settings and each provider's interval say. */
import { syncIncidents } from "../../shared/services/syncIncidents.ts";
import { job } from "../kit/timer.ts";

export const syncIncidentsJob = job({
  name: "sync-incidents",
  schedule: (settings) => settings.syncCron,
  async run(deps) {
    await syncIncidents(deps, undefined, { onlyDue: true });
  },
});
