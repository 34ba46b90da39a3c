/** Changes that are written back to Sentinel: what the API takes, and the record of each. */
import { z } from "zod";

import { IncidentStatus, Owner } from "./incidents.ts";
import { Json, JsonObject } from "./json.ts";
import { Principal } from "./principal.ts";
import { Severity } from "./severity.ts";
import { WritebackPart } from "./writebackMark.ts";
import { partsAreFine } from "./wholeBody.ts";

const Time = z.iso.datetime();

/** Sentinel's limit for one comment. */
const COMMENT_MAX = 30_000;
const TASK_TITLE_MAX = 150;
const TASK_DESCRIPTION_MAX = 3000;
const LABEL_MAX = 100;
const LABELS_MAX = 50;

export const Classification = z.enum([
  "true_positive",
  "benign_positive",
  "false_positive",
  "undetermined",
]);
export type Classification = z.infer<typeof Classification>;

/** As Sentinel spells them, which is how an incident shows them. */
export const ClassificationReason = z.enum([
  "SuspiciousActivity",
  "SuspiciousButExpected",
  "IncorrectAlertLogic",
  "InaccurateData",
]);
export type ClassificationReason = z.infer<typeof ClassificationReason>;

const Labels = z.array(z.string().trim().min(1).max(LABEL_MAX)).max(LABELS_MAX);
const Address = z.email().max(320);

/** Body of POST /api/v1/incidents/{number}/writeback: at least one change; what is left out stays as it is. */
export const IncidentWriteback = z
  .strictObject({
    status: IncidentStatus.optional(),
    /** Closing needs it, with a reason that belongs to it. */
    classification: Classification.optional(),
    /** Undetermined has none; every other classification needs one. */
    classification_reason: ClassificationReason.optional(),
    severity: Severity.exclude(["critical"], {
      error: "Sentinel knows informational, low, medium and high; critical is ours alone.",
    }).optional(),
    /** Address of the person in Entra ID, or who it is in Sentinel's fields; null takes the owner away. */
    owner: z
      .union([
        Address.transform((address) => ({ email: address, user_principal_name: address })),
        z
          .strictObject({
            object_id: z.guid().optional(),
            user_principal_name: z.string().trim().min(1).max(320).optional(),
            email: Address.optional(),
            name: z.string().trim().min(1).max(200).optional(),
          })
          .refine(
            (owner) => owner.object_id !== undefined || owner.user_principal_name !== undefined,
            "Give object_id or user_principal_name.",
          ),
      ])
      .nullable()
      .optional(),
    /** Replaces the tags that people set; those that Sentinel set by itself stay. */
    tags: Labels.optional(),
    /** Leave the other tags alone. */
    add_tags: Labels.optional(),
    remove_tags: Labels.optional(),
    comment: z.string().trim().min(1).max(COMMENT_MAX).optional(),
    task: z
      .strictObject({
        title: z.string().trim().min(1).max(TASK_TITLE_MAX),
        description: z.string().trim().min(1).max(TASK_DESCRIPTION_MAX).optional(),
      })
      .optional(),
  })
  .refine((body) => Object.keys(body).length > 0, {
    error: "Give at least one change.",
    when: partsAreFine,
  })
  .refine(
    ({ tags, add_tags, remove_tags }) =>
      tags === undefined || (add_tags === undefined && remove_tags === undefined),
    { message: "tags excludes add_tags and remove_tags.", path: ["tags"] },
  )
  .meta({ id: "IncidentWriteback" });
export type IncidentWriteback = z.infer<typeof IncidentWriteback>;

/** What can be changed of an incident in Sentinel. */
export const IncidentFields = z.object({
  status: IncidentStatus,
  severity: Severity,
  classification: Classification.nullable(),
  classification_reason: z.string().nullable(),
  owner: Owner.nullable(),
  labels: z.array(
    z.object({
      name: z.string(),
      /** Set by Sentinel, not by a person. */
      is_automatic: z.boolean(),
    }),
  ),
});
export type IncidentFields = z.infer<typeof IncidentFields>;

/** An incident as Sentinel has it at this moment, ahead of what Log Analytics shows. */
export const CurrentIncident = IncidentFields.extend({
  number: z.int().nonnegative(),
  /** Its GUID: SecurityIncident.IncidentName. */
  name: z.string(),
  /** Changes with every change of it. */
  etag: z.string(),
  /** When it last changed, in milliseconds. */
  modified_at: Time,
  /** As it came: goes back with a change, so that nothing is lost that we do not know. */
  properties: JsonObject,
});
export type CurrentIncident = z.infer<typeof CurrentIncident>;

/** One field as it was before a write-back, and after. */
export const FieldChange = z.object({ field: WritebackPart, before: Json, after: Json });
export type FieldChange = z.infer<typeof FieldChange>;

/**
 * One write-back as it is stored: document `writeback:…` of the incident's partition. Written before Sentinel is asked,
 * so that a crash leaves word of what may have been done.
 */
export const WritebackRecord = z.object({
  type: z.literal("writeback"),
  id: z.string(),
  tenant_id: z.string(),
  incident_key: z.string(),
  provider_id: z.string(),
  number: z.int().nonnegative(),
  /** `open` until Sentinel has all of it, or refused what is left. */
  state: z.enum(["open", "done", "failed"]),
  request: IncidentWriteback,
  /** Of the request: the same Idempotency-Key with another body is a mistake. */
  fingerprint: z.string(),
  by: Principal.pick({ id: true, kind: true, name: true }),
  /** What Sentinel is known to have. */
  written: z.array(WritebackPart),
  /** Version of Sentinel's incident that the change was decided on; null before that. */
  before_etag: z.string().nullable(),
  changes: z.array(FieldChange),
  /** Sentinel's times of our own changes: its rows of these times are ours. */
  modified_at: z.array(Time),
  /** Names of the comment and the task in Sentinel: a repeated call finds them there. */
  comment_id: z.guid(),
  task_id: z.guid(),
  attempts: z.int().nonnegative(),
  /** Until then somebody works on it. */
  claimed_until: Time,
  error: z.object({ code: z.string(), detail: z.string() }).optional(),
  created_at: Time,
  updated_at: Time,
});
export type WritebackRecord = z.infer<typeof WritebackRecord>;
