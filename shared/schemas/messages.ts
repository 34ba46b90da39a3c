/** What travels on the queues. Ids only: state lives in the store, so a redelivery is harmless. */
import { z } from "zod";

import { AuditEntry } from "./audit.ts";
import type { Json } from "./json.ts";
import { EventType } from "./notifications.ts";

export const QueueName = z.enum([
  "investigations",
  "notifications",
  "deliveries",
  "audit",
  "enrichments",
  "graph",
  "schedules",
  "reports",
]);
export type QueueName = z.infer<typeof QueueName>;

/** What waits on a queue. */
export interface OutgoingMessage {
  /** Deterministic, at most 128 characters. A second message with it inside the duplicate window (10 min) is dropped silently. */
  id: string;
  body: Json;
  /** Not handed out before this time. */
  notBefore?: Date;
}

/** Asks for one slice of work on a session. Outrun when the session is already past `slice`. */
export const InvestigationMessage = z.object({
  tenant_id: z.string(),
  session_id: z.string(),
  /** Slices done before this one: 0 for the first. */
  slice: z.int().nonnegative(),
});
export type InvestigationMessage = z.infer<typeof InvestigationMessage>;

/** Says that an event happened; the deliverer reads the subject and tells whom it concerns. */
export const NotificationMessage = z.object({
  tenant_id: z.string(),
  event: EventType,
  /** Incident key, session id, or a schedule with its run (`sch_…:srn_…`) or webhook id, by event. */
  subject_id: z.string(),
  /** When it happened: fixes the feed's bucket and the envelope's timestamp however late the delivery runs. */
  at: z.iso.datetime(),
});
export type NotificationMessage = z.infer<typeof NotificationMessage>;

/** Asks for one attempt of a delivery. Outrun when more attempts were made meanwhile. */
export const DeliveryMessage = z.object({
  tenant_id: z.string(),
  bucket: z.string(),
  delivery_id: z.string(),
  /** Attempts made before this one: 0 for the first. */
  attempts_before: z.int().nonnegative(),
  /** When a person began the delivery anew, in milliseconds since the epoch: tells this chain of messages from the one before. */
  begun: z.int().optional(),
  /** How often it was put off because the receiver is left alone or has calls enough. */
  put_off: z.int().nonnegative().optional(),
  /** Since when it waits for a receiver that answers nobody. */
  put_off_since: z.iso.datetime().optional(),
  /** It takes up a call that may have been recorded meanwhile. */
  takes_up: z.boolean().optional(),
});
export type DeliveryMessage = z.infer<typeof DeliveryMessage>;

/** Asks for the alerts and entities of an incident to be read again. */
export const EnrichmentMessage = z.object({ tenant_id: z.string(), incident_key: z.string() });
export type EnrichmentMessage = z.infer<typeof EnrichmentMessage>;

/** Says that a session's report stands: the knowledge graph learns from it. */
export const GraphMessage = z.object({ tenant_id: z.string(), session_id: z.string() });
export type GraphMessage = z.infer<typeof GraphMessage>;

/** Asks for a run of a schedule to be looked at: its session is started, or the run is settled by what became of it. */
export const ScheduleRunMessage = z.object({
  tenant_id: z.string(),
  schedule_id: z.string(),
  run_id: z.string(),
});
export type ScheduleRunMessage = z.infer<typeof ScheduleRunMessage>;

/** Says that a session's report is to be written to its incident in Sentinel. */
export const ReportMessage = z.object({ tenant_id: z.string(), session_id: z.string() });
export type ReportMessage = z.infer<typeof ReportMessage>;

export const AuditMessage = AuditEntry;
export type AuditMessage = z.infer<typeof AuditMessage>;

/** A message that waits in the store until it is on its queue; written in the batch of the change that causes it. */
export type OutboxMessage =
  /** `not_before`: the broker keeps it until then. */
  | { id: string; queue: "investigations"; body: InvestigationMessage; not_before?: string }
  | { id: string; queue: "notifications"; body: NotificationMessage }
  | { id: string; queue: "deliveries"; body: DeliveryMessage; not_before?: string }
  | { id: string; queue: "audit"; body: AuditMessage }
  | { id: string; queue: "graph"; body: GraphMessage }
  | { id: string; queue: "reports"; body: ReportMessage }
  | { id: string; queue: "schedules"; body: ScheduleRunMessage }
  | { id: string; queue: "enrichments"; body: EnrichmentMessage };
