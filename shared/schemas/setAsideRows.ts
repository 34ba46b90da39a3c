/** Rows of Sentinel's that could not be taken over: kept aside, so that one strange row stops nothing and is not lost. */
import { z } from "zod";

import { JsonObject } from "./json.ts";

/** A SecurityIncident row that cannot be read as an incident. */
export const UnreadableRow = z.object({
  /** What is wrong with it, in words for an administrator. */
  reason: z.string(),
  row: JsonObject,
});
export type UnreadableRow = z.infer<typeof UnreadableRow>;

export const SetAsideRow = z.object({
  /** Null when the row has none that can be read. */
  number: z.number().nullable(),
  /** IncidentName, Sentinel's GUID of the incident; empty when the row has none. */
  name: z.string().default(""),
  /** Why it was set aside. */
  reason: z.string(),
  /** When the incident last changed, as far as the row tells. */
  changed_at: z.iso.datetime().nullable().default(null),
  /** When it was set aside. */
  at: z.iso.datetime(),
  /** The beginning of the row as JSON. */
  row: z.string().default(""),
});
export type SetAsideRow = z.infer<typeof SetAsideRow>;

/** The rows of one provider that were set aside, newest first: document `set-aside:…` of container control. */
export const SetAsideRecord = z.object({
  type: z.literal("set-aside"),
  id: z.string(),
  tenant_id: z.string(),
  provider_id: z.string(),
  rows: z.array(SetAsideRow),
  /** Whether more rows were set aside than are kept. */
  is_more: z.boolean().default(false),
});
export type SetAsideRecord = z.infer<typeof SetAsideRecord>;
