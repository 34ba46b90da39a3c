/** What belongs to an incident or resembles it: its timeline, its entities with what is known of them, similar incidents. */
import { z } from "zod";

import { EntityType, IncidentEntity, IncidentStatus, type SentinelIncident } from "./incidents.ts";
import { listOf } from "./page.ts";
import { Severity } from "./severity.ts";

const Time = z.iso.datetime();

/** One thing that happened, and when. */
export const TimelineItem = z.object({
  at: Time,
  kind: z.enum([
    "first_activity",
    "last_activity",
    "alert_started",
    "alert_ended",
    "created",
    "updated",
    "closed",
    "reopened",
    "merged",
    "phantom",
    "comment",
    "task",
    "first_seen",
    "enriched",
    "changed",
    "written_back",
    "session_started",
    "session_ended",
  ]),
  title: z.string(),
  /** Where it was read: table and column of Sentinel's, Microsoft Graph, or our own record. */
  source: z.string(),
  /** Who did it, as Sentinel or the audit trail names them; absent when nobody did. */
  by: z.string().optional(),
  /** Fields that changed. */
  fields: z.array(z.string()).optional(),
  alert_id: z.string().optional(),
  session_id: z.string().optional(),
});
export type TimelineItem = z.infer<typeof TimelineItem>;

/** Reply of GET /api/v1/incidents/{number}/timeline: oldest first. */
export const IncidentTimeline = z.object({
  items: z.array(TimelineItem),
  /** Whether older steps were left out. */
  truncated: z.boolean(),
});
export type IncidentTimeline = z.infer<typeof IncidentTimeline>;

/** One SecurityIncident row of an incident: how it stood after one change, and who made it (ModifiedBy). */
export type IncidentRow = Pick<
  SentinelIncident,
  | "number"
  | "title"
  | "severity"
  | "status"
  | "classification"
  | "classification_reason"
  | "owner"
  | "labels"
  | "alert_ids"
  | "last_modified_at"
  | "stated"
> & { modified_by: string };

/** Parts of Sentinel's row that the timeline shows; anything else in them is left alone. */
export const SentinelActivity = z.looseObject({
  Comments: z
    .array(
      z.looseObject({
        message: z.string().catch(""),
        createdTimeUtc: z.string().catch(""),
        author: z
          .looseObject({
            name: z.string().nullish(),
            email: z.string().nullish(),
            userPrincipalName: z.string().nullish(),
          })
          .nullish()
          .catch(null),
      }),
    )
    .catch([]),
  Tasks: z
    .array(z.looseObject({ title: z.string().catch(""), createdTimeUtc: z.string().catch("") }))
    .catch([]),
  ModifiedBy: z.string().catch(""),
});

/** That an entity, or a title, occurs in an incident: document `mention:…` of partition (tenant, node). */
export const Mention = z.object({
  type: z.literal("mention"),
  id: z.string(),
  tenant_id: z.string(),
  /** The node: the partition of everything that mentions the same. */
  incident_key: z.string(),
  /** The incident that mentions it. */
  mentioned_by: z.string(),
  number: z.int().nonnegative(),
  created_at: Time,
});
export type Mention = z.infer<typeof Mention>;

const Reference = z.object({
  number: z.int().nonnegative(),
  provider_id: z.string(),
  title: z.string(),
  severity: Severity,
  status: IncidentStatus,
  classification: z.string().nullable(),
  created_at: Time,
});

/** Why an incident resembles another. */
export const SimilarReason = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("entity"),
    entity_id: z.string(),
    type: EntityType,
    value: z.string(),
    /** In how many incidents it occurs; `is_more` when that is where counting stopped. */
    incidents: z.int().positive(),
    is_more: z.boolean(),
    weight: z.number(),
  }),
  z.object({ kind: z.literal("title"), weight: z.number() }),
  z.object({ kind: z.literal("tactics"), shared: z.array(z.string()), weight: z.number() }),
]);
export type SimilarReason = z.infer<typeof SimilarReason>;

export const SimilarIncident = Reference.extend({
  /** Sum of the reasons' weights. */
  score: z.number(),
  reasons: z.array(SimilarReason),
});
export type SimilarIncident = z.infer<typeof SimilarIncident>;

/** Reply of GET /api/v1/incidents/{number}/similar: most similar first. */
export const SimilarIncidents = z.object({
  items: z.array(SimilarIncident),
  /** Absent until the incident was enriched: nothing is known to compare then. */
  compared_at: Time.optional(),
});
export type SimilarIncidents = z.infer<typeof SimilarIncidents>;

/** Reply of GET /api/v1/incidents/{number}/entities. */
export const IncidentEntities = listOf(
  IncidentEntity.extend({
    /** What other incidents and past investigations tell of it; null for what is too common or too weak to be followed. */
    known: z
      .object({
        /** In how many other incidents it occurs; `is_more` when that is where counting stopped. */
        incidents: z.int().nonnegative(),
        is_more: z.boolean(),
        /** Numbers of the newest of them. */
        latest: z.array(z.int()),
        first_seen_at: Time.nullable(),
        last_seen_at: Time.nullable(),
        /** Newest of the past investigations that named it, by the knowledge graph; `has_more_sessions` when there are more. */
        sessions: z.array(
          z.object({
            session_id: z.string(),
            incident_number: z.int().nullable(),
            verdict: z.string(),
            at: Time,
          }),
        ),
        has_more_sessions: z.boolean(),
      })
      .nullable(),
  }),
);
export type IncidentEntities = z.infer<typeof IncidentEntities>;

/** Query of GET /api/v1/incidents/{number}/entities. */
export const IncidentEntitiesQuery = z.strictObject({
  provider: z.string().min(1).max(200).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  offset: z.coerce.number().int().min(0).max(100_000).default(0),
});
export type IncidentEntitiesQuery = z.infer<typeof IncidentEntitiesQuery>;
