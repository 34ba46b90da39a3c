/** The start dialog's draft: kept in this tab until the investigation has started. */
import { useState } from "react";

import { useMe } from "../signIn/me.ts";
import { newDraft, type OfIncident, type StartDraft } from "./startDraft.ts";

export function useStartDraft(incident: OfIncident | undefined) {
  const key = `socmate.start.${useMe().id}.${incident?.number ?? "free"}`;
  const [draft, setDraft] = useState((): StartDraft => {
    const kept = sessionStorage.getItem(key);
    const fresh = newDraft(incident);
    return kept === null ? fresh : { ...fresh, ...JSON.parse(kept) };
  });
  return {
    draft,
    set: (changes: Partial<StartDraft>) => {
      const next = { ...draft, ...changes };
      sessionStorage.setItem(key, JSON.stringify(next));
      setDraft(next);
    },
    drop: () => sessionStorage.removeItem(key),
  };
}
