/** Events as people choose them. */
import type { ChosenEvent } from "../../../../shared/schemas/notificationPreferences.ts";

export const EVENT_WORDS: Readonly<Record<ChosenEvent, { title: string; hint: string }>> = {
  "incident-alert": { title: "New incident", hint: "Medium, High and Critical ones" },
  "investigation-completed": {
    title: "Investigation completed",
    hint: "Of schedules, and of those that you asked to be told of",
  },
  "investigation-failed": { title: "Investigation failed", hint: "With the reason" },
  "schedule-disabled": { title: "Schedule stopped", hint: "After five failures in a row" },
};
