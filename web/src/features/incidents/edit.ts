/** Edits of local fields: shown at once, sent with the version they were made on, and never over somebody else's. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import type {
  IncidentPatch,
  IncidentView,
  LocalFields,
} from "../../../../shared/schemas/incidents.ts";
import type { ApiClient } from "../../api/client.ts";
import { useApi } from "../../api/context.ts";
import { isOverrun } from "../../api/problem.ts";
import { fetchIncident, headKey, incidentKey, patchIncident } from "./queries.ts";
import type { HeldIncident, IncidentRef } from "./queries.ts";

type Field = keyof LocalFields;
const FIELDS: readonly Field[] = ["notes", "local_status", "assigned_to", "tags", "local_severity"];

/** What to change, and what these fields were when the person began. */
export interface Edit {
  patch: IncidentPatch;
  base: Partial<LocalFields>;
}

export type EditState =
  | { kind: "idle" }
  | { kind: "saving" }
  | { kind: "saved"; undo: Edit }
  | { kind: "failed"; error: unknown; edit: Edit }
  | { kind: "conflict"; edit: Edit; theirs: IncidentView };

type Outcome = { saved: HeldIncident } | { theirs: HeldIncident };

const TRIES = 3;

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The fields of the edit that somebody else changed since it began. */
export function conflictsOf({ patch, base }: Edit, now: IncidentView): Field[] {
  return FIELDS.filter(
    (field) => field in patch && !same(base[field], now[field]) && !same(patch[field], now[field]),
  );
}

/** A newer version alone is no conflict: the sync moves it too. A change of the same field is. */
async function send(
  api: ApiClient,
  ref: IncidentRef,
  edit: Edit,
  held: HeldIncident,
): Promise<Outcome> {
  let version = held;
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    if (conflictsOf(edit, version.incident).length > 0) break;
    try {
      return { saved: await patchIncident(api, ref, edit.patch, version.etag) };
    } catch (error) {
      if (!isOverrun(error)) throw error;
      version = await fetchIncident(api, ref);
    }
  }
  return { theirs: version };
}

const valuesOf = (patch: IncidentPatch, incident: IncidentView): Partial<LocalFields> =>
  Object.fromEntries(
    FIELDS.filter((field) => field in patch).map((field) => [field, incident[field]]),
  );

export interface Editor {
  state: EditState;
  /** Resolves to true when the server took the change. */
  save: (edit: Edit) => Promise<boolean>;
  keepMine: () => Promise<boolean>;
  takeTheirs: () => void;
}

export function useEditor(ref: IncidentRef): Editor {
  const api = useApi();
  const cache = useQueryClient();
  const [state, setState] = useState<EditState>({ kind: "idle" });
  const key = incidentKey(ref);

  const save = async (edit: Edit): Promise<boolean> => {
    const held = cache.getQueryData<HeldIncident>(key);
    if (held === undefined) return false;
    setState({ kind: "saving" });
    // A poll that is under way would bring the old values back.
    await cache.cancelQueries({ queryKey: key });
    const shown = conflictsOf(edit, held.incident).length > 0 ? {} : edit.patch;
    cache.setQueryData<HeldIncident>(key, { ...held, incident: withPatch(held.incident, shown) });
    try {
      const outcome = await send(api, ref, edit, held);
      if ("theirs" in outcome) {
        cache.setQueryData(key, outcome.theirs);
        setState({ kind: "conflict", edit, theirs: outcome.theirs.incident });
        return false;
      }
      cache.setQueryData(key, outcome.saved);
      const base = valuesOf(edit.patch, outcome.saved.incident);
      setState({ kind: "saved", undo: { patch: valuesOf(edit.patch, held.incident), base } });
      void cache.invalidateQueries({ queryKey: headKey });
      return true;
    } catch (error) {
      cache.setQueryData(key, held);
      setState({ kind: "failed", error, edit });
      return false;
    }
  };

  const keepMine = async () => {
    if (state.kind !== "conflict") return false;
    return save({ patch: state.edit.patch, base: valuesOf(state.edit.patch, state.theirs) });
  };
  return { state, save, keepMine, takeTheirs: () => setState({ kind: "idle" }) };
}

function withPatch(incident: IncidentView, patch: IncidentPatch): IncidentView {
  const given = Object.entries(patch).filter(([, value]) => value !== undefined);
  return Object.assign({ ...incident }, Object.fromEntries(given));
}
