/** How each provider's synchronisation stands: container `control`, one document per provider. */
import { AppError } from "../domain/errors.ts";
import { retryOnConflict } from "../domain/retryOnConflict.ts";
import type { DocumentStore } from "../ports/documentStore.ts";
import { asDocument } from "../schemas/json.ts";
import { SyncState } from "../schemas/providers.ts";

interface Owner {
  tenant_id: string;
  id: string;
}

const CONTAINER = "control";

/** `undefined` before the provider's first sync. */
export async function read(
  documents: DocumentStore,
  tenantId: string,
  providerId: string,
): Promise<SyncState | undefined> {
  const id = idOf(tenantId, providerId);
  const stored = await documents.read(CONTAINER, [id], id);
  return stored && SyncState.parse(stored.doc);
}

/**
 * Changes the state on behalf of the run with this fencing number.
 * @throws AppError `lock-lost` when a later run has already written: nothing is changed then; `store-unavailable` when
 *   it loses too many races.
 */
export async function update(
  documents: DocumentStore,
  provider: Owner,
  fence: number,
  change: (state: SyncState) => SyncState,
): Promise<SyncState> {
  const id = idOf(provider.tenant_id, provider.id);
  const attempt = async (): Promise<SyncState | "conflict"> => {
    const stored = await documents.read(CONTAINER, [id], id);
    const current = stored ? SyncState.parse(stored.doc) : initial(id, provider, fence);
    if (current.fence > fence) {
      throw new AppError("lock-lost", "A later sync of this provider has taken over.");
    }
    const state = { ...change(current), fence };
    const doc = asDocument(state);
    const write = stored
      ? ({ kind: "replace", doc, etag: stored.etag } as const)
      : ({ kind: "create", doc } as const);
    return (await documents.batch(CONTAINER, [id], [write])) === "done" ? state : "conflict";
  };
  return retryOnConflict(attempt, { what: "The sync's state", code: "store-unavailable" });
}

const idOf = (tenantId: string, providerId: string): string => `sync:${tenantId}:${providerId}`;

const initial = (id: string, provider: Owner, fence: number): SyncState => ({
  type: "sync",
  id,
  tenant_id: provider.tenant_id,
  provider_id: provider.id,
  fence,
});
