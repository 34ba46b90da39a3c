/** Pays for the first hunt before anybody asks it: parser, schemas and query worker cost seconds on first use. */
import type { Deps } from "../shared/ports/deps.ts";
import * as providers from "../shared/repositories/providers.ts";
import type { DemoTenant } from "./demoTenants.ts";
import { queryPool } from "./workspace/queryPool.ts";
import type { QueryStore } from "./workspace/storeNews.ts";

const NOTHING = "print Ready = true";

/** Works in the background, in other threads; a failure costs the first query its time and nothing else. */
export async function warmUp(
  deps: Pick<Deps, "documents" | "kql" | "siem">,
  tenants: readonly DemoTenant[],
  storeOf: (tenant: DemoTenant) => QueryStore,
): Promise<void> {
  for (const tenant of tenants) {
    queryPool().warm(storeOf(tenant));
    const provider = await providers.find(deps.documents, tenant.tenantId, undefined);
    if (provider === undefined) continue;
    const schema = await deps.siem.schema(provider);
    await deps.kql.analyse(NOTHING, schema, provider.kql_policy);
  }
}
