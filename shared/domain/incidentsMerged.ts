/** Which incident took over another: Sentinel's own row may say it, Microsoft Graph does. */
import { z } from "zod";

import type { IncidentRecord, MergedInto } from "../schemas/incidents.ts";

/** AdditionalData of an incident that Defender merged into another one: the number is Sentinel's, the address Defender's. */
const MergedColumns = z.looseObject({
  AdditionalData: z.looseObject({
    mergedIncidentNumber: z.coerce.number().int().positive().nullish().catch(null),
    mergedIncidentUrl: z.string().nullish().catch(null),
  }),
});
const DEFENDER_ID = /\/incidents\/(\d+)/;

/** ProviderName of incidents that Defender made; only those are merged by it. */
const DEFENDER = "Microsoft XDR";

/**
 * Whether Defender is worth asking what became of an incident: it closes one that it merges, and takes its alerts away.
 * An incident whose own row names the other one needs no question.
 */
export const mayBeMerged = (
  incident: Pick<
    IncidentRecord,
    "source_provider" | "source_incident_id" | "status" | "alert_ids" | "sentinel"
  >,
): boolean =>
  incident.source_provider === DEFENDER &&
  incident.source_incident_id !== "" &&
  (incident.status === "closed" || incident.alert_ids.length === 0) &&
  mergedInto({ merged_into: null, sentinel: incident.sentinel }) === null;

/** Null for an incident that stands for itself. */
export function mergedInto({
  merged_into,
  sentinel,
}: Pick<IncidentRecord, "merged_into" | "sentinel">): MergedInto | null {
  if (merged_into !== null) return merged_into;
  const row = MergedColumns.safeParse(sentinel);
  if (!row.success) return null;
  const { mergedIncidentNumber: number = null, mergedIncidentUrl: address } =
    row.data.AdditionalData;
  // Only a web address becomes a link.
  const url = address?.startsWith("https://") === true ? address : null;
  const source_incident_id = DEFENDER_ID.exec(url ?? "")?.[1] ?? null;
  return number === null && source_incident_id === null
    ? null
    : { number, source_incident_id, url };
}
