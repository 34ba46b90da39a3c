/** Whether everything works, for administrators. The public GET /api/health says only live or ready. */
import { AdminHealth } from "../../shared/schemas/adminHealth.ts";
import { examineHealth } from "../../shared/services/examineHealth.ts";
import { endpoint } from "../kit/endpoint.ts";

export const adminHealthGet = endpoint({
  name: "admin-health-get",
  method: "GET",
  route: "admin/health",
  permission: "health:read",
  summary: "Store, queues with dead letters, last runs of the timers, providers and models.",
  reply: AdminHealth,
  handle: async ({ deps, principal }) => ({
    status: 200,
    body: await examineHealth(deps, principal.tenant_id),
  }),
});
