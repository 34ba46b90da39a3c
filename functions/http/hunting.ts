/** Hunting: running one's own queries. */
import { HuntingQueryBody, HuntingReply } from "../../shared/schemas/hunting.ts";
import { runHuntingQuery } from "../../shared/services/runHuntingQuery.ts";
import { endpoint } from "../kit/endpoint.ts";

export const huntingQuery = endpoint({
  name: "hunting-query",
  method: "POST",
  route: "v1/hunting/query",
  permission: "hunting:run",
  summary: "Run a query on the workspace; the policy judges it first, and it is recorded.",
  body: HuntingQueryBody,
  reply: HuntingReply,
  async handle({ deps, principal, body }) {
    return { status: 200, body: await runHuntingQuery(deps, principal, body) };
  },
});
