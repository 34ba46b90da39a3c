/** How a provider's synchronisation stands, for administrators. */
import type { DocumentStore } from "../ports/documentStore.ts";
import type { SetAsideRow } from "../schemas/setAsideRows.ts";
import type { ProviderSync } from "../schemas/siemProviders.ts";
import * as setAside from "./incidentsSetAside.ts";
import * as syncState from "./syncState.ts";

/** Two point reads. @returns the rows that were set aside as well, newest first. */
export async function syncOf(
  documents: DocumentStore,
  provider: { tenant_id: string; id: string },
): Promise<{ sync: ProviderSync; rows: SetAsideRow[] }> {
  const [state, aside] = await Promise.all([
    syncState.read(documents, provider.tenant_id, provider.id),
    setAside.read(documents, provider),
  ]);
  const rows = aside?.rows ?? [];
  const sync = {
    last_success_at: state?.last_success_at ?? null,
    error: state?.error ?? null,
    set_aside: { count: rows.length, is_more: aside?.is_more ?? false },
  };
  return { sync, rows };
}
