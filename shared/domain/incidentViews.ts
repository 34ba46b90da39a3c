/** How an incident is shown, and which one a bare number means. */
import { createHash } from "node:crypto";

import type {
  IncidentCondition,
  IncidentEnrichment,
  IncidentRecord,
  IncidentSummary,
  IncidentView,
} from "../schemas/incidents.ts";
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
    writeback: shownMark(record),
    merged_into: mergedInto(record),
    sync: { ...record.sync, settled },
  };
}

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
 * Which incident a number means that several workspaces use: the default provider's, else the only other one;
 * `undefined` when there is none, or when nothing tells which of several is meant.
 */
export function chosenOf<Stored extends { record: Pick<IncidentRecord, "provider_id"> }>(
  found: readonly Stored[],
  defaultProviderId: string | undefined,
): Stored | undefined {
  const byDefault = found.find(({ record }) => record.provider_id === defaultProviderId);
  return byDefault ?? (found.length === 1 ? found[0] : undefined);
}

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
