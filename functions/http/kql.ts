/** Analysing queries as they are written. */
import { AnalyzeQueryBody } from "../../shared/schemas/hunting.ts";
import { KqlAnalysis } from "../../shared/schemas/kql.ts";
import { analyseQuery } from "../../shared/services/analyseQuery.ts";
import { endpoint } from "../kit/endpoint.ts";

export const kqlAnalyze = endpoint({
  name: "kql-analyze",
  method: "POST",
  route: "v1/kql/analyze",
  permission: "kql:analyze",
  summary:
    "Say what a query reads and gives, what is wrong with it, and what the policy has against it.",
  body: AnalyzeQueryBody,
  reply: KqlAnalysis,
  async handle({ deps, principal, body }) {
    return { status: 200, body: await analyseQuery(deps, principal, body) };
  },
});
