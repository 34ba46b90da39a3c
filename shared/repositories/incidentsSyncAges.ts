/** How the synchronisation of each provider stands, read together. */
import type { DocumentStore } from "../ports/documentStore.ts";
import type { SyncAge } from "../schemas/incidents.ts";
import type { SiemProvider, SyncState } from "../schemas/providers.ts";
import * as setAside from "./incidentsSetAside.ts";
import * as providers from "./providers.ts";
import * as syncState from "./syncState.ts";

export interface Standing {
  provider: SiemProvider;
  /** `undefined` before the first sync. */
  state: SyncState | undefined;
}

/** The providers that are synchronised, of one tenant or of all. */
export async function standing(
  documents: DocumentStore,
  tenantId: string | undefined,
): Promise<Standing[]> {
  const found = await providers.toSync(documents, tenantId);
  return Promise.all(
    found.map(async (provider) => ({
      provider,
      state: await syncState.read(documents, provider.tenant_id, provider.id),
    })),
  );
}

export async function ageOf(
  documents: DocumentStore,
  { provider, state }: Standing,
): Promise<SyncAge> {
  const aside = await setAside.read(documents, provider);
  const count = aside?.rows.length ?? 0;
  return {
    provider_id: provider.id,
    provider: provider.name,
    is_default: provider.is_default,
    writeback_enabled: provider.writeback_enabled,
    last_synced_at: state?.last_success_at ?? null,
    ...(state?.error !== undefined && { error: state.error }),
    ...(count > 0 && { set_aside: count }),
  };
}
