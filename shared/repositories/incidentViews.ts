/** Finds the incident a request means and reads all that its view shows. */
import { AppError, notFound } from "../domain/errors.ts";
import { isSettled } from "../domain/incidents.ts";
import { chosenOf, incidentEtag, viewOf } from "../domain/incidentViews.ts";
import type { Deps } from "../ports/deps.ts";
import type { DocumentStore } from "../ports/documentStore.ts";
import type { IncidentView } from "../schemas/incidents.ts";
import type { SiemProvider } from "../schemas/providers.ts";
import * as incidents from "./incidents.ts";
import { readEnrichment, readEnrichmentVersion } from "./incidentsEnrichment.ts";
import * as providers from "./providers.ts";
import * as syncState from "./syncState.ts";

export interface ShownIncident {
  view: IncidentView;
  etag: string;
}

/**
 * The tenant's incident with a number.
 * @param provider `sentinel`, a `sip_` id or a name; without it the default provider's, else the only other one.
 * @throws AppError `not-found`, or `conflict` when several workspaces use the number and none is the default's.
 */
export async function find(
  documents: DocumentStore,
  tenantId: string,
  number: number,
  provider?: string,
): Promise<incidents.StoredIncident> {
  const found = await incidents.withNumber(documents, tenantId, number);
  if (found.length === 0) throw notFound("incident");
  const named =
    (await providers.find(documents, tenantId, provider)) ??
    (await deleted(documents, tenantId, provider));
  const chosen = chosenOf(found, named) ?? (provider === undefined ? only(found) : undefined);
  if (chosen !== undefined) return chosen;
  if (provider !== undefined) throw notFound("incident");
  throw new AppError("conflict", `Several workspaces have an incident ${number}: name a provider.`);
}

/** What a deleted provider brought over stays, and so do the addresses that name it. */
async function deleted(
  documents: DocumentStore,
  tenantId: string,
  id: string | undefined,
): Promise<SiemProvider | undefined> {
  if (id?.startsWith("sip_") !== true) return undefined;
  return (await providers.read(documents, tenantId, id))?.record;
}

const only = (found: readonly incidents.StoredIncident[]): incidents.StoredIncident | undefined =>
  found.length === 1 ? found[0] : undefined;

/** The view of a stored incident and its version. */
export async function show(
  deps: Pick<Deps, "blobs" | "clock" | "documents">,
  { record, etag }: incidents.StoredIncident,
): Promise<ShownIncident> {
  const { tenant_id, incident_key, provider_id } = record;
  const [enrichment, state] = await Promise.all([
    readEnrichment(deps, tenant_id, incident_key),
    syncState.read(deps.documents, tenant_id, provider_id),
  ]);
  const settled = isSettled(record.sync, state?.last_success_at, deps.clock.now());
  return {
    view: viewOf(record, enrichment?.record, settled),
    etag: incidentEtag(etag, enrichment?.etag, settled),
  };
}

/**
 * Whether `etag`, from an earlier view, is of the version that is stored now. Settling is the passing of time and
 * no change, so both of its values are taken.
 */
export async function isCurrent(
  documents: DocumentStore,
  { record, etag }: incidents.StoredIncident,
  seen: string,
): Promise<boolean> {
  const { tenant_id, incident_key } = record;
  const enrichment = await readEnrichmentVersion({ documents }, tenant_id, incident_key);
  return [true, false].some((settled) => incidentEtag(etag, enrichment, settled) === seen);
}
