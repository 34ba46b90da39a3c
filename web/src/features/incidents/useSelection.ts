/** Which rows of the queue are selected for an action on all of them. */
import { useMemo, useRef, useState } from "react";

import type { IncidentSummary } from "../../../../shared/schemas/incidents.ts";

/** What one request takes. */
const SELECTED_MAX = 100;

export interface Selection {
  /** By id, as they were when they were selected. */
  chosen: ReadonlyMap<string, IncidentSummary>;
  isFull: boolean;
  toggle: (incident: IncidentSummary) => void;
  /** Selects all rows between the last toggled one and this. */
  extendTo: (incident: IncidentSummary) => void;
  /** Selects as many of the loaded rows as one request takes; clears when they are selected already. */
  toggleAll: () => void;
  clear: () => void;
}

export function useSelection(rows: readonly IncidentSummary[]): Selection {
  const [chosen, setChosen] = useState<ReadonlyMap<string, IncidentSummary>>(new Map());
  const last = useRef<string>(undefined);
  return useMemo(() => {
    const add = (more: readonly IncidentSummary[]) =>
      setChosen((before) => {
        const next = new Map(before);
        for (const one of more) if (next.size < SELECTED_MAX) next.set(one.id, one);
        return next;
      });
    return {
      chosen,
      isFull: chosen.size === SELECTED_MAX,
      clear: () => setChosen(new Map()),
      toggle: (incident) => {
        last.current = incident.id;
        if (!chosen.has(incident.id)) return add([incident]);
        setChosen(new Map([...chosen].filter(([id]) => id !== incident.id)));
      },
      extendTo: (incident) => {
        const from = rows.findIndex(({ id }) => id === last.current);
        const to = rows.findIndex(({ id }) => id === incident.id);
        add(from === -1 ? [incident] : rows.slice(Math.min(from, to), Math.max(from, to) + 1));
        last.current = incident.id;
      },
      toggleAll: () => {
        const all = rows.slice(0, SELECTED_MAX);
        if (chosen.size > 0 && all.every(({ id }) => chosen.has(id))) setChosen(new Map());
        else setChosen(new Map(all.map((one) => [one.id, one])));
      },
    };
  }, [chosen, rows]);
}
