/** Whether everything works, for administrators. The public GET /api/health says only live or ready. */
import { AdminHealth } from "../../shared/schemas/adminHealth.ts";
import { examineHealth } from "../../shared/services/examineHealth.ts";
import { type AnyEndpoint, endpoint } from "../kit/endpoint.ts";
import { type Job, scheduleOf } from "../kit/timer.ts";

/** GET /api/admin/health. @param jobs all timers of the program: one that never ran shows too. */
export const adminHealthEndpoint = (jobs: () => readonly Job[]): AnyEndpoint =>
  endpoint({
    name: "admin-health-get",
    method: "GET",
    route: "admin/health",
    permission: "health:read",
    summary: "Store, queues with dead letters, last runs of the timers, providers and models.",
    reply: AdminHealth,
    async handle({ deps, principal }) {
      const { settings } = deps;
      const timers = jobs().map((job) => ({ name: job.name, schedule: scheduleOf(job, settings) }));
      return { status: 200, body: await examineHealth(deps, principal.tenant_id, timers) };
    },
  });
