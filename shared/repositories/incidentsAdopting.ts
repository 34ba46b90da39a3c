/** Hands the incidents of a workspace from providers that were deleted to the one that leads to it now. */
import { isOfWorkspace } from "../domain/incidents.ts";
import { changedAt } from "../domain/incidentsFeed.ts";
import type { Deps } from "../ports/deps.ts";
import type { Filter } from "../ports/documentStore.ts";
import { IncidentRecord } from "../schemas/incidents.ts";
import type { SiemProvider } from "../schemas/providers.ts";
import * as incidents from "./incidents.ts";
import * as providers from "./providers.ts";

type Needs = Pick<Deps, "clock" | "documents" | "log" | "queue">;

const PAGE_SIZE = 200;
const Owned = IncidentRecord.pick({ incident_key: true, number: true, updated_at: true });

/**
 * Nobody could enrich or investigate them otherwise: a deleted provider has no secret any more. One that changed at this
 * very moment is left to the next run. A page that a crash cuts off is taken up by the next run as well.
 * @param onPage called after each page of them.
 */
export async function adoptIncidents(
  deps: Needs,
  provider: SiemProvider,
  onPage: () => Promise<void>,
): Promise<void> {
  for (const { id } of await providers.deletedOf(deps.documents, provider)) {
    const where: Filter[] = [{ op: "eq", field: "provider_id", value: id }];
    // Nearly always: all were handed over by the first run.
    if ((await incidents.count(deps.documents, provider.tenant_id, where)) === 0) continue;
    await adoptFrom(deps, where, provider, onPage);
  }
}

async function adoptFrom(
  deps: Needs,
  where: Filter[],
  provider: SiemProvider,
  onPage: () => Promise<void>,
): Promise<void> {
  let cursor: string | undefined;
  do {
    const page = await incidents.page(deps.documents, provider.tenant_id, {
      where,
      orderBy: { field: "number", direction: "asc" },
      limit: PAGE_SIZE,
      select: Object.keys(Owned.shape),
      ...(cursor !== undefined && { cursor }),
    });
    for (const { doc, etag } of page.items) {
      const incident = Owned.parse(doc);
      if (!isOfWorkspace(incident, provider)) continue;
      const at = { tenantId: provider.tenant_id, key: incident.incident_key };
      const updated_at = changedAt(incident.updated_at, deps.clock.now());
      const set = { provider_id: provider.id, provider: provider.name, updated_at };
      await incidents.patch(deps, at, etag, set, []);
    }
    await onPage();
    cursor = page.cursor;
  } while (cursor !== undefined);
}
