/** What a notification of a schedule's run is about. */
import { runOfSubject } from "../domain/scheduleRuns.ts";
import type { DocumentStore } from "../ports/documentStore.ts";
import type { NotificationMessage } from "../schemas/messages.ts";
import type { ScheduleRunRecord } from "../schemas/scheduleRuns.ts";
import type { ScheduleRecord } from "../schemas/schedules.ts";
import type { SessionRecord } from "../schemas/sessions.ts";
import * as scheduleRuns from "./scheduleRuns.ts";
import * as schedules from "./schedules.ts";
import { readSession } from "./sessions.ts";

export interface RunSubject {
  schedule: ScheduleRecord;
  run: ScheduleRunRecord;
  session: SessionRecord | undefined;
}

/** `undefined` when the message names no run; `gone` when the run or its schedule is not the tenant's any more. */
export async function readRunSubject(
  documents: DocumentStore,
  { tenant_id, subject_id }: NotificationMessage,
): Promise<RunSubject | "gone" | undefined> {
  const named = runOfSubject(subject_id);
  if (named === undefined) return undefined;
  const { schedule_id, id: run_id } = named;
  const schedule = await schedules.read(documents, tenant_id, schedule_id);
  const stored = await scheduleRuns.read(documents, { tenant_id, schedule_id, run_id });
  if (schedule === undefined || stored === undefined) return "gone";
  const session = await readSession(documents, tenant_id, stored.run.session_id ?? "");
  return { schedule: schedule.record, run: stored.run, session: session?.session };
}
