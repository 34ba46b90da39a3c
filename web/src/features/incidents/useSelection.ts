/** Which rows of the queue are selected for an action on all of them. */
import { useMemo, useState } from "react";

/** What one request takes. */
export const SELECTED_MAX = 100;

export interface Selection {
  numbers: ReadonlySet<number>;
  toggle: (number: number) => void;
  clear: () => void;
}

export function useSelection(): Selection {
  const [numbers, setNumbers] = useState<ReadonlySet<number>>(new Set());
  return useMemo(
    () => ({
      numbers,
      clear: () => setNumbers(new Set()),
      toggle: (number) =>
        setNumbers((before) => {
          const next = new Set(before);
          if (!next.delete(number) && next.size < SELECTED_MAX) next.add(number);
          return next;
        }),
    }),
    [numbers],
  );
}
