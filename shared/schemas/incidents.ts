/** Incidents: what Sentinel says, what analysts add, what the API takes and gives. */
import { z } from "zod";

import { IncidentHistory } from "./incidentsHistory.ts";
import { JsonObject } from "./json.ts";
import { listOf } from "./page.ts";
import { Severity } from "./severity.ts";
import { WritebackMark } from "./writebackMark.ts";
import { partsAreFine } from "./wholeBody.ts";

export const IncidentStatus = z.enum(["new", "active", "closed"]);
export type IncidentStatus = z.infer<typeof IncidentStatus>;

export const LocalStatus = z.enum(["new", "in_progress", "waiting", "resolved"]);
export type LocalStatus = z.infer<typeof LocalStatus>;

const Time = z.iso.datetime();

/** Who Sentinel says owns the incident; every part may be missing. */
export const Owner = z.object({
  name: z.string().nullable(),
  email: z.string().nullable(),
  user_principal_name: z.string().nullable(),
  object_id: z.string().nullable(),
});

/**
 * Values of Sentinel's that it never documented, as it wrote them, by field (`severity`, `status`, `classification`):
 * the field itself then holds the nearest value that is known. Empty for an ordinary incident.
 */
const StatedValues = z.record(z.string(), z.string());

/** The fields that the sync owns: one newest SecurityIncident row, normalized. */
export const SentinelIncident = z.object({
  number: z.int().nonnegative(),
  title: z.string(),
  /** Often empty: incidents from Microsoft XDR have none. */
  description: z.string(),
  severity: Severity,
  status: IncidentStatus,
  classification: z
    .enum(["true_positive", "benign_positive", "false_positive", "undetermined"])
    .nullable(),
  classification_reason: z.string().nullable(),
  owner: Owner.nullable(),
  labels: z.array(z.string()),
  /** Sentinel's five times. */
  created_at: Time,
  last_modified_at: Time,
  first_activity_at: Time.nullable(),
  last_activity_at: Time.nullable(),
  closed_at: Time.nullable(),
  /** ProviderName and ProviderIncidentId, e.g. Microsoft XDR and 801. */
  source_provider: z.string(),
  source_incident_id: z.string(),
  incident_url: z.string(),
  /** SystemAlertId of each alert. */
  alert_ids: z.array(z.string()),
  alert_count: z.int().nonnegative(),
  tactics: z.array(z.string()),
  techniques: z.array(z.string()),
  products: z.array(z.string()),
  stated: StatedValues.default({}),
  /** The row as it came, JSON columns parsed. */
  sentinel: JsonObject,
});
export type SentinelIncident = z.infer<typeof SentinelIncident>;

/** The fields that people own; the sync never writes them. */
export const LocalFields = z.object({
  notes: z.string(),
  local_status: LocalStatus,
  assigned_to: z.string().nullable(),
  tags: z.array(z.string()),
  /** Overrides Sentinel's severity; the only way to critical. */
  local_severity: Severity.nullable(),
});
export type LocalFields = z.infer<typeof LocalFields>;

/** Fields of ours about the synchronisation. */
export const SyncFields = z.object({
  first_seen_at: Time,
  last_synced_at: Time,
  /** Alert and entity counts have held over two syncs, or 15 minutes have passed. */
  settled: z.boolean(),
  /** Alerts that came after the incident was first seen. */
  late_alerts: z.int().nonnegative(),
  /** When the alert or entity counts last changed. */
  counts_changed_at: Time,
  /** When a sync saw it open after it had been closed. */
  reopened_at: Time.nullable().default(null),
  /** When somebody first took it up, in Sentinel or here; null while nobody was seen to. */
  acknowledged_at: Time.nullable().default(null),
});
export type SyncFields = z.infer<typeof SyncFields>;

/** Defender merges incidents: one is closed and leads to the other. What is not known of that one is null. */
export const MergedInto = z.object({
  /** Sentinel's number. */
  number: z.int().nonnegative().nullable(),
  /** Defender's. */
  source_incident_id: z.string().nullable(),
  url: z.string().nullable(),
});
export type MergedInto = z.infer<typeof MergedInto>;

/** One incident as it is stored: document `incident` of partition (tenant_id, incident_key). */
export const IncidentRecord = SentinelIncident.extend(LocalFields.shape).extend({
  type: z.literal("incident"),
  id: z.literal("incident"),
  tenant_id: z.string(),
  /** `workspace:number`. */
  incident_key: z.string(),
  provider_id: z.string(),
  provider: z.string(),
  sync: SyncFields,
  /** People were told of it; an incident tells once. */
  alerted: z.boolean(),
  /** What was last written back to Sentinel, as long as it says something; null when nothing was. */
  writeback: WritebackMark.nullable().default(null),
  /** The incident that took this one over; null for one that stands for itself. */
  merged_into: MergedInto.nullable().default(null),
  /** Our own time of the last change by anybody. */
  updated_at: Time,
});
export type IncidentRecord = z.infer<typeof IncidentRecord>;

/** A security alert of an incident, newest row. */
export const IncidentAlert = z.object({
  /** SystemAlertId. */
  id: z.string(),
  name: z.string(),
  severity: Severity,
  /** The severity as Sentinel wrote it, when it never documented it. */
  stated_severity: z.string().nullable().default(null),
  status: z.string(),
  product: z.string(),
  started_at: Time.nullable(),
  ended_at: Time.nullable(),
  tactics: z.array(z.string()),
  techniques: z.array(z.string()),
  entity_ids: z.array(z.string()),
});
export type IncidentAlert = z.infer<typeof IncidentAlert>;

export const EntityType = z.enum([
  "account",
  "host",
  "ip",
  "url",
  "domain",
  "file",
  "file_hash",
  "process",
  "mail_message",
  "mailbox",
  "mail_cluster",
  "cloud_application",
  "azure_resource",
  "registry_key",
  "registry_value",
  "security_group",
  "malware",
  "other",
]);
export type EntityType = z.infer<typeof EntityType>;

const EntitySource = z.object({ alert_id: z.string(), path: z.string() });

/** One thing the alerts speak of, merged over alerts by its strong identifier. */
export const IncidentEntity = z.object({
  /** `type:value`, lower case; the same thing has the same id in every incident. */
  id: z.string(),
  type: EntityType,
  value: z.string(),
  aliases: z.array(z.string()),
  /** Identified by a strong identifier of Sentinel's entity reference. */
  strong: z.boolean(),
  /** A private address or a well-known value: says little outside its network. */
  private: z.boolean(),
  /** Where it stood: alert and path in its Entities document; the first is where `value` itself was read. */
  sources: z.array(EntitySource),
  /** Where each alias was first read, in the order of `aliases`; empty for what was enriched before this was kept. */
  alias_sources: z.array(EntitySource).default([]),
});
export type IncidentEntity = z.infer<typeof IncidentEntity>;

/** Result of incident → alerts → entities: document `enrichment` of the incident's partition. */
export const IncidentEnrichment = z.object({
  enriched_at: Time,
  alerts: z.array(IncidentAlert),
  entities: z.array(IncidentEntity),
  /** Alert ids that the incident names and SecurityAlert does not hold (yet). */
  missing_alert_ids: z.array(z.string()),
  /** Empty for what was enriched before histories were read. */
  history: IncidentHistory.default({ changes: [], newest: null }),
});
export type IncidentEnrichment = z.infer<typeof IncidentEnrichment>;

/** The enrichment as it is stored. */
export const EnrichmentRecord = IncidentEnrichment.extend({
  type: z.literal("enrichment"),
  id: z.literal("enrichment"),
  tenant_id: z.string(),
  incident_key: z.string(),
});
export type EnrichmentRecord = z.infer<typeof EnrichmentRecord>;

/**
 * What an incident is besides its status: `phantom` names no alert at all (Sentinel leaves such incidents behind when
 * Defender moves their alerts), `reopened` is open after it had been closed, `merged` was taken over by another one.
 */
export const IncidentCondition = z.enum(["phantom", "reopened", "merged"]);
export type IncidentCondition = z.infer<typeof IncidentCondition>;

/** One line of the list. */
export const IncidentSummary = IncidentRecord.omit({
  type: true,
  tenant_id: true,
  incident_key: true,
  sentinel: true,
  alerted: true,
})
  .extend({
    id: z.string(),
    conditions: z.array(IncidentCondition),
    /** Sentinel's, when it is one of the web (http or https). */
    incident_url: z.string().nullable(),
  })
  .meta({ id: "IncidentSummary" });
export type IncidentSummary = z.infer<typeof IncidentSummary>;

/** How the synchronisation of one provider stands. */
export const SyncAge = z.object({
  provider_id: z.string(),
  provider: z.string(),
  is_default: z.boolean(),
  /** Whether changes may be written back to Sentinel. */
  writeback_enabled: z.boolean(),
  /** When the last sync that ended well began; null before the first. */
  last_synced_at: Time.nullable(),
  /** Why the last attempt failed; absent when it went well. */
  error: z.object({ code: z.string(), detail: z.string(), at: Time }).optional(),
  /** Rows that could not be taken over and were put aside; absent when there is none. */
  set_aside: z.int().positive().optional(),
});
export type SyncAge = z.infer<typeof SyncAge>;

export const IncidentList = listOf(IncidentSummary).extend({
  /** With `updated_since`: goes on from here, also when there is nothing more for now. */
  changes_cursor: z.string().optional(),
});
export type IncidentList = z.infer<typeof IncidentList>;

/** Reply of GET /api/v1/incidents: the page, and how old it is. */
export const IncidentPage = IncidentList.extend({
  /** Since then nothing is known of Sentinel; null when a provider was never synchronised, or there is none. */
  last_synced_at: Time.nullable(),
  syncs: z.array(SyncAge),
});

/** Reply of GET /api/v1/incidents/{number}. */
export const IncidentView = IncidentSummary.extend({
  sentinel: JsonObject,
  alerts: z.array(IncidentAlert),
  entities: z.array(IncidentEntity),
  /** Absent until the incident was enriched. */
  enriched_at: Time.optional(),
}).meta({ id: "Incident" });
export type IncidentView = z.infer<typeof IncidentView>;

/** Body of PATCH /api/v1/incidents/{number}: at least one field; null clears. */
export const IncidentPatch = z
  .strictObject({
    notes: z.string().max(30_000).optional(),
    local_status: LocalStatus.optional(),
    assigned_to: z.email().max(320).nullable().optional(),
    tags: z
      .array(z.string().trim().min(1).max(64))
      .max(50)
      .transform((tags) => [...new Set(tags)])
      .optional(),
    local_severity: Severity.nullable().optional(),
  })
  .refine((body) => Object.keys(body).length > 0, {
    error: "Give at least one field to change.",
    when: partsAreFine,
  });
export type IncidentPatch = z.infer<typeof IncidentPatch>;
