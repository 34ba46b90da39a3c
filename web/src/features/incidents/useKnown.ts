/** What other incidents tell of an incident's entities, read page by page for those that are in view. */
import { useQueries } from "@tanstack/react-query";
import { useMemo, useState } from "react";

import type { IncidentEntity, IncidentView } from "../../../../shared/schemas/incidents.ts";
import type { IncidentEntities } from "../../../../shared/schemas/incidentsRelated.ts";
import { useApi } from "../../api/context.ts";
import { useSettled } from "../../components/useSettled.ts";
import { ENTITY_PAGE, entitiesOptions } from "./related.ts";

export type Known = IncidentEntities["items"][number]["known"];

/** Scrolling past thousands asks for none of them. */
const SETTLED_MS = 200;

/** `shown`: the rows of the table, in its order; the API has the incident's own order. */
export function useKnown(incident: IncidentView, shown: readonly IncidentEntity[]) {
  const api = useApi();
  const [view, setView] = useState("0 30");
  const settled = useSettled(view, SETTLED_MS);
  const positions = useMemo(
    () => new Map(incident.entities.map(({ id }, index) => [id, index])),
    [incident.entities],
  );
  const [first = 0, last = 0] = settled.split(" ").map(Number);
  const pages = new Set(
    shown
      .slice(first, last + 1)
      .map(({ id }) => Math.floor((positions.get(id) ?? 0) / ENTITY_PAGE)),
  );
  const found = useQueries({
    queries: [...pages].map((page) => entitiesOptions(api, incident, page)),
  });
  const known = new Map(
    found.flatMap(({ data }) =>
      (data?.items ?? []).map(({ id, known: one }) => [id, one] as const),
    ),
  );
  return {
    /** By entity id; absent until it was read. */
    known: known as ReadonlyMap<string, Known>,
    onView: (from: number, to: number) => setView(`${from} ${to}`),
  };
}
