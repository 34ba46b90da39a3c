/** The incident the keys act on and the preview shows; it is in the address, so that Back returns to it. */
import { useEffect, useState } from "react";

import type { IncidentSummary } from "../../../../shared/schemas/incidents.ts";
import { useSettled } from "../../components/useSettled.ts";
import { useSeen } from "./seen.ts";

const HIDDEN = "socmate.preview-off";
/** Walking over rows changes neither the address nor what counts as seen. */
const SETTLED_MS = 300;

export interface Current {
  incident: IncidentSummary | undefined;
  choose: (id: string) => void;
  /** Whether the preview shows at all. */
  isShown: boolean;
  toggleShown: () => void;
  /** Closes the preview of this incident; the next one chosen shows again. */
  hide: () => void;
}

export function useCurrent(
  rows: readonly IncidentSummary[],
  inAddress: string | undefined,
  onRow: (id: string | undefined) => void,
): Current {
  const [id, setId] = useState(inAddress);
  const [isShown, setShown] = useState(() => localStorage.getItem(HIDDEN) === null);
  const settled = useSettled(id, SETTLED_MS);
  const { mark } = useSeen();
  useEffect(() => {
    if (settled === id && settled !== inAddress) onRow(settled);
  }, [settled, id, inAddress, onRow]);
  const incident = id === undefined ? undefined : rows.find((row) => row.id === id);
  const isPreviewed = isShown && incident !== undefined && settled === id;
  useEffect(() => {
    if (isPreviewed && id !== undefined) mark(id);
  }, [isPreviewed, id, mark]);
  const toggleShown = () => {
    if (isShown) localStorage.setItem(HIDDEN, "1");
    else localStorage.removeItem(HIDDEN);
    setShown(!isShown);
  };
  return { incident, choose: setId, isShown, toggleShown, hide: () => setId(undefined) };
}
