/** What Sentinel's rows of one incident tell of its changes. */
import { z } from "zod";

const Time = z.iso.datetime();

/** Fields whose changes are told, named as a write-back names them. */
export const HistoryField = z.enum([
  "title",
  "status",
  "severity",
  "classification",
  "classification_reason",
  "owner",
  "tags",
]);
export type HistoryField = z.infer<typeof HistoryField>;

/** One row as text, for telling what the next one changed. */
export const HistoryState = z.object({
  at: Time,
  /** ModifiedBy: a person's address, an application, an automation rule; empty when the row does not say. */
  by: z.string(),
  /** Null: it has none. */
  values: z.record(HistoryField, z.string().nullable()),
  alert_ids: z.array(z.string()),
});
export type HistoryState = z.infer<typeof HistoryState>;

/** What one row changed of the row before it. */
export const HistoryChange = HistoryState.pick({ at: true, by: true }).extend({
  fields: z.array(
    z.object({
      field: HistoryField,
      before: z.string().nullable(),
      after: z.string().nullable(),
    }),
  ),
  alerts_added: z.array(z.string()),
  alerts_removed: z.array(z.string()),
});
export type HistoryChange = z.infer<typeof HistoryChange>;

export const IncidentHistory = z.object({
  /** Oldest first. */
  changes: z.array(HistoryChange),
  /** The newest row that was read: what the sync brings later is compared with it. Null when there was none. */
  newest: HistoryState.nullable(),
});
export type IncidentHistory = z.infer<typeof IncidentHistory>;
