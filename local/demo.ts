/** The simulated tenants of the local run, and the wire on which the product's clients reach them. */
import path from "node:path";

import type { LocalClock } from "./clock.ts";
import { CONTOSO, DEMO_TENANTS, type DemoTenant } from "./demoTenants.ts";
import { CannotStart, type LocalOptions } from "./options.ts";
import { badRowReport } from "./workspace/badRows.ts";
import { createFaults, type Faults, type OutboundTarget } from "./workspace/faults.ts";
import { fetchWithFaults } from "./workspace/fetchWithFaults.ts";
import { createTenant } from "./workspace/tenant.ts";
import { loadTenantDirectory } from "./workspace/tenantDirectory.ts";
import { createWire, type Wire } from "./workspace/wire.ts";
import type { Workspace } from "./workspace/workspace.ts";

export interface Demo {
  wire: Wire;
  faults: Faults;
  /** The fetch of what the product calls itself, under the faults of that target. */
  faultsFor(target: OutboundTarget, wire?: typeof fetch): typeof fetch;
  /** The simulated workspace of one of the product's tenants. */
  workspaceOf(tenant: DemoTenant): Workspace;
}

/** @throws CannotStart when TENANT_DIR is no folder of rows. */
export function openDemo(options: LocalOptions, directory: string, clock: LocalClock): Demo {
  const workspaces = new Map(
    DEMO_TENANTS.map((tenant) => [
      tenant.tenantId,
      tenant === CONTOSO && options.tenantDir !== undefined
        ? serveDirectory(options.tenantDir, tenant, clock)
        : generate(tenant, options, directory, clock),
    ]),
  );
  const faults = createFaults();
  return {
    wire: createWire([...workspaces.values()], faults),
    faults,
    faultsFor: (target, wire) => fetchWithFaults(faults, target, wire),
    workspaceOf(tenant) {
      const workspace = workspaces.get(tenant.tenantId);
      if (workspace === undefined) throw new Error(`${tenant.name} has no simulated workspace.`);
      return workspace;
    },
  };
}

const registration = (tenant: DemoTenant, clock: LocalClock) => ({
  name: tenant.domain.split(".")[0] ?? tenant.name,
  workspaceId: tenant.workspaceId,
  azureTenantId: tenant.tenantId,
  clientId: tenant.clientId,
  clientSecret: tenant.clientSecret,
  clock,
});

const generate = (
  tenant: DemoTenant,
  options: LocalOptions,
  directory: string,
  clock: LocalClock,
): Workspace =>
  createTenant({
    ...registration(tenant, clock),
    seed: `${options.seed}/${tenant.domain}`,
    size: tenant === CONTOSO ? options.size : "small",
    journalFile: path.join(directory, `${tenant.domain}.jsonl`),
  });

/** Bad lines are told and left out; the rest is served. */
function serveDirectory(dir: string, tenant: DemoTenant, clock: LocalClock): Workspace {
  try {
    const { workspace, bad } = loadTenantDirectory(dir, registration(tenant, clock));
    for (const line of badRowReport(bad)) console.error(line);
    return workspace;
  } catch (error) {
    throw new CannotStart(
      `TENANT_DIR cannot be used: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
