/** What people and systems are told of a schedule's runs. */
import type { NotificationMessage } from "../schemas/messages.ts";
import type { NotificationEvent } from "../schemas/notifications.ts";
import type { ScheduleRunRecord } from "../schemas/scheduleRuns.ts";
import type { ScheduleRecord } from "../schemas/schedules.ts";
import type { SessionRecord } from "../schemas/sessions.ts";
import { eventId } from "./notifications.ts";

/** What the event is about, as it is stored now. */
interface Subject {
  schedule: Pick<ScheduleRecord, "id" | "name">;
  run: ScheduleRunRecord;
  /** Absent when the run had none, or when it was removed since. */
  session: Pick<SessionRecord, "report"> | undefined;
}

/**
 * The envelope that tells how a run ended, or that it disabled its schedule; `undefined` while the run has not ended in
 * the way the message says. @param webOrigin where the page lives, without a trailing slash.
 */
export function scheduleEvent(
  message: NotificationMessage,
  { schedule, run, session }: Subject,
  webOrigin: string,
): NotificationEvent | undefined {
  const { tenant_id, at: timestamp } = message;
  const envelope = { id: eventId(message), timestamp, tenant_id };
  const named = { schedule_id: schedule.id, schedule_name: schedule.name };
  const page = `${webOrigin}/schedules/${schedule.id}`;
  const url = run.session_id === null ? page : `${webOrigin}/sessions/${run.session_id}`;
  const consecutive_failures = run.consecutive_failures ?? 0;
  if (message.event === "investigation-completed" && run.status === "completed") {
    const data = { ...named, ...outcomeOf(run, session), url };
    return { ...envelope, type: "investigation-completed", data };
  }
  if (run.error === null) return undefined;
  if (message.event === "investigation-failed") {
    const session_id = run.session_id === null ? {} : { session_id: run.session_id };
    // A run is tried once: what the platform failed in is repeated within it.
    const data = { ...session_id, ...named, error: run.error, attempt: 1, consecutive_failures };
    return { ...envelope, type: "investigation-failed", data: { ...data, url } };
  }
  if (message.event !== "schedule-disabled") return undefined;
  const data = { ...named, consecutive_failures, last_error: run.error, url: page };
  return { ...envelope, type: "schedule-disabled", data };
}

function outcomeOf(run: ScheduleRunRecord, session: Subject["session"]) {
  const { changes } = run;
  return {
    session_id: run.session_id ?? "",
    verdict: run.verdict ?? "undetermined",
    confidence: session?.report?.confidence ?? 0,
    summary: (session?.report?.summary ?? []).map(({ text }) => text).join(" "),
    ...(changes !== null && {
      changes: {
        summary: changes.summary,
        new: changes.new.length,
        gone: changes.gone.length,
        changed: changes.changed.length,
      },
    }),
    duration_ms: run.duration_ms ?? 0,
  };
}
