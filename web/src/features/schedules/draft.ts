/** A schedule's form being filled in: what the fields hold, and what that means as a body. */
import type { ScheduleView } from "../../../../shared/schemas/schedules.ts";
import { changedRows, type ConflictRow } from "../../components/Conflict.tsx";

export interface ScheduleDraft {
  name: string;
  description: string;
  user_query: string;
  persona: string;
  /** `sentinel` for the default one. */
  provider: string;
  frequency: string;
  /** `08:00`. */
  time: string;
  /** `2027-01-31T22:00`, of a schedule that runs once. */
  date_time: string;
  day_of_week: string;
  day_of_month: string;
  cron: string;
  timezone: string;
  require_model: boolean;
}

export type DraftField = keyof ScheduleDraft;

const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

const emptyDraft = (): ScheduleDraft => ({
  name: "",
  description: "",
  user_query: "",
  persona: "soc_analyst",
  provider: "sentinel",
  frequency: "daily",
  time: "08:00",
  date_time: "",
  day_of_week: "monday",
  day_of_month: "1",
  cron: "0 */6 * * *",
  timezone: ownZone(),
  require_model: false,
});

/** What the form holds at first: the saved schedule, with the usual value where its frequency has none. */
export function draftOf(view: ScheduleView | undefined): ScheduleDraft {
  const empty = emptyDraft();
  if (view === undefined) return empty;
  const { name, description, user_query, persona, provider, timezone, require_model } = view;
  const isOnce = view.frequency === "once";
  return {
    name,
    description,
    user_query,
    persona,
    provider,
    timezone,
    require_model,
    frequency: view.frequency,
    time: isOnce ? empty.time : (view.scheduled_time ?? empty.time),
    date_time: isOnce ? (view.scheduled_time ?? "").slice(0, 16) : "",
    day_of_week: view.day_of_week ?? empty.day_of_week,
    day_of_month: String(view.day_of_month ?? empty.day_of_month),
    cron: view.cron ?? empty.cron,
  };
}

/** The timing alone; fields that the frequency does not use are left out. */
export function timingOf(draft: ScheduleDraft): Record<string, unknown> {
  const { frequency, time, timezone } = draft;
  const base = { frequency, timezone: timezone.trim() };
  switch (frequency) {
    case "once":
      return { ...base, scheduled_time: draft.date_time === "" ? null : draft.date_time };
    case "weekly":
      return { ...base, scheduled_time: time, day_of_week: draft.day_of_week };
    case "monthly":
      return { ...base, scheduled_time: time, day_of_month: Number(draft.day_of_month) };
    case "custom":
      return { ...base, cron: draft.cron };
    default:
      return { ...base, scheduled_time: time };
  }
}

/** The whole body of a creation. */
export function bodyOf(draft: ScheduleDraft): Record<string, unknown> {
  const { name, description, user_query, persona, provider, require_model } = draft;
  const own = { name, description, user_query, persona, provider, require_model };
  return { ...own, ...timingOf(draft) };
}

/** What differs from the saved schedule: another person's change of another field stays. */
export function changesOf(draft: ScheduleDraft, view: ScheduleView): Record<string, unknown> {
  const before = bodyOf(draftOf(view));
  const after = bodyOf(draft);
  return Object.fromEntries(
    Object.entries(after).filter(([field, value]) => before[field] !== value),
  );
}

/** What of the form's fields somebody else saved otherwise. */
export function changesBetween(before: ScheduleView, now: ScheduleView): ConflictRow[] {
  const [old, current] = [bodyOf(draftOf(before)), bodyOf(draftOf(now))];
  const fields = [...new Set([...Object.keys(old), ...Object.keys(current)])];
  const words = fields.map((field) => [field, (body: typeof old) => wordsOf(body[field])] as const);
  return changedRows(Object.fromEntries(words), old, current);
}

function wordsOf(value: unknown): string {
  if (value === undefined || value === null || value === "") return "(empty)";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Wire name of a faulty field to the draft's. */
export function fieldNamed(pointer: string, draft: ScheduleDraft): DraftField | undefined {
  const name = pointer.split("/")[1] ?? "";
  if (name === "scheduled_time") return draft.frequency === "once" ? "date_time" : "time";
  return Object.keys(draft).find((field): field is DraftField => field === name);
}
