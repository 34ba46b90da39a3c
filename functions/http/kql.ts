/** Help with queries as they are written: what they do, and which names they may use. */
import { AnalyzeQueryBody, KqlSchemaQuery, KqlSchemaReply } from "../../shared/schemas/hunting.ts";
import { KqlAnalysis } from "../../shared/schemas/kql.ts";
import { analyseQuery } from "../../shared/services/analyseQuery.ts";
import { readWorkspaceSchema } from "../../shared/services/readWorkspaceSchema.ts";
import { endpoint, etagOver } from "../kit/endpoint.ts";

export const kqlAnalyze = endpoint({
  name: "kql-analyze",
  method: "POST",
  route: "v1/kql/analyze",
  permission: "kql:analyze",
  summary:
    "Say what a query reads and gives, what is wrong with it, and what the policy has against it.",
  body: AnalyzeQueryBody,
  takesAnyText: true,
  reply: KqlAnalysis,
  async handle({ deps, principal, body }) {
    return { status: 200, body: await analyseQuery(deps, principal, body) };
  },
});

export const kqlSchema = endpoint({
  name: "kql-schema",
  method: "GET",
  route: "v1/kql/schema",
  permission: "kql:analyze",
  summary:
    "List the tables with their columns, and the functions, that queries on a provider may name.",
  query: KqlSchemaQuery,
  reply: KqlSchemaReply,
  async handle({ deps, principal, query }) {
    const body = await readWorkspaceSchema(deps, principal, query.provider);
    return { status: 200, body, etag: etagOver(JSON.stringify(body)) };
  },
});
