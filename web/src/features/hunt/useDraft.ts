/** The query being written: kept in this tab, so neither an error nor a reload loses it. */
import { useState } from "react";

interface Draft {
  text: string;
  /** The query of the address when the writing began: another address brings another query. */
  base: string;
}

export function useDraft(reader: string, ofAddress: string): [string, (text: string) => void] {
  const key = `socmate.hunt.${reader}`;
  const [text, setText] = useState(() => {
    const draft = stored(key);
    return draft?.base === ofAddress ? draft.text : ofAddress;
  });
  const write = (next: string) => {
    setText(next);
    const draft: Draft = { text: next, base: ofAddress };
    sessionStorage.setItem(key, JSON.stringify(draft));
  };
  return [text, write];
}

function stored(key: string): Draft | undefined {
  try {
    const draft: Draft | null = JSON.parse(sessionStorage.getItem(key) ?? "null");
    return draft ?? undefined;
  } catch {
    return undefined;
  }
}
