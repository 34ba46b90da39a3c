/** How an incident is shown, and which one a bare number means. */
import { createHash } from "node:crypto";

import type {
  IncidentCondition,
  IncidentEnrichment,
  IncidentRecord,
  IncidentSummary,
  IncidentView,
} from "../schemas/incidents.ts";
import type { SiemProvider } from "../schemas/providers.ts";
import { isOfWorkspace } from "./incidents.ts";
import { mergedInto } from "./incidentsMerged.ts";
import { shownMark } from "./incidentsWritebackRecord.ts";

/** One line of the list. @param settled as `isSettled` says. */
export function summaryOf(record: IncidentRecord, settled: boolean): IncidentSummary {
  const {
    type: _type,
    tenant_id: _tenant,
    sentinel: _sentinel,
    alerted: _alerted,
    incident_key: id,
    ...shown
  } = record;
  return {
    ...shown,
    id,
    conditions: conditionsOf(record),
    incident_url: linkOf(record.incident_url),
    writeback: shownMark(record),
    merged_into: mergedInto(record),
    sync: { ...record.sync, settled },
  };
}

/** An address that can be given to people as a link; null for none, and for one that would run in their browser. */
export const linkOf = (address: string): string | null =>
  ["http:", "https:"].includes(URL.parse(address)?.protocol ?? "") ? address : null;

/** What an incident is besides its status; empty for an ordinary one. */
export const conditionsOf = (
  record: Pick<IncidentRecord, "alert_ids" | "status" | "sync" | "merged_into" | "sentinel">,
): IncidentCondition[] => [
  ...(mergedInto(record) === null ? [] : (["merged"] as const)),
  ...(record.alert_ids.length === 0 ? (["phantom"] as const) : []),
  ...(record.status !== "closed" && record.sync.reopened_at !== null
    ? (["reopened"] as const)
    : []),
];

/** The whole incident. @param enrichment `undefined` until it was enriched. */
export function viewOf(
  record: IncidentRecord,
  enrichment: IncidentEnrichment | undefined,
  settled: boolean,
): IncidentView {
  return {
    ...summaryOf(record, settled),
    sentinel: record.sentinel,
    alerts: enrichment?.alerts ?? [],
    entities: enrichment?.entities ?? [],
    ...(enrichment !== undefined && { enriched_at: enrichment.enriched_at }),
  };
}

/**
 * Which of the incidents of one number is the provider's: the one that it brought over, else the one of its workspace,
 * where another provider that leads to the same workspace was first.
 */
export const chosenOf = <
  Stored extends { record: Pick<IncidentRecord, "provider_id" | "incident_key" | "number"> },
>(
  found: readonly Stored[],
  provider: Pick<SiemProvider, "id" | "workspace_id"> | undefined,
): Stored | undefined =>
  provider &&
  (found.find(({ record }) => record.provider_id === provider.id) ??
    found.find(({ record }) => isOfWorkspace(record, provider)));

/** A short ETag over the versions of an incident's documents and what else its view shows. */
export const incidentEtag = (
  incidentVersion: string,
  enrichmentVersion: string | undefined,
  settled: boolean,
): string =>
  createHash("sha256")
    .update(JSON.stringify([incidentVersion, enrichmentVersion ?? null, settled]))
    .digest("base64url")
    .slice(0, 22);
