/** SIEM providers: connecting Sentinel workspaces, for administrators (seed 002). */
import { z } from "zod";

import { notFound } from "../../shared/domain/errors.ts";
import { providerEtag, viewOf } from "../../shared/domain/providers.ts";
import * as providers from "../../shared/repositories/providers.ts";
import { syncOf } from "../../shared/repositories/providerSync.ts";
import {
  CreateProviderBody,
  DefaultProviderReply,
  ProviderDetail,
  ProviderList,
  ProviderTestBody,
  ProviderTestReply,
  ProviderView,
  UpdateProviderBody,
} from "../../shared/schemas/siemProviders.ts";
import { createProvider } from "../../shared/services/createProvider.ts";
import { deleteProvider } from "../../shared/services/deleteProvider.ts";
import { setDefaultProvider } from "../../shared/services/setDefaultProvider.ts";
import { testSaved, testUnsaved } from "../../shared/services/testProvider.ts";
import { updateProvider } from "../../shared/services/updateProvider.ts";
import { endpoint } from "../kit/endpoint.ts";

const ROUTE = "admin/siem-providers";
const ProviderParams = z.strictObject({ id: z.string().min(1).max(100) });

export const siemProvidersTest = endpoint({
  name: "siem-providers-test",
  method: "POST",
  route: `${ROUTE}/test`,
  permission: "providers:manage",
  summary: "Try a connection before it is saved.",
  body: ProviderTestBody,
  reply: ProviderTestReply,
  async handle({ deps, principal, body }) {
    return { status: 200, body: await testUnsaved(deps, principal, body) };
  },
});

export const siemProvidersCreate = endpoint({
  name: "siem-providers-create",
  method: "POST",
  route: ROUTE,
  permission: "providers:manage",
  summary: "Add a provider; the first one becomes the default.",
  success: 201,
  body: CreateProviderBody,
  reply: ProviderView,
  async handle({ deps, principal, body }) {
    const provider = await createProvider(deps, principal, body);
    const location = `/api/${ROUTE}/${provider.id}`;
    return { status: 201, body: viewOf(provider), headers: { location } };
  },
});

export const siemProvidersList = endpoint({
  name: "siem-providers-list",
  method: "GET",
  route: ROUTE,
  permission: "providers:manage",
  summary: "List the tenant's providers, oldest first; deleted ones are left out.",
  reply: ProviderList,
  async handle({ deps, principal }) {
    const found = await providers.list(deps.documents, principal.tenant_id);
    const byAge = found.toSorted((a, b) => (a.created_at + a.id < b.created_at + b.id ? -1 : 1));
    const shownAll = byAge.map(async (provider) => {
      const { sync } = await syncOf(deps.documents, provider);
      return { ...viewOf(provider), last_sync: sync };
    });
    return { status: 200, body: { providers: await Promise.all(shownAll), total: byAge.length } };
  },
});

export const siemProvidersGet = endpoint({
  name: "siem-providers-get",
  method: "GET",
  route: `${ROUTE}/{id}`,
  permission: "providers:manage",
  summary: "Read a provider.",
  params: ProviderParams,
  reply: ProviderDetail,
  async handle({ deps, principal, params }) {
    return shown(deps, principal.tenant_id, params.id);
  },
});

export const siemProvidersUpdate = endpoint({
  name: "siem-providers-update",
  method: "PATCH",
  route: `${ROUTE}/{id}`,
  permission: "providers:manage",
  summary: "Change a provider; fields that are left out stay as they are.",
  params: ProviderParams,
  body: UpdateProviderBody,
  reply: ProviderDetail,
  async handle({ deps, principal, params, body, ifMatch }) {
    await updateProvider(deps, principal, { id: params.id, ifMatch }, body);
    return shown(deps, principal.tenant_id, params.id);
  },
});

export const siemProvidersTestSaved = endpoint({
  name: "siem-providers-test-saved",
  method: "POST",
  route: `${ROUTE}/{id}/test`,
  permission: "providers:manage",
  summary: "Try a saved provider's connection and record its health.",
  params: ProviderParams,
  reply: ProviderTestReply,
  async handle({ deps, principal, params }) {
    return { status: 200, body: await testSaved(deps, principal, params.id) };
  },
});

export const siemProvidersDefault = endpoint({
  name: "siem-providers-default",
  method: "PUT",
  route: `${ROUTE}/{id}/default`,
  permission: "providers:manage",
  summary: "Make a provider the default of new investigations.",
  params: ProviderParams,
  reply: DefaultProviderReply,
  async handle({ deps, principal, params }) {
    const { name } = await setDefaultProvider(deps, principal, params.id);
    return { status: 200, body: { message: `'${name}' set as default provider` } };
  },
});

export const siemProvidersDelete = endpoint({
  name: "siem-providers-delete",
  method: "DELETE",
  route: `${ROUTE}/{id}`,
  permission: "providers:manage",
  summary: "Take a provider out of use.",
  success: 204,
  params: ProviderParams,
  async handle({ deps, principal, params }) {
    await deleteProvider(deps, principal, params.id);
    return { status: 204 };
  },
});

async function shown(
  { documents }: { documents: Parameters<typeof syncOf>[0] },
  tenantId: string,
  id: string,
) {
  const stored = await providers.readInUse(documents, tenantId, id);
  if (stored === undefined) throw notFound("provider");
  const { sync, rows } = await syncOf(documents, stored.record);
  const body = { ...viewOf(stored.record), last_sync: sync, set_aside_rows: rows };
  return { status: 200 as const, body, etag: providerEtag(stored.record, body) };
}
