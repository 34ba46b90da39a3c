/** Decisions about webhooks: what is shown of them, which events they get, what the audit trail says. */
import { createHash } from "node:crypto";

import type { DeliveryRecord } from "../schemas/deliveries.ts";
import type { OutboxMessage } from "../schemas/messages.ts";
import type { NotificationEvent } from "../schemas/notifications.ts";
import type { Principal } from "../schemas/principal.ts";
import type { WebhookFormat, WebhookRecord, WebhookView } from "../schemas/webhooks.ts";
import { changeAudit } from "./audit.ts";
import type { DeliveryTarget } from "./deliveries.ts";
import { AppError, invalidBody } from "./errors.ts";
import { isAtLeast } from "./incidents.ts";
import { messageId } from "./messageId.ts";
import { severityOf } from "./notificationPreferences.ts";
import { secretEnd } from "./providers.ts";

/** Each of them is told of every event; more hold up the ones before. */
export const WEBHOOKS_MAX = 20;

/** Standard Webhooks demands 24 to 64 bytes. @param bytes unpredictable ones. */
export const webhookSecret = (bytes: Uint8Array): string =>
  `whsec_${Buffer.from(bytes).toString("base64")}`;

export const SECRET_BYTES = 32;

/**
 * What may be shown of an address. A chat's is a password: its host and last four characters. Of the others the query is left
 * out, which is where tokens stand.
 */
export function shownUrl(format: WebhookFormat, text: string): string {
  const url = new URL(text);
  if (format !== "standard") return `${url.origin}/…${secretEnd(text) ?? ""}`;
  return `${url.origin}${url.pathname}${url.search === "" ? "" : "?…"}`;
}

export function webhookView(
  webhook: WebhookRecord,
  newest: Pick<DeliveryRecord, "created_at" | "status"> | undefined,
): WebhookView {
  const { tenant_id: _tenant, url_shown, secret: _s, previous_secret: _p, ...shown } = webhook;
  const last_delivery =
    newest === undefined ? null : { at: newest.created_at, status: newest.status };
  return { ...shown, url: url_shown, last_delivery };
}

/** Version of what administrators set, as a short ETag. */
export const webhookEtag = (webhook: WebhookRecord): string =>
  createHash("sha256").update(JSON.stringify(webhook)).digest("base64url").slice(0, 22);

/** Whether a webhook is told of an event. Those that are off are told of nothing. */
export function isToldOf(webhook: WebhookRecord, event: NotificationEvent): boolean {
  if (webhook.status !== "active") return false;
  if (event.type === "test" || event.type === "webhook-disabled") return false;
  const severity = severityOf(event);
  return (
    webhook.events.includes(event.type) &&
    (severity === undefined || isAtLeast(severity, webhook.min_severity))
  );
}

export const webhookTarget = ({ id, name, format }: WebhookRecord): DeliveryTarget => ({
  channel: format === "standard" ? "webhook" : format,
  target_kind: "webhook",
  target_id: id,
  target_name: name,
});

/** The webhook turned off because its receiver is gone, with the event that tells administrators. */
export function turnedOff(
  webhook: WebhookRecord,
  at: Date,
): { webhook: WebhookRecord; message: OutboxMessage } {
  const { id, tenant_id } = webhook;
  const time = at.toISOString();
  const subject_id = `${id}:${time}`;
  return {
    webhook: { ...webhook, status: "disabled", disabled_reason: "gone", updated_at: time },
    message: {
      id: messageId("webhook-disabled", tenant_id, id, time),
      queue: "notifications",
      body: { tenant_id, event: "webhook-disabled", subject_id, at: time },
    },
  };
}

/** @throws AppError `conflict` when another webhook has the name. */
export function refuseTakenName(
  known: readonly WebhookRecord[],
  { id, name }: Pick<WebhookRecord, "id" | "name">,
): void {
  const isTaken = known.some(
    (one) => one.id !== id && one.name.toLowerCase() === name.toLowerCase(),
  );
  if (isTaken) throw new AppError("conflict", `A webhook named '${name}' exists already.`);
}

/** @throws AppError `invalid-fields` that points at the address. */
export function refuseAddress(pointer: string, refusal: string | undefined): void {
  if (refusal === undefined) return;
  throw invalidBody([{ pointer, detail: refusal }]);
}

export type WebhookAct =
  | "webhook.create"
  | "webhook.patch"
  | "webhook.rotate"
  | "webhook.test"
  | "webhook.delete";

export const webhookAudit = (
  by: Pick<Principal, "id" | "kind" | "tenant_id" | "name">,
  action: WebhookAct,
  subject: { id: string; version: string },
  fields: string[],
  at: Date,
): OutboxMessage => changeAudit(by, action, subject, fields, at);
