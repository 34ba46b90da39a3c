/** When a schedule runs (seed 004): five frequencies, each with the fields that it needs, in an IANA time zone. */
import { z } from "zod";

export const Frequency = z.enum(["once", "daily", "weekly", "monthly", "custom"]);
export type Frequency = z.infer<typeof Frequency>;

/** In cron's order: its number of a day is the index here. */
export const DAYS_OF_WEEK = [
  "sunday",
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
] as const;

/** A day's English name in any case, or cron's number: 0 and 7 are Sunday. */
export const DayOfWeek = z.preprocess((value) => {
  if (typeof value === "string") return value.toLowerCase();
  return typeof value === "number" && value <= 7 ? DAYS_OF_WEEK[value % 7] : value;
}, z.enum(DAYS_OF_WEEK));

/** `08:00` on a 24-hour clock; for `once` a date-time, with an offset or in the schedule's time zone. */
const TimeOfRun = z
  .string()
  .trim()
  .max(40)
  .regex(
    /^(?:[01]\d|2[0-3]):[0-5]\d$|^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)?$/,
    "Give a time such as 08:00, or for once a date and time such as 2027-01-31T22:00.",
  );

export const ScheduleTiming = z.object({
  frequency: Frequency,
  scheduled_time: TimeOfRun.nullable(),
  day_of_week: DayOfWeek.nullable(),
  /** A month that lacks the day runs on its last one. */
  day_of_month: z.int().min(1).max(31).nullable(),
  /** Five fields: minute, hour, day of month, month, day of week. */
  cron: z.string().trim().max(200).nullable(),
  /** IANA name, such as Europe/Berlin. */
  timezone: z.string().min(1).max(64),
});
export type ScheduleTiming = z.infer<typeof ScheduleTiming>;
