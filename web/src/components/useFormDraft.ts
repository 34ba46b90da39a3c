/**
 * A form that is being filled in: kept in this tab until it is saved or given up, so neither an error nor a reload loses
 * it. Secrets alone are kept only while the page lives: storage is no place for one.
 */
import { useState } from "react";

export interface FormDraft<Fields> {
  draft: Fields;
  set: (changes: Partial<Fields>) => void;
  drop: () => void;
  /** What is here was typed before and came back. */
  isRestored: boolean;
}

/**
 * @param place which form of which record, and who fills it in.
 * @param start the form when nothing was typed yet.
 * @param secret the field that is not kept.
 */
export function useFormDraft<Fields extends object>(
  place: string,
  start: Fields,
  secret?: keyof Fields,
): FormDraft<Fields> {
  const key = `socmate.${place}`;
  const [kept] = useState(() => stored<Fields>(key));
  // Only what was typed: a field that nobody touched shows what is saved now.
  const [typed, setTyped] = useState<Partial<Fields>>({ ...kept });
  return {
    draft: { ...start, ...typed },
    isRestored: kept !== undefined,
    set: (changes) => {
      const next = { ...typed, ...changes };
      setTyped(next);
      const storable = Object.entries(next).filter(([name]) => name !== secret);
      sessionStorage.setItem(key, JSON.stringify(Object.fromEntries(storable)));
    },
    drop: () => sessionStorage.removeItem(key),
  };
}

function stored<Fields>(key: string): Partial<Fields> | undefined {
  try {
    const draft: Partial<Fields> | null = JSON.parse(sessionStorage.getItem(key) ?? "null");
    return draft ?? undefined;
  } catch {
    return undefined;
  }
}
