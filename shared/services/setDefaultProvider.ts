/** Makes one SIEM provider the tenant's default. */
import { notFound } from "../domain/errors.ts";
import { providerAudit, storedVersion } from "../domain/providers.ts";
import type { Deps } from "../ports/deps.ts";
import type { Write } from "../ports/documentStore.ts";
import { changeRoster } from "../repositories/providerRoster.ts";
import type { StoredProvider } from "../repositories/providers.ts";
import type { Principal } from "../schemas/principal.ts";
import type { SiemProvider } from "../schemas/providers.ts";

type Needs = Pick<Deps, "clock" | "documents" | "log" | "queue">;

/**
 * The provider becomes the default and every other one ceases to be it, in one batch.
 * @throws AppError `not-found`
 */
export async function setDefaultProvider(
  deps: Needs,
  principal: Principal,
  id: string,
): Promise<SiemProvider> {
  return await changeRoster(deps, principal.tenant_id, async (known) => {
    const chosen = known.find(({ record }) => record.id === id);
    if (chosen === undefined) throw notFound("provider");
    const at = deps.clock.now();
    const writes = known
      .filter(({ record }) => record.is_default !== (record.id === id))
      .map((stored) => flag(stored, stored === chosen, at));
    const act = { id, version: storedVersion(chosen.etag) };
    const audit = providerAudit(principal, "provider.default", act, ["is_default"], at);
    return { writes, messages: [audit], result: chosen.record };
  });
}

const flag = ({ record, etag }: StoredProvider, is_default: boolean, at: Date): Write => ({
  kind: "patch",
  id: record.id,
  set: { is_default, updated_at: at.toISOString() },
  etag,
});
