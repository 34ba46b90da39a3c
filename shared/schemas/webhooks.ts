/** Webhooks of a tenant: systems and chat channels that are told of every event they ask for. */
import { z } from "zod";

import { ChosenEvent } from "./notificationPreferences.ts";
import { SealedSecret } from "./providers.ts";
import { Severity } from "./severity.ts";
import { partsAreFine } from "./wholeBody.ts";

const Time = z.iso.datetime();

/** `standard`: the envelope, signed by Standard Webhooks. The others get the message of their chat. */
export const WebhookFormat = z.enum(["standard", "slack", "teams"]);
export type WebhookFormat = z.infer<typeof WebhookFormat>;

/** Why it is off: a person did it, or the receiver said that it is gone (410). */
const DisabledReason = z.enum(["person", "gone"]);

/** A webhook as it is stored, in the tenant's document `webhooks`. */
export const WebhookRecord = z.object({
  id: z.string(),
  tenant_id: z.string(),
  name: z.string(),
  format: WebhookFormat,
  /** Sealed, because chat addresses are passwords and others may carry tokens. */
  url: SealedSecret,
  /** What is shown of the address. */
  url_shown: z.string(),
  events: z.array(ChosenEvent),
  min_severity: Severity,
  status: z.enum(["active", "disabled"]),
  disabled_reason: DisabledReason.nullable(),
  /** `whsec_…`; of format `standard` only. */
  secret: SealedSecret.optional(),
  /** Signs as well until its time, after a rotation. */
  previous_secret: SealedSecret.optional(),
  previous_secret_until: Time.nullable(),
  created_by: z.string().nullable(),
  created_at: Time,
  updated_at: Time,
});
export type WebhookRecord = z.infer<typeof WebhookRecord>;

const settings = {
  name: z.string().trim().min(1).max(100),
  url: z.string().trim().min(1).max(2000),
  events: z
    .array(ChosenEvent)
    .min(1, "Choose at least one event.")
    .max(10)
    .transform((events) => [...new Set(events)]),
  min_severity: Severity,
};

/** Body of POST /api/admin/webhooks. */
export const CreateWebhookBody = z.strictObject({
  ...settings,
  format: WebhookFormat.default("standard"),
  events: settings.events.default([...ChosenEvent.options]),
  min_severity: settings.min_severity.default("medium"),
});
export type CreateWebhookBody = z.infer<typeof CreateWebhookBody>;

/** Body of PATCH /api/admin/webhooks/{id}: what is left out stays. */
export const UpdateWebhookBody = z
  .strictObject({ ...settings, status: z.enum(["active", "disabled"]) })
  .partial()
  .refine((body) => Object.values(body).some((value) => value !== undefined), {
    error: "Name at least one field to change.",
    when: partsAreFine,
  });
export type UpdateWebhookBody = z.infer<typeof UpdateWebhookBody>;

/** Query of POST /api/admin/webhooks/{id}/rotate. */
export const RotateWebhookQuery = z.strictObject({
  /** How long the old secret signs beside the new one; 0 ends it at once. */
  overlap_hours: z.coerce.number().min(0).max(168).default(24),
});

/** A webhook as administrators see it: no secret, and of a chat's address only its host. */
export const WebhookView = WebhookRecord.omit({
  tenant_id: true,
  url: true,
  url_shown: true,
  secret: true,
  previous_secret: true,
})
  .extend({
    url: z.string(),
    /** The newest delivery; `null` before the first. */
    last_delivery: z
      .object({ at: Time, status: z.enum(["pending", "delivered", "failed", "cancelled"]) })
      .nullable(),
  })
  .meta({ id: "Webhook" });
export type WebhookView = z.infer<typeof WebhookView>;

/** With the secret, which is told this once. */
export const WebhookWithSecret = WebhookView.extend({
  /** `whsec_` and base64; absent for chats, which check no signature. */
  secret: z.string().optional(),
});

export const WebhookList = z.object({ items: z.array(WebhookView), total: z.int() });

/** Reply of POST /api/admin/webhooks/{id}/test. */
export const WebhookTestReply = z.object({
  status: z.enum(["delivered", "failed"]),
  status_code: z.int().nullable(),
  latency_ms: z.int().nonnegative(),
  detail: z.string(),
});
export type WebhookTestReply = z.infer<typeof WebhookTestReply>;
