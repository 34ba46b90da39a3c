/** Puts an event into its tenant's feed, where every inbox finds it. A message that comes twice does it once. */
import { eventId, incidentEvent, sessionEvent } from "../domain/notifications.ts";
import { scheduleEvent } from "../domain/scheduleEvents.ts";
import { runOfSubject } from "../domain/scheduleRuns.ts";
import type { Deps } from "../ports/deps.ts";
import * as incidents from "../repositories/incidents.ts";
import * as notifications from "../repositories/notifications.ts";
import * as scheduleRuns from "../repositories/scheduleRuns.ts";
import * as schedules from "../repositories/schedules.ts";
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
  const of = runOfSubject(subject_id);
  if (of !== undefined) return runEnvelope({ documents, settings }, message, of);
  const stored = await readSession(documents, tenant_id, subject_id);
  return stored && sessionEvent(message, stored.session, settings.webOrigin);
}

/** Of a schedule's run, which tells of its session itself. */
async function runEnvelope(
  { documents, settings }: Pick<Needs, "documents" | "settings">,
  message: NotificationMessage,
  of: { schedule_id: string; id: string },
): Promise<NotificationEvent | undefined> {
  const { tenant_id } = message;
  const { schedule_id, id: run_id } = of;
  const schedule = await schedules.read(documents, tenant_id, schedule_id);
  const run = await scheduleRuns.read(documents, { tenant_id, schedule_id, run_id });
  if (schedule === undefined || run === undefined) return undefined;
  const session = await readSession(documents, tenant_id, run.run.session_id ?? "");
  const subject = { schedule: schedule.record, run: run.run, session: session?.session };
  return scheduleEvent(message, subject, settings.webOrigin);
}
