/**
 * Puts an event into its tenant's feed, where every inbox finds it, and records a delivery for each channel and target that
 * wants it. A message that comes twice does both once.
 */
import { forEachBounded } from "../domain/bounded.ts";
import {
  bucketOf,
  type DeliveryTarget,
  heldId,
  newDelivery,
  receiverOf,
} from "../domain/deliveries.ts";
import { holdUntil, severityOf, wants } from "../domain/notificationPreferences.ts";
import {
  eventId,
  incidentEvent,
  sessionEvent,
  webhookDisabledEvent,
} from "../domain/notifications.ts";
import { scheduleEvent } from "../domain/scheduleEvents.ts";
import { plusMs } from "../domain/time.ts";
import { isToldOf, webhookTarget } from "../domain/webhooks.ts";
import type { Deps } from "../ports/deps.ts";
import * as deliveries from "../repositories/deliveries.ts";
import * as incidents from "../repositories/incidents.ts";
import * as preferences from "../repositories/notificationPreferences.ts";
import * as notifications from "../repositories/notifications.ts";
import { readRunSubject } from "../repositories/scheduleSubjects.ts";
import { readSession } from "../repositories/sessions.ts";
import * as webhooks from "../repositories/webhooks.ts";
import type { NotificationMessage } from "../schemas/messages.ts";
import { type PreferencesRecord, SentChannel } from "../schemas/notificationPreferences.ts";
import type { NotificationEvent } from "../schemas/notifications.ts";

type Needs = Pick<
  Deps,
  "channels" | "circuits" | "clock" | "documents" | "log" | "queue" | "settings"
>;

/** A tenant's people are told within a message's time although each takes a few trips to the store. */
const PEOPLE_AT_ONCE = 8;

/** Reads the subject as it is now. A subject that is gone, or has not ended after all, concerns nobody. */
export async function deliverNotification(
  deps: Needs,
  message: NotificationMessage,
): Promise<void> {
  const { tenant_id, event, subject_id } = message;
  const bucket = notifications.feedBucket(new Date(message.at));
  const envelope = await envelopeOf(deps, message, bucket);
  if (envelope === undefined) {
    deps.log.warn("notification.without-subject", { tenant_id, event, subject_id });
    return;
  }
  const severity = severityOf(envelope);
  const outcome = await notifications.create(deps.documents, {
    type: "notification",
    id: eventId(message),
    tenant_id,
    bucket,
    event,
    ...(severity !== undefined && { severity }),
    envelope,
    created_at: deps.clock.now().toISOString(),
  });
  if (outcome === "done") deps.log.info("notification.delivered", { tenant_id, event, subject_id });
  await tellWebhooks(deps, tenant_id, envelope);
  await tellPeople(deps, tenant_id, envelope);
}

/** What was recorded when the event was first seen stands: every channel and every repeat tells the same. */
async function envelopeOf(
  deps: Needs,
  message: NotificationMessage,
  bucket: string,
): Promise<NotificationEvent | undefined> {
  const { tenant_id } = message;
  const known = await notifications.read(deps.documents, tenant_id, [bucket], eventId(message));
  return known?.envelope ?? (await newEnvelope(deps, message));
}

async function newEnvelope(
  { documents, settings }: Needs,
  message: NotificationMessage,
): Promise<NotificationEvent | undefined> {
  const { tenant_id, subject_id } = message;
  if (message.event === "incident-alert") {
    const stored = await incidents.read(documents, tenant_id, subject_id);
    return stored && incidentEvent(message, stored.record, settings.webOrigin);
  }
  if (message.event === "webhook-disabled") {
    const webhook = await webhooks.find(documents, tenant_id, subject_id.split(":")[0] ?? "");
    return webhook && webhookDisabledEvent(message, webhook, settings.webOrigin);
  }
  const run = await readRunSubject(documents, message);
  if (run === "gone") return undefined;
  if (run !== undefined) return scheduleEvent(message, run, settings.webOrigin);
  const stored = await readSession(documents, tenant_id, subject_id);
  return stored && sessionEvent(message, stored.session, settings.webOrigin);
}

async function tellWebhooks(
  deps: Needs,
  tenantId: string,
  envelope: NotificationEvent,
): Promise<void> {
  for (const webhook of await webhooks.list(deps.documents, tenantId)) {
    if (!isToldOf(webhook, envelope)) continue;
    await record(deps, tenantId, webhookTarget(webhook), envelope);
  }
}

async function tellPeople(
  deps: Needs,
  tenantId: string,
  envelope: NotificationEvent,
): Promise<void> {
  const everybody = preferences.everybody(deps, tenantId);
  await forEachBounded(everybody, PEOPLE_AT_ONCE, (person) =>
    tellPerson(deps, tenantId, person, envelope),
  );
}

async function tellPerson(
  deps: Needs,
  tenantId: string,
  person: PreferencesRecord,
  envelope: NotificationEvent,
): Promise<void> {
  if (!wants(person.preferences, envelope)) return;
  const until = holdUntil(person.preferences, deps.clock.now());
  for (const channel of SentChannel.options) {
    if (!person.preferences.channels[channel] || !isReached(deps, person, channel)) continue;
    const target = personTarget(person, channel);
    // Quiet hours, or another choice, may have begun since an earlier run told them in the other way.
    const bucket = bucketOf(target);
    if (await deliveries.isRecorded(deps.documents, tenantId, bucket, envelope.id)) continue;
    if (until === undefined) await record(deps, tenantId, target, envelope);
    else await hold(deps, tenantId, target, envelope, until);
  }
}

/** Defaults turn mail on for everybody: who has no address, and a deployment without a mail server, get none. */
const isReached = (
  { channels }: Needs,
  { email }: PreferencesRecord,
  channel: SentChannel,
): boolean => channel !== "email" || (email !== null && channels.hasEmail);

const personTarget = (
  { user_id, user_name }: PreferencesRecord,
  channel: SentChannel,
): DeliveryTarget => ({
  channel,
  target_kind: "person",
  target_id: user_id,
  target_name: user_name,
});

/**
 * A delivery that is recorded already is another run's, or an earlier one's. One to a receiver that is left alone waits from the
 * start, and takes no worker.
 */
async function record(
  deps: Needs,
  tenantId: string,
  target: DeliveryTarget,
  envelope: NotificationEvent,
): Promise<void> {
  const content = { messageId: envelope.id, envelopes: [envelope] };
  const now = deps.clock.now();
  const restMs = deps.circuits.restOf(
    receiverOf({ tenant_id: tenantId, bucket: bucketOf(target) }),
  );
  const firstAt = plusMs(now, restMs ?? 0);
  await deliveries.create(deps, newDelivery(target, content, tenantId, now, firstAt));
}

async function hold(
  { clock, documents }: Needs,
  tenantId: string,
  target: DeliveryTarget,
  envelope: NotificationEvent,
  until: Date,
): Promise<void> {
  const { channel, target_id, target_name } = target;
  await deliveries.hold(documents, {
    type: "held-event",
    id: heldId(envelope.id),
    tenant_id: tenantId,
    bucket: bucketOf(target),
    channel,
    target_id,
    target_name,
    envelope,
    due_at: until.toISOString(),
    created_at: clock.now().toISOString(),
  });
}
