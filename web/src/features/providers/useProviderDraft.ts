/**
 * A provider's form being filled in: kept in this tab until it is saved or given up, so neither an error nor a
 * reload loses it. The secret alone is kept only while the page lives: storage is no place for one.
 */
import { useState } from "react";

import type { ProviderDraft } from "./draft.ts";

export interface DraftState {
  draft: ProviderDraft;
  set: (changes: Partial<ProviderDraft>) => void;
  drop: () => void;
  /** What is here was typed before and came back. */
  isRestored: boolean;
}

/** `place`: who writes and which provider. `start`: the form when nothing was typed yet. */
export function useProviderDraft(place: string, start: ProviderDraft): DraftState {
  const key = `socmate.provider.${place}`;
  const [kept] = useState(() => stored(key));
  // Only what was typed: a field that nobody touched shows what is saved now.
  const [typed, setTyped] = useState<Partial<ProviderDraft>>({ ...kept });
  return {
    draft: { ...start, ...typed },
    isRestored: kept !== undefined,
    set: (changes) => {
      const next = { ...typed, ...changes };
      setTyped(next);
      const { client_secret: _secret, ...rest } = next;
      sessionStorage.setItem(key, JSON.stringify(rest));
    },
    drop: () => sessionStorage.removeItem(key),
  };
}

function stored(key: string): Partial<ProviderDraft> | undefined {
  try {
    const draft: Partial<ProviderDraft> | null = JSON.parse(sessionStorage.getItem(key) ?? "null");
    return draft ?? undefined;
  } catch {
    return undefined;
  }
}
