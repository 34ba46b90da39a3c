/** Changes a SIEM provider's connection, sync or policy. */
import { randomBytes } from "node:crypto";

import { changedMeanwhile, notFound } from "../domain/errors.ts";
import {
  isProviderVersion,
  isSameConnection,
  patched,
  providerAudit,
  refuseLeaving,
  refuseTakenName,
  refuseUnusable,
  storedVersion,
} from "../domain/providers.ts";
import { seal } from "../domain/sealing.ts";
import type { Deps } from "../ports/deps.ts";
import * as incidents from "../repositories/incidents.ts";
import { changeRoster } from "../repositories/providerRoster.ts";
import { asDocument } from "../schemas/json.ts";
import type { Principal } from "../schemas/principal.ts";
import type { UpdateProviderBody } from "../schemas/siemProviders.ts";

type Needs = Pick<Deps, "clock" | "documents" | "keys" | "log" | "queue" | "settings">;

export interface UpdateTarget {
  id: string;
  /** The ETag that the caller saw; `undefined` changes whatever is there. */
  ifMatch: string | undefined;
}

/**
 * Sets the given fields and leaves the others alone; a secret that is not given stays sealed as it is.
 * @throws AppError `not-found`; `precondition-failed`; `conflict` when the name is taken; `invalid-fields`, also for another
 *   workspace once there are incidents of this one.
 */
export async function updateProvider(
  deps: Needs,
  principal: Principal,
  { id, ifMatch }: UpdateTarget,
  body: UpdateProviderBody,
): Promise<void> {
  const { tenant_id } = principal;
  const place = { tenant_id, subject_id: id, field: "client_secret" };
  const sealed =
    body.client_secret === undefined
      ? undefined
      : await seal(body.client_secret, place, deps.keys, randomBytes);
  await changeRoster(deps, tenant_id, async (known) => {
    const stored = known.find(({ record }) => record.id === id);
    if (stored === undefined) throw notFound("provider");
    const version = storedVersion(stored.etag);
    if (ifMatch !== undefined && !isProviderVersion(stored.record, ifMatch))
      throw changedMeanwhile("provider");
    const { provider, changed } = patched(stored.record, body, sealed);
    if (changed.length === 0) return { writes: [], messages: [], result: undefined };
    // What was connected before may stay so: its name and its schedule can be changed without a new judgement.
    const isKept = isSameConnection(stored.record, provider);
    refuseUnusable(provider, isKept ? tenant_id : deps.settings.auth.tenantIds[0], changed);
    if (provider.workspace_id !== stored.record.workspace_id)
      refuseLeaving(stored.record, await incidents.countOfWorkspace(deps.documents, stored.record));
    refuseTakenName(
      known.map(({ record }) => record),
      provider,
    );
    const at = deps.clock.now();
    const doc = asDocument({ ...provider, updated_at: at.toISOString() });
    return {
      writes: [{ kind: "replace", doc, etag: stored.etag }],
      messages: [providerAudit(principal, "provider.patch", { id, version }, changed, at)],
      result: undefined,
    };
  });
}
