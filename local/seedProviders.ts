/** Connects each demo tenant to its simulated workspace, as an administrator would have done. */
import { createHash, randomBytes } from "node:crypto";

import { secretEnd } from "../shared/domain/providers.ts";
import { seal } from "../shared/domain/sealing.ts";
import type { Deps } from "../shared/ports/deps.ts";
import * as providers from "../shared/repositories/providers.ts";
import { SiemProvider } from "../shared/schemas/providers.ts";
import { DEMO_TENANTS, type DemoTenant } from "./demoTenants.ts";
import { armAddressOf } from "./workspace/arm.ts";

/** Does nothing for a provider that is there already. */
export async function seedProviders(
  deps: Pick<Deps, "clock" | "documents" | "keys">,
): Promise<void> {
  for (const tenant of DEMO_TENANTS) await seed(deps, tenant);
}

async function seed(
  { clock, documents, keys }: Pick<Deps, "clock" | "documents" | "keys">,
  tenant: DemoTenant,
): Promise<void> {
  const id = providerId(tenant);
  if ((await providers.read(documents, tenant.tenantId, id)) !== undefined) return;
  const at = clock.now().toISOString();
  const provider = SiemProvider.parse({
    type: "provider",
    id,
    tenant_id: tenant.tenantId,
    name: tenant.providerName,
    provider_type: "sentinel",
    status: "active",
    is_default: true,
    workspace_id: tenant.workspaceId,
    azure_tenant_id: tenant.tenantId,
    client_id: tenant.clientId,
    auth: "client_secret",
    client_secret: await seal(
      tenant.clientSecret,
      { tenant_id: tenant.tenantId, subject_id: id, field: "client_secret" },
      keys,
      randomBytes,
    ),
    client_secret_end: secretEnd(tenant.clientSecret),
    sync_enabled: true,
    sync_window: "P30D",
    ...armAddressOf({
      azureTenantId: tenant.tenantId,
      name: tenant.domain.split(".")[0] ?? tenant.name,
    }),
    created_at: at,
    updated_at: at,
  });
  await providers.create(documents, provider);
}

/** The same on every machine; shaped like any other provider id (26 characters of Crockford's base 32). */
function providerId({ domain }: DemoTenant): string {
  const digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  const hash = createHash("sha256").update(`provider|${domain}`).digest();
  return `sip_0${[...hash.subarray(0, 25)].map((byte) => digits[byte & 31]).join("")}`;
}
