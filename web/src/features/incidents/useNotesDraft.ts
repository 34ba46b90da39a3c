/** A note being written: kept in this tab until it is saved, so neither an error nor a reload loses it. */
import { useState } from "react";

interface Draft {
  text: string;
  /** The saved note when the writing began. */
  base: string;
}

export interface NotesDraft {
  /** Undefined while nothing unsaved is there. */
  draft: Draft | undefined;
  write: (text: string) => void;
  drop: () => void;
}

export function useNotesDraft(reader: string, incidentId: string, saved: string): NotesDraft {
  const key = `socmate.note.${reader}.${incidentId}`;
  const [draft, setDraft] = useState(() => stored(key));
  const keep = (next: Draft | undefined) => {
    setDraft(next);
    if (next === undefined) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify(next));
  };
  return {
    draft,
    write: (text) => {
      const base = draft?.base ?? saved;
      keep(text === base ? undefined : { text, base });
    },
    drop: () => keep(undefined),
  };
}

function stored(key: string): Draft | undefined {
  try {
    const draft: Draft | null = JSON.parse(sessionStorage.getItem(key) ?? "null");
    return draft ?? undefined;
  } catch {
    return undefined;
  }
}
