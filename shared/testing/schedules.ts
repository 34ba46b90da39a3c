/** A tenant with a schedule, and what the program does over time: check, start, investigate, settle, tell. */
import * as scheduleRuns from "../repositories/scheduleRuns.ts";
import * as schedules from "../repositories/schedules.ts";
import { NotificationMessage, ScheduleRunMessage } from "../schemas/messages.ts";
import type { ScheduleRunRecord } from "../schemas/scheduleRuns.ts";
import { CreateScheduleBody, type ScheduleRecord } from "../schemas/schedules.ts";
import { advanceScheduledRun } from "../services/advanceScheduledRun.ts";
import { checkSchedules } from "../services/checkSchedules.ts";
import { createSchedule } from "../services/createSchedule.ts";
import { monitorRuns } from "../services/monitorRuns.ts";
import { startInvestigation } from "../services/startInvestigation.ts";
import { drain, type TestDeps } from "./deps.ts";
import { aPrincipal, TENANT } from "./fixtures.ts";
import { work } from "./investigation.ts";

/** Every day at eight in the morning, UTC, about the fixtures' incident. */
export const aScheduleBody = (over: Partial<CreateScheduleBody> = {}): CreateScheduleBody => ({
  ...CreateScheduleBody.parse({
    name: "Morning check",
    user_query: "Was the password of #12345 guessed?",
    frequency: "daily",
    scheduled_time: "08:00",
  }),
  ...over,
});

/** Stores a schedule as a person would. */
export async function scheduled(
  deps: TestDeps,
  over: Partial<CreateScheduleBody> = {},
): Promise<ScheduleRecord> {
  return (await createSchedule(deps, aPrincipal(), aScheduleBody(over))).record;
}

export const advance = (deps: TestDeps, run: ScheduleRunMessage): Promise<void> =>
  advanceScheduledRun(deps, run, (...start) => startInvestigation(deps, ...start));

export const monitor = (deps: TestDeps): Promise<void> =>
  monitorRuns(deps, (run) => advance(deps, run));

/** Delivers what waits on the queue of schedules; @returns how many messages there were. */
export async function deliverRuns(deps: TestDeps): Promise<number> {
  const messages = await drain(deps.queue, "schedules");
  for (const { body } of messages) await advance(deps, ScheduleRunMessage.parse(body));
  return messages.length;
}

/** Moves the clock to the time, checks, and works until the begun runs have ended. */
export async function runAt(deps: TestDeps, time: string): Promise<void> {
  deps.clock.set(time);
  await checkSchedules(deps);
  await deliverRuns(deps);
  await work(deps);
  await deliverRuns(deps);
}

export async function scheduleNow(
  { documents }: TestDeps,
  { id }: { id: string },
): Promise<ScheduleRecord> {
  const stored = await schedules.readAny(documents, TENANT, id);
  if (stored === undefined) throw new Error("The schedule is gone.");
  return stored.record;
}

/** The runs of a schedule, newest first. */
export const runsOf = (
  { documents }: TestDeps,
  { id }: { id: string },
): Promise<ScheduleRunRecord[]> => scheduleRuns.newest(documents, id);

/** Events that were asked to be told, oldest first. */
export async function told({ queue }: TestDeps): Promise<string[]> {
  const messages = await drain(queue, "notifications");
  return messages.map(({ body }) => NotificationMessage.parse(body).event);
}
