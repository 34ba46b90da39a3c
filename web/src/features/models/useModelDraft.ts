/** The model form's draft: kept in this tab until it is saved, the key excepted. */
import { useState } from "react";

import { useMe } from "../signIn/me.ts";
import type { ModelDraft } from "./draft.ts";

export function useModelDraft(name: string, fresh: ModelDraft) {
  const key = `socmate.model.${useMe().id}.${name}`;
  const [draft, setDraft] = useState((): ModelDraft => {
    const kept = sessionStorage.getItem(key);
    return kept === null ? fresh : { ...fresh, ...JSON.parse(kept) };
  });
  return {
    draft,
    set: (changes: Partial<ModelDraft>) => {
      const next = { ...draft, ...changes };
      // A secret is never kept where scripts could read it later.
      sessionStorage.setItem(key, JSON.stringify({ ...next, api_key: "" }));
      setDraft(next);
    },
    drop: () => sessionStorage.removeItem(key),
  };
}
