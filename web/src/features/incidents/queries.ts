/** Reads and writes of incidents, and how their cached copies follow. */
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
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

/** Which incident: its number, and the provider where several workspaces use the number. */
export interface IncidentRef {
  number: number;
  provider?: string | undefined;
}

export const headKey = ["incidents", "head"] as const;
export const incidentKey = ({ number, provider }: IncidentRef) =>
  ["incident", number, provider ?? ""] as const;

/** Address of an incident or of what belongs to it (`/enrich`). */
export const incidentPath = ({ number, provider }: IncidentRef, what = ""): string =>
  `/api/v1/incidents/${number}${what}${provider === undefined ? "" : `?provider=${encodeURIComponent(provider)}`}`;

/** @param held Answers with this one when the server still has its version. */
export async function fetchIncident(
  api: ApiClient,
  ref: IncidentRef,
  held?: HeldIncident,
): Promise<HeldIncident> {
  const { body, etag } = await api.call<IncidentView>(incidentPath(ref), {
    ifNoneMatch: held?.etag,
  });
  if (body !== undefined) return { incident: body, etag };
  if (held === undefined) throw new Error("The incident came without a body.");
  return held;
}

export const useIncidentOptions = (ref: IncidentRef) => {
  const api = useApi();
  const cache = useQueryClient();
  const key = incidentKey(ref);
  return queryOptions({
    queryKey: key,
    queryFn: () => fetchIncident(api, ref, cache.getQueryData<HeldIncident>(key)),
    refetchInterval: 30_000,
    // Comparing thousands of entities field by field after each poll would block the page; a 304 keeps the old one.
    structuralSharing: false,
  });
};

/** How every provider's synchronisation stands. */
export function useSyncs() {
  const api = useApi();
  return useQuery({
    queryKey: [...headKey, "syncs"],
    queryFn: ({ signal }) =>
      api.read<IncidentPage>("/api/v1/incidents?limit=1&timespan=P1D", { signal }),
    refetchInterval: 60_000,
    staleTime: 30_000,
  });
}

/** The `provider` that an incident's address needs: none where the number alone means it. */
export function useProviderParam(): (providerId: string) => string | undefined {
  const syncs = useSyncs().data?.syncs ?? [];
  return (providerId) => {
    const isPlain =
      syncs.length < 2 || syncs.find(({ is_default }) => is_default)?.provider_id === providerId;
    return isPlain ? undefined : providerId;
  };
}

/** Incident → alerts → entities; the reply replaces the cached incident. */
export function useEnrich() {
  const api = useApi();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (ref: IncidentRef) =>
      api.call<IncidentView>(incidentPath(ref, "/enrich"), { method: "POST" }),
    onSuccess: async ({ body, etag }, ref) => {
      const key = incidentKey(ref);
      if (body !== undefined) cache.setQueryData<HeldIncident>(key, { incident: body, etag });
      // Long enrichments answer 202, and other pages may hold the incident under its number alone.
      await cache.invalidateQueries({ queryKey: ["incident", ref.number] });
    },
  });
}

/** Sends a change of local fields; `etag` makes the server refuse it when the incident moved on. */
export async function patchIncident(
  api: ApiClient,
  ref: IncidentRef,
  patch: IncidentPatch,
  etag: string | undefined,
): Promise<HeldIncident> {
  const reply = await api.call<IncidentView>(incidentPath(ref), {
    method: "PATCH",
    body: patch,
    ifMatch: etag,
  });
  if (reply.body === undefined) throw new Error("The change was answered without a body.");
  return { incident: reply.body, etag: reply.etag };
}
