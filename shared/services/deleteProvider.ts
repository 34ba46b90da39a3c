/** Takes a SIEM provider out of use; its record stays, without its secret. */
import { notFound } from "../domain/errors.ts";
import { providerAudit, storedVersion } from "../domain/providers.ts";
import type { Deps } from "../ports/deps.ts";
import { changeRoster } from "../repositories/providerRoster.ts";
import { asDocument } from "../schemas/json.ts";
import type { Principal } from "../schemas/principal.ts";

type Needs = Pick<Deps, "clock" | "documents" | "log" | "queue">;

/**
 * Marks the provider inactive, for good. Was it the default, then nobody is until an administrator says who (seed 002).
 * @throws AppError `not-found`, also when it was deleted before.
 */
export async function deleteProvider(deps: Needs, principal: Principal, id: string): Promise<void> {
  await changeRoster(deps, principal.tenant_id, async (known) => {
    const stored = known.find(({ record }) => record.id === id);
    if (stored === undefined) throw notFound("provider");
    const at = deps.clock.now();
    const { client_secret: _secret, client_secret_end: _end, ...kept } = stored.record;
    const doc = asDocument({
      ...kept,
      status: "inactive",
      is_default: false,
      updated_at: at.toISOString(),
    });
    const act = { id, version: storedVersion(stored.etag) };
    const fields = ["status", ...(stored.record.is_default ? ["is_default"] : [])];
    return {
      writes: [{ kind: "replace", doc, etag: stored.etag }],
      messages: [providerAudit(principal, "provider.delete", act, fields, at)],
      result: undefined,
    };
  });
}
