/** Puts an event into its tenant's feed, where every inbox finds it. A message that comes twice does it once. */
import { eventId, incidentEvent, sessionEvent } from "../domain/notifications.ts";
import type { Deps } from "../ports/deps.ts";
import * as incidents from "../repositories/incidents.ts";
import * as notifications from "../repositories/notifications.ts";
import { readSession } from "../repositories/sessions.ts";
import type { NotificationMessage } from "../schemas/messages.ts";
import type { NotificationEvent } from "../schemas/notifications.ts";

type Needs = Pick<Deps, "clock" | "documents" | "log" | "settings">;

/** Reads the subject as it is now. A subject that is gone, or has not ended after all, concerns nobody. */
export async function deliverNotification(
  deps: Needs,
  message: NotificationMessage,
): Promise<void> {
  const { tenant_id, event, subject_id } = message;
  const envelope = await envelopeOf(deps, message);
  if (envelope === undefined) {
    deps.log.warn("notification.without-subject", { tenant_id, event, subject_id });
    return;
  }
  const outcome = await notifications.create(deps.documents, {
    type: "notification",
    id: eventId(message),
    tenant_id,
    bucket: notifications.feedBucket(new Date(message.at)),
    event,
    envelope,
    created_at: deps.clock.now().toISOString(),
  });
  if (outcome === "done") deps.log.info("notification.delivered", { tenant_id, event, subject_id });
}

async function envelopeOf(
  { documents, settings }: Needs,
  message: NotificationMessage,
): Promise<NotificationEvent | undefined> {
  const { tenant_id, subject_id } = message;
  if (message.event === "incident-alert") {
    const stored = await incidents.read(documents, tenant_id, subject_id);
    return stored && incidentEvent(message, stored.record, settings.webOrigin);
  }
  const stored = await readSession(documents, tenant_id, subject_id);
  return stored && sessionEvent(message, stored.session, settings.webOrigin);
}
