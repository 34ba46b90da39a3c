/** Tries a provider's connection: one that is about to be saved, or one that is. */
import { notFound } from "../domain/errors.ts";
import {
  healthOf,
  isSameConnection,
  patched,
  providerAudit,
  storedVersion,
  refuseUnusable,
  testReply,
} from "../domain/providers.ts";
import { retryOnConflict } from "../domain/retryOnConflict.ts";
import type { Deps } from "../ports/deps.ts";
import * as providers from "../repositories/providers.ts";
import type { Principal } from "../schemas/principal.ts";
import { SiemProvider } from "../schemas/providers.ts";
import type { ProviderTestBody, ProviderTestReply } from "../schemas/siemProviders.ts";

type Needs = Pick<Deps, "clock" | "documents" | "log" | "queue" | "settings" | "siem">;

/**
 * Tries what an administrator has filled in; nothing is stored.
 * @throws AppError `not-found` when the body names a saved provider that is not there; `invalid-fields`.
 */
export async function testUnsaved(
  deps: Needs,
  principal: Principal,
  body: ProviderTestBody,
): Promise<ProviderTestReply> {
  const provider = await candidate(deps, principal, body);
  const isOwnIdentity = provider.auth === "managed_identity";
  if (isOwnIdentity) refuseUnusable(provider, deps.settings.auth.tenantIds[0]);
  return await run(deps, provider, body.client_secret);
}

/**
 * Tries a saved provider and records its health: status `active` or `error`.
 * @throws AppError `not-found`; `conflict` when the record loses too many races.
 */
export async function testSaved(
  deps: Needs,
  principal: Principal,
  id: string,
): Promise<ProviderTestReply> {
  const { tenant_id } = principal;
  const tried = await saved(deps, tenant_id, id);
  const reply = await run(deps, tried.record);
  const health = healthOf(reply.checks);
  const fields = ["status", "last_health_check", "last_health_status"];
  const record = async (): Promise<"done" | "conflict"> => {
    const stored = await saved(deps, tenant_id, id);
    // A connection that was changed meanwhile has not been tried.
    if (!isSameConnection(stored.record, tried.record)) return "done";
    const act = { id, version: storedVersion(stored.etag) };
    const audit = providerAudit(principal, "provider.test", act, fields, deps.clock.now());
    return providers.recordHealth(deps, stored, health, reply.checks, [audit]);
  };
  await retryOnConflict(record, { what: "The provider" });
  return reply;
}

async function run(
  deps: Needs,
  provider: SiemProvider,
  secret?: string,
): Promise<ProviderTestReply> {
  const startedAt = performance.now();
  const reply = testReply(await deps.siem.check(provider, secret), performance.now() - startedAt);
  const fields = {
    tenant_id: provider.tenant_id,
    provider_id: provider.id,
    latency_ms: reply.latency_ms,
    failed: reply.checks.filter(({ state }) => state === "failed"),
  };
  if (reply.status === "healthy") deps.log.info("provider.test-passed", fields);
  else deps.log.warn("provider.test-failed", fields);
  return reply;
}

async function saved(
  { documents }: Needs,
  tenantId: string,
  id: string,
): Promise<providers.StoredProvider> {
  const stored = await providers.readInUse(documents, tenantId, id);
  if (stored === undefined) throw notFound("provider");
  return stored;
}

/** The provider as it would be saved. Its secret, when one is given, stays in the body. */
async function candidate(
  deps: Needs,
  principal: Principal,
  body: ProviderTestBody,
): Promise<SiemProvider> {
  const { provider_id, client_secret: _secret, ...fields } = body;
  if (provider_id !== undefined)
    return patched((await saved(deps, principal.tenant_id, provider_id)).record, fields, undefined)
      .provider;
  const at = deps.clock.now().toISOString();
  const { tenant_id: azure_tenant_id, ...connection } = fields;
  return SiemProvider.parse({
    ...connection,
    type: "provider",
    id: "unsaved",
    tenant_id: principal.tenant_id,
    name: "the new provider",
    azure_tenant_id,
    client_id: fields.client_id ?? "",
    status: "active",
    is_default: false,
    sync_enabled: false,
    sync_window: "P1D",
    created_at: at,
    updated_at: at,
  });
}
