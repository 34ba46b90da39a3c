/** How well investigations do. */
import { Metrics, MetricsQuery } from "../../shared/schemas/metrics.ts";
import { measure } from "../../shared/services/measure.ts";
import { endpoint } from "../kit/endpoint.ts";

export const metricsGet = endpoint({
  name: "metrics",
  method: "GET",
  route: "v1/metrics",
  permission: "investigations:read",
  summary: "Agreement, recall, abstention and times, with counts and intervals.",
  query: MetricsQuery,
  reply: Metrics,
  async handle({ deps, principal, query }) {
    return { status: 200, body: await measure(deps, principal.tenant_id, query.timespan) };
  },
});
