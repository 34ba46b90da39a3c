/**
 * The rows of the queue. Rows stay where they are while somebody reads them: their values follow the server,
 * and incidents that arrive are counted until the reader asks for them.
 */
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import type { InfiniteData } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo } from "react";

import type { IncidentSummary } from "../../../../shared/schemas/incidents.ts";
import { useApi } from "../../api/context.ts";
import { pagesOf } from "../../api/pages.ts";
import { isFirstSyncRunning } from "./firstSync.ts";
import { headKey } from "./queries.ts";
import type { IncidentPage, SyncOfProvider } from "./queries.ts";

const POLL_MS = 10_000;
/** Until the first sync has brought something: somebody has just connected a workspace and looks. */
const FIRST_SYNC_POLL_MS = 1_000;

export interface Queue {
  rows: IncidentSummary[];
  /** All matches, where the server counted them. */
  total: number | undefined;
  /** Matches that arrived after the rows were taken. */
  arrived: number;
  /** By the newest answer; undefined before there is one. */
  lastSyncedAt: string | null | undefined;
  /** How the synchronisation of each provider stands. */
  syncs: readonly SyncOfProvider[];
  showArrived: () => void;
  isLoading: boolean;
  /** Rows are shown, but the last refresh failed. */
  isStale: boolean;
  error: unknown;
  retry: () => void;
  hasMore: boolean;
  loadMore: () => void;
}

/** `query` is the API query as text: it is the cache key too. */
export function useQueue(query: string): Queue {
  const api = useApi();
  const cache = useQueryClient();
  const listKey = useMemo(() => ["incidents", "list", query], [query]);
  const list = useInfiniteQuery({
    queryKey: listKey,
    ...pagesOf<IncidentPage>(api, "/api/v1/incidents", new URLSearchParams(query)),
    // Comparing 50,000 rows field by field after each page would block the page.
    structuralSharing: false,
    staleTime: Infinity,
  });
  const head = useQuery({
    queryKey: [...headKey, query],
    queryFn: ({ signal }) => api.read<IncidentPage>(`/api/v1/incidents?${query}`, { signal }),
    enabled: list.isSuccess,
    refetchInterval: ({ state }) => pollMs(state.data),
    // The list was read a moment ago; the first comparison can wait one turn.
    initialData: () => list.data?.pages[0],
    staleTime: POLL_MS / 2,
  });

  const rows = useMemo(() => merged(list.data, head.data), [list.data, head.data]);
  const arrived = useMemo(() => arrivedCount(rows, head.data), [rows, head.data]);
  const showArrived = useCallback(() => {
    if (head.data === undefined) return;
    cache.setQueryData<InfiniteData<IncidentPage>>(listKey, {
      pages: [head.data],
      pageParams: [""],
    });
  }, [cache, head.data, listKey]);

  // Nobody is reading an empty queue: what arrives there is shown at once.
  const isWaiting = list.isSuccess && rows.length === 0 && arrived > 0;
  useEffect(() => {
    if (isWaiting) showArrived();
  }, [isWaiting, showArrived]);

  const newest = head.data ?? list.data?.pages[0];
  return {
    rows,
    total: head.data?.total ?? list.data?.pages[0]?.total,
    arrived,
    lastSyncedAt: newest?.last_synced_at,
    syncs: newest?.syncs ?? [],
    showArrived,
    isLoading: list.isPending,
    isStale: list.isSuccess && head.isError,
    error: list.error ?? head.error,
    retry: () => void (list.isError ? list.refetch() : head.refetch()),
    hasMore: list.hasNextPage,
    loadMore: () => void (list.isFetchingNextPage || list.fetchNextPage()),
  };
}

const pollMs = (head: IncidentPage | undefined): number =>
  head?.items.length === 0 && isFirstSyncRunning(head.syncs) ? FIRST_SYNC_POLL_MS : POLL_MS;

/** The rows in the order in which they were first shown, with the newest values known. */
function merged(
  list: InfiniteData<IncidentPage> | undefined,
  head: IncidentPage | undefined,
): IncidentSummary[] {
  const newest = new Map((head?.items ?? []).map((incident) => [incident.id, incident]));
  const rows = new Map<string, IncidentSummary>();
  for (const incident of (list?.pages ?? []).flatMap((page) => page.items)) {
    rows.set(incident.id, newest.get(incident.id) ?? incident);
  }
  return [...rows.values()];
}

function arrivedCount(rows: IncidentSummary[], head: IncidentPage | undefined): number {
  const known = new Set(rows.map((row) => row.id));
  return (head?.items ?? []).filter((incident) => !known.has(incident.id)).length;
}
