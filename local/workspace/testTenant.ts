/** A simulated tenant with a clock that tests move, and a provider that the adapter reaches it by. */
import { randomBytes } from "node:crypto";

import type { HttpClient } from "@azure/core-rest-pipeline";

import { createSentinel } from "../../shared/adapters/sentinel/sentinel.ts";
import { seal } from "../../shared/domain/sealing.ts";
import type { KeyWrapper } from "../../shared/ports/keyWrapper.ts";
import type { Siem } from "../../shared/ports/siem.ts";
import { SiemProvider } from "../../shared/schemas/providers.ts";
import { createTenant, type Tenant, type TenantOptions } from "./tenant.ts";
import type { Beginning } from "./tenantState.ts";
import type { Workspace } from "./workspace.ts";

/** Four in the afternoon of a Wednesday. */
export const TEST_NOW = Date.parse("2026-06-17T16:00:00Z");

export interface TestClock {
  now(): Date;
  advance(ms: number): void;
}

export function testClock(start = TEST_NOW): TestClock {
  let time = start;
  return { now: () => new Date(time), advance: (ms) => (time += ms) };
}

/** Of the tenants of this process, so that most tests need not wait until a month of logs is made. */
const beginnings = new Map<string, Beginning>();
const BEGINNINGS_MAX = 6;

/** Tenants of one seed and start share what was before the start; see `newTenant`. */
export function testTenant(clock: TestClock, more: Partial<TenantOptions> = {}): Tenant {
  if (beginnings.size >= BEGINNINGS_MAX) beginnings.clear();
  return newTenant(clock, { beginnings, ...more });
}

/** A tenant that shares nothing with the others. */
export const newTenant = (clock: TestClock, more: Partial<TenantOptions> = {}): Tenant =>
  createTenant({
    name: "contoso",
    workspaceId: "11111111-1111-4111-8111-111111111111",
    azureTenantId: "22222222-2222-4222-8222-222222222222",
    clientId: "33333333-3333-4333-8333-333333333333",
    clientSecret: "the-right-secret",
    seed: "test",
    size: "small",
    clock,
    ...more,
  });

/** Wraps nothing: the secret is safe only from a glance. */
export const plainKeys: KeyWrapper = {
  wrap: async (dataKey) => ({
    kid: "test",
    alg: "none",
    wrapped: Buffer.from(dataKey).toString("base64url"),
  }),
  unwrap: async ({ wrapped }) => Buffer.from(wrapped, "base64url"),
};

export const testSiem = (clock: TestClock, httpClient: HttpClient): Siem =>
  createSentinel({ clock, keys: plainKeys, httpClient, retryDelayMs: 1 });

/** The provider record of a workspace, as an administrator would enter it. */
export async function testProvider(
  workspace: Workspace,
  more: { secret?: string } & Partial<SiemProvider> = {},
): Promise<SiemProvider> {
  const { secret = workspace.clientSecret, ...fields } = more;
  const place = { tenant_id: workspace.name, subject_id: "sip_test", field: "client_secret" };
  const at = "2026-06-01T00:00:00.000Z";
  return SiemProvider.parse({
    type: "provider",
    id: "sip_test",
    tenant_id: workspace.name,
    name: `Sentinel of ${workspace.name}`,
    provider_type: "sentinel",
    status: "active",
    is_default: true,
    workspace_id: workspace.workspaceId,
    azure_tenant_id: workspace.azureTenantId,
    client_id: workspace.clientId,
    auth: "client_secret",
    client_secret: await seal(secret, place, plainKeys, randomBytes),
    sync_enabled: true,
    sync_window: "P30D",
    created_at: at,
    updated_at: at,
    ...fields,
  });
}

/** The last `days` until the clock's time. */
export const lastDays = (clock: TestClock, days: number): { from: string; to: string } => ({
  from: new Date(clock.now().getTime() - days * 86_400_000).toISOString(),
  to: clock.now().toISOString(),
});
