/** What people changed in Sentinel between two versions of an incident, in words. */
import type { IncidentView } from "../../../../shared/schemas/incidents.ts";
import type { ConflictRow } from "../../components/Conflict.tsx";
import { plainWords } from "../../components/words.ts";

const EMPTY = "(empty)";

/** What people change in Sentinel; alerts and times move by themselves. */
const FIELDS = [
  "title",
  "status",
  "classification",
  "classification_reason",
  "severity",
  "owner",
  "labels",
] as const;

/** The fields that stand otherwise in Sentinel than they did, with both values. */
export const changedInSentinel = (before: IncidentView, now: IncidentView): ConflictRow[] =>
  FIELDS.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(now[field])).map(
    (field) => ({ field, values: [wordsOf(before, field), wordsOf(now, field)] }),
  );

function wordsOf(incident: IncidentView, field: (typeof FIELDS)[number]): string {
  if (field === "title") return incident.title === "" ? EMPTY : incident.title;
  if (field === "labels") return incident.labels.length === 0 ? EMPTY : incident.labels.join(", ");
  const value = incident[field];
  if (value === null || value === "") return EMPTY;
  if (typeof value === "string") return plainWords(value);
  return value.user_principal_name ?? value.email ?? value.name ?? value.object_id ?? EMPTY;
}
