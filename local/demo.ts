/** The simulated tenants of the local run, and the wire on which the product's clients reach them. */
import path from "node:path";

import type { HttpClient } from "@azure/core-rest-pipeline";

import type { LocalClock } from "./clock.ts";
import { CONTOSO, DEMO_TENANTS, type DemoTenant } from "./demoTenants.ts";
import type { LocalOptions } from "./options.ts";
import { createFaults, type Faults } from "./workspace/faults.ts";
import { createTenant, type Tenant } from "./workspace/tenant.ts";
import { createTenantHttpClient } from "./workspace/tenantHttpClient.ts";

export interface Demo {
  wire: HttpClient;
  faults: Faults;
  /** The simulated workspace of one of the product's tenants. */
  tenantOf(demo: DemoTenant): Tenant;
}

export function openDemo(options: LocalOptions, directory: string, clock: LocalClock): Demo {
  const tenants = new Map(
    DEMO_TENANTS.map((demo) => [demo.tenantId, openTenant(demo, options, directory, clock)]),
  );
  const faults = createFaults();
  return {
    wire: createTenantHttpClient([...tenants.values()], faults),
    faults,
    tenantOf(demo) {
      const tenant = tenants.get(demo.tenantId);
      if (tenant === undefined) throw new Error(`${demo.name} has no simulated workspace.`);
      return tenant;
    },
  };
}

function openTenant(
  demo: DemoTenant,
  options: LocalOptions,
  directory: string,
  clock: LocalClock,
): Tenant {
  return createTenant({
    name: demo.domain.split(".")[0] ?? demo.name,
    workspaceId: demo.workspaceId,
    azureTenantId: demo.tenantId,
    clientId: demo.clientId,
    clientSecret: demo.clientSecret,
    seed: `${options.seed}/${demo.domain}`,
    size: demo === CONTOSO ? options.size : "small",
    clock,
    journalFile: path.join(directory, `${demo.domain}.jsonl`),
  });
}
