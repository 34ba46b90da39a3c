/** Schedules as people read them. */
import type { RunStatus } from "../../../../shared/schemas/scheduleRuns.ts";
import type { ScheduleStatus, ScheduleSummary } from "../../../../shared/schemas/schedules.ts";
import type { Persona } from "../../../../shared/schemas/sessions.ts";

export const STATUS_WORD: Readonly<Record<ScheduleStatus, string>> = {
  ACTIVE: "Active",
  PAUSED: "Paused",
  COMPLETED: "Completed",
  FAILED: "Disabled after failures",
};

export const RUN_WORD: Readonly<Record<RunStatus, string>> = {
  running: "Running",
  completed: "Completed",
  failed: "Failed",
};

export const PERSONA_WORD: Readonly<Record<Persona, string>> = {
  soc_analyst: "SOC analyst",
  threat_hunter: "Threat hunter",
  incident_responder: "Incident responder",
  ciso: "CISO",
};

export const DAYS = [
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
  "sunday",
] as const;

export const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

type Timing = Pick<
  ScheduleSummary,
  "frequency" | "scheduled_time" | "day_of_week" | "day_of_month" | "cron" | "timezone"
>;

/** "Weekly on Monday at 08:00, Europe/Berlin". */
export function timingWords(timing: Timing): string {
  return `${timesWords(timing)}, ${timing.timezone}`;
}

const timesWords = (timing: Timing): string => TIMES_WORDS[timing.frequency](timing);

const TIMES_WORDS: Readonly<Record<Timing["frequency"], (timing: Timing) => string>> = {
  once: ({ scheduled_time }) => `Once at ${(scheduled_time ?? "").replace("T", " ")}`,
  daily: ({ scheduled_time }) => `Daily at ${scheduled_time ?? ""}`,
  weekly: ({ scheduled_time, day_of_week }) =>
    `Weekly on ${capitalised(day_of_week ?? "")} at ${scheduled_time ?? ""}`,
  monthly: ({ scheduled_time, day_of_month }) =>
    `Monthly on day ${day_of_month ?? ""} at ${scheduled_time ?? ""}`,
  custom: ({ cron }) => `Cron ${cron ?? ""}`,
};

/** "41 s", "2 min 5 s", "1 h 3 min". */
export function durationWords(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** "in 3 h 12 min"; "now" when it is due. */
export function countdownWords(ms: number): string {
  if (ms <= 0) return "now";
  const minutes = Math.ceil(ms / 60_000);
  if (minutes < 60) return `in ${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `in ${hours} h ${minutes % 60} min`;
  return `in ${Math.floor(hours / 24)} d ${hours % 24} h`;
}
