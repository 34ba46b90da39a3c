/** A form that is being filled in is kept in this tab until it is saved or given up: no error or reload loses it. */
import { useState } from "react";

import type { ScheduleDraft } from "./draft.ts";

export interface DraftState {
  draft: ScheduleDraft;
  set: (changes: Partial<ScheduleDraft>) => void;
  drop: () => void;
  /** What is here was typed before and came back. */
  isRestored: boolean;
}

/** `place`: who writes and which schedule. `start`: the form when nothing was typed yet. */
export function useScheduleDraft(place: string, start: ScheduleDraft): DraftState {
  const key = `socmate.schedule.${place}`;
  const [kept] = useState(() => stored(key));
  const [typed, setTyped] = useState<Partial<ScheduleDraft>>({ ...kept });
  return {
    draft: { ...start, ...typed },
    isRestored: kept !== undefined,
    set: (changes) => {
      const next = { ...typed, ...changes };
      setTyped(next);
      sessionStorage.setItem(key, JSON.stringify(next));
    },
    drop: () => sessionStorage.removeItem(key),
  };
}

function stored(key: string): Partial<ScheduleDraft> | undefined {
  try {
    const draft: Partial<ScheduleDraft> | null = JSON.parse(sessionStorage.getItem(key) ?? "null");
    return draft ?? undefined;
  } catch {
    return undefined;
  }
}
