/** What is asked about incidents: the list's filters and order, which incident is meant, a sync now. */
import { z } from "zod";

import { IncidentNumberText } from "./incidentNumber.ts";
import { IncidentStatus, LocalStatus } from "./incidents.ts";
import { PageQuery, repeated } from "./page.ts";
import { Severity } from "./severity.ts";

/**
 * Query of GET /api/v1/incidents (seed 000). `timespan` bounds last_modified_at, default P7D, and the order is
 * -last_modified_at; with `updated_since` and without an order, changes are given as they were made, and `timespan` has no
 * default.
 */
export const IncidentQuery = PageQuery.extend({
  severity: repeated(Severity).optional(),
  status: repeated(IncidentStatus).optional(),
  timespan: z.iso.duration().optional(),
  offset: z.coerce.number().int().min(0).max(100_000).optional(),
  q: z.string().trim().min(1).max(200).optional(),
  /** An address, or `none` for incidents that nobody took. */
  assigned_to: z.string().max(320).optional(),
  tag: z.string().max(64).optional(),
  local_status: repeated(LocalStatus).optional(),
  provider: z.string().max(200).optional(),
  updated_since: z.iso.datetime().optional(),
  sort: z
    .enum([
      "-last_modified_at",
      "last_modified_at",
      "-created_at",
      "created_at",
      "-number",
      "number",
    ])
    .optional(),
});
export type IncidentQuery = z.infer<typeof IncidentQuery>;

/** Query of GET /api/v1/incidents/export.csv: the list's filter and order, without its pages. */
export const IncidentExport = IncidentQuery.omit({ limit: true, cursor: true, offset: true });
export type IncidentExport = z.infer<typeof IncidentExport>;

/** Chooses among workspaces that use the same number: `sentinel` (the default provider), a `sip_` id or a name. */
export const ProviderChoice = z.strictObject({ provider: z.string().min(1).max(200).optional() });

/** Sentinel's incident number as it stands in a path. */
export const IncidentNumberParams = z.strictObject({
  number: IncidentNumberText,
});

/** Reply of POST /api/v1/incidents/sync: what the run did, provider by provider. */
export const SyncReply = z.object({
  providers: z.array(
    z.object({
      provider_id: z.string(),
      /** Incidents that arrived or changed. */
      changed: z.int().nonnegative(),
      /** Absent when the provider was brought up to date. */
      error: z.object({ code: z.string(), detail: z.string() }).optional(),
    }),
  ),
});
export type SyncReply = z.infer<typeof SyncReply>;
