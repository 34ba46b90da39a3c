/** How many incidents match, by severity and by status: each figure as if its own group were not filtered. */
import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";

import type { IncidentStatus } from "../../../../shared/schemas/incidents.ts";
import type { Severity } from "../../../../shared/schemas/severity.ts";
import { useApi } from "../../api/context.ts";
import { SEVERITIES } from "../../components/Severity.tsx";
import { useSettled } from "../../components/useSettled.ts";
import { STATUSES } from "./filters.ts";
import type { IncidentPage } from "./queries.ts";
import type { Queue } from "./useQueue.ts";

const SETTLED_MS = 400;
const REFRESH_MS = 60_000;

/** By name of a severity or a status; the two have none in common. Absent: not known (yet). */
export type Counts = ReadonlyMap<Severity | IncidentStatus, number>;

/** `query`: the API query of the list. Counts the rows itself where all of them are there, else asks the server. */
export function useCounts(query: string, queue: Pick<Queue, "rows" | "hasMore">): Counts {
  const api = useApi();
  const settled = useSettled(query, SETTLED_MS);
  const counted = useMemo(() => countsOf(queue.rows), [queue.rows]);
  const asked = askedOf(settled, queue.hasMore);
  const found = useQueries({
    queries: asked.map(({ path }) => ({
      queryKey: ["incidents", "count", path],
      queryFn: ({ signal }: { signal: AbortSignal }) => api.read<IncidentPage>(path, { signal }),
      refetchInterval: REFRESH_MS,
      staleTime: REFRESH_MS / 2,
    })),
  });
  const isCurrent = settled === query;
  return new Map([
    ...[...SEVERITIES, ...STATUSES]
      .filter((name) => !asked.some((each) => each.name === name))
      .map((name) => [name, counted.get(name) ?? 0] as const),
    ...asked.flatMap(({ name }, index) => {
      const total = isCurrent ? found[index]?.data?.total : undefined;
      return total === undefined ? [] : [[name, total] as const];
    }),
  ]);
}

/** Groups whose figure the rows do not tell: more match than are loaded, or the group itself is filtered. */
function askedOf(query: string, hasMore: boolean) {
  const groups = [
    { field: "severity", names: SEVERITIES },
    { field: "status", names: STATUSES },
  ] as const;
  return groups.flatMap(({ field, names }) => {
    if (!hasMore && !new URLSearchParams(query).has(field)) return [];
    return names.map((name) => {
      const one = new URLSearchParams(query);
      one.delete("sort");
      one.set("limit", "1");
      one.set(field, name);
      return { name, path: `/api/v1/incidents?${one}` };
    });
  });
}

function countsOf(rows: Queue["rows"]): Counts {
  const counts = new Map<Severity | IncidentStatus, number>();
  for (const row of rows) {
    for (const name of [row.local_severity ?? row.severity, row.status]) {
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  return counts;
}
