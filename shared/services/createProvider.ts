/** Adds a SIEM provider; a tenant's first one is its default. */
import { randomBytes } from "node:crypto";

import {
  providerAudit,
  storedVersion,
  refuseTakenName,
  refuseUnusable,
  secretEnd,
} from "../domain/providers.ts";
import { seal } from "../domain/sealing.ts";
import type { Deps } from "../ports/deps.ts";
import { changeRoster } from "../repositories/providerRoster.ts";
import { asDocument } from "../schemas/json.ts";
import type { Principal } from "../schemas/principal.ts";
import { SiemProvider } from "../schemas/providers.ts";
import type { CreateProviderBody } from "../schemas/siemProviders.ts";

type Needs = Pick<Deps, "clock" | "documents" | "ids" | "keys" | "log" | "queue" | "settings">;

/**
 * Stores the provider with its secret sealed; the connection is not tried.
 * @throws AppError `conflict` when the name is taken; `invalid-fields` when its fields do not go together.
 */
export async function createProvider(
  deps: Needs,
  principal: Principal,
  body: CreateProviderBody,
): Promise<SiemProvider> {
  const { tenant_id: azure_tenant_id, client_secret: secret, ...fields } = body;
  const { tenant_id } = principal;
  const at = deps.clock.now();
  const id = deps.ids.next("sip");
  const place = { tenant_id, subject_id: id, field: "client_secret" };
  const record = SiemProvider.parse({
    ...fields,
    type: "provider",
    id,
    tenant_id,
    azure_tenant_id,
    client_id: fields.client_id ?? "",
    ...(secret !== undefined && {
      client_secret: await seal(secret, place, deps.keys, randomBytes),
      client_secret_end: secretEnd(secret),
    }),
    status: "active",
    is_default: false,
    created_by: principal.email ?? principal.name,
    created_at: at.toISOString(),
    updated_at: at.toISOString(),
  });
  refuseUnusable(record, deps.settings.auth.tenantIds[0]);
  return await changeRoster(deps, tenant_id, async (known) => {
    refuseTakenName(
      known.map((one) => one.record),
      record,
    );
    const provider: SiemProvider = { ...record, is_default: known.length === 0 };
    const act = { id, version: storedVersion(id) };
    return {
      writes: [{ kind: "create", doc: asDocument(provider) }],
      messages: [providerAudit(principal, "provider.create", act, Object.keys(body), at)],
      result: provider,
    };
  });
}
