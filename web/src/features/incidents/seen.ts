/** Which incidents the reader has looked at, kept in this browser for each reader. */
import { useCallback, useMemo, useSyncExternalStore } from "react";

import { useMe } from "../signIn/me.ts";

/** The newest are remembered; older ones left the queue long ago. */
const REMEMBERED_MAX = 3_000;

const listeners = new Set<() => void>();

interface Seen {
  has: (incidentId: string) => boolean;
  mark: (incidentId: string) => void;
}

export function useSeen(): Seen {
  const me = useMe();
  const key = `socmate.seen.${me.tenant_id}.${me.id}`;
  const text = useSyncExternalStore(subscribe, () => localStorage.getItem(key) ?? "");
  const ids = useMemo(() => new Set(text.split("\n")), [text]);
  const mark = useCallback(
    (id: string) => {
      const held = (localStorage.getItem(key) ?? "").split("\n").filter((each) => each !== "");
      if (held.includes(id)) return;
      localStorage.setItem(key, [...held.slice(1 - REMEMBERED_MAX), id].join("\n"));
      for (const listener of listeners) listener();
    },
    [key],
  );
  return useMemo(() => ({ has: (id: string) => ids.has(id), mark }), [ids, mark]);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  addEventListener("storage", listener);
  return () => {
    listeners.delete(listener);
    removeEventListener("storage", listener);
  };
}
