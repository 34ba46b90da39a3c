/** Says what a query reads, gives and does wrong, on the provider's own tables and policy. Nothing runs. */
import { notFound } from "../domain/errors.ts";
import type { Deps } from "../ports/deps.ts";
import * as providers from "../repositories/providers.ts";
import type { AnalyzeQueryBody } from "../schemas/hunting.ts";
import type { KqlAnalysis } from "../schemas/kql.ts";
import type { Principal } from "../schemas/principal.ts";

/** @throws AppError `not-found` when the provider is not the tenant's; `kql-refused` when the text takes too long. */
export async function analyseQuery(
  deps: Pick<Deps, "documents" | "kql" | "siem">,
  { tenant_id }: Pick<Principal, "tenant_id">,
  { query, provider: name }: AnalyzeQueryBody,
): Promise<KqlAnalysis> {
  const provider = await providers.find(deps.documents, tenant_id, name);
  if (provider === undefined) throw notFound("provider");
  const schema = await deps.siem.schema(provider);
  return await deps.kql.analyse(query, schema, provider.kql_policy);
}
