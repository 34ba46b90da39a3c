/** Reads and writes of incidents, and how their cached copies follow. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { z } from "zod";

import type {
  IncidentPatch,
  IncidentSummary,
  IncidentView,
  SyncAge,
} from "../../../../shared/schemas/incidents.ts";
import type { ApiClient } from "../../api/client.ts";
import { useApi } from "../../api/context.ts";

export type SyncOfProvider = z.infer<typeof SyncAge>;

/** One page of the list. */
export interface IncidentPage {
  items: IncidentSummary[];
  total?: number;
  limit: number;
  next_cursor: string | null;
  /** Since then nothing is known of Sentinel; null before the first sync. */
  last_synced_at: string | null;
  syncs: SyncOfProvider[];
}

/** An incident and the version it was read at. */
export interface HeldIncident {
  incident: IncidentView;
  etag: string | undefined;
}

export const headKey = ["incidents", "head"] as const;
export const incidentKey = (number: number) => ["incident", number] as const;

export async function fetchIncident(api: ApiClient, number: number): Promise<HeldIncident> {
  const { body, etag } = await api.call<IncidentView>(`/api/v1/incidents/${number}`);
  if (body === undefined) throw new Error("The incident came without a body.");
  return { incident: body, etag };
}

export const incidentOptions = (api: ApiClient, number: number) =>
  queryOptions({
    queryKey: incidentKey(number),
    queryFn: () => fetchIncident(api, number),
    refetchInterval: 30_000,
  });

/** Incident → alerts → entities; the reply replaces the cached incident. */
export function useEnrich(number: number) {
  const api = useApi();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: () =>
      api.call<IncidentView>(`/api/v1/incidents/${number}/enrich`, { method: "POST" }),
    onSuccess: async ({ body, etag }) => {
      if (body !== undefined) {
        cache.setQueryData<HeldIncident>(incidentKey(number), { incident: body, etag });
      }
      // Long enrichments answer 202, and not every reply carries the version that a later edit needs.
      if (body === undefined || etag === undefined) {
        await cache.invalidateQueries({ queryKey: incidentKey(number) });
      }
    },
  });
}

/** Sends a change of local fields; `etag` makes the server refuse it when the incident moved on. */
export async function patchIncident(
  api: ApiClient,
  number: number,
  patch: IncidentPatch,
  etag: string | undefined,
): Promise<HeldIncident> {
  const reply = await api.call<IncidentView>(`/api/v1/incidents/${number}`, {
    method: "PATCH",
    body: patch,
    ifMatch: etag,
  });
  if (reply.body === undefined) throw new Error("The change was answered without a body.");
  return { incident: reply.body, etag: reply.etag };
}
