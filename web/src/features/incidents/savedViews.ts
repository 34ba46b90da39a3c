/** Named views of the queue: a name for an address. They belong to one reader, in this browser. */
import { useState } from "react";

import { useMe } from "../signIn/me.ts";
import { filtersOf } from "./filters.ts";
import type { QueueFilters } from "./filters.ts";

export interface SavedView {
  name: string;
  filters: QueueFilters;
}

/** Views that everybody has. */
export const BUILT_IN: readonly SavedView[] = [
  { name: "All of the week", filters: {} },
  { name: "My queue", filters: { owner: "me", status: ["new", "active"] } },
  { name: "Unassigned, open", filters: { owner: "none", status: ["new", "active"] } },
  {
    name: "High and above, open",
    filters: { severity: ["critical", "high"], status: ["new", "active"], timespan: "P30D" },
  },
];

/** True when both show the same list; what the preview shows does not count. */
export const isSameView = (a: QueueFilters, b: QueueFilters): boolean => listOf(a) === listOf(b);

function listOf({ row: _row, ...rest }: QueueFilters): string {
  const { severity, status, ...others } = filtersOf({ ...rest });
  return JSON.stringify({ ...others, severity: severity?.join(), status: status?.join() });
}

export function useSavedViews() {
  const me = useMe();
  const key = `socmate.views.${me.tenant_id}.${me.id}`;
  const [views, setViews] = useState(() => stored(key));
  const keep = (next: SavedView[]) => {
    localStorage.setItem(key, JSON.stringify(next));
    setViews(next);
  };
  return {
    views,
    /** Replaces a view of the same name. */
    save: (name: string, { row: _row, ...filters }: QueueFilters) =>
      keep([...views.filter((view) => view.name !== name), { name, filters }]),
    remove: (name: string) => keep(views.filter((view) => view.name !== name)),
  };
}

function stored(key: string): SavedView[] {
  try {
    const parsed: unknown = JSON.parse(localStorage.getItem(key) ?? "[]");
    return Array.isArray(parsed) ? parsed.flatMap(viewOf) : [];
  } catch {
    return [];
  }
}

/** One view as far as this version understands it. */
function viewOf(value: unknown): SavedView[] {
  if (typeof value !== "object" || value === null) return [];
  const { name, filters }: { name?: unknown; filters?: unknown } = value;
  if (typeof name !== "string" || typeof filters !== "object" || filters === null) return [];
  return [{ name, filters: filtersOf({ ...filters }) }];
}
