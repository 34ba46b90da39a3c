/** Which incident took over another, as far as Sentinel's own row says it. */
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
