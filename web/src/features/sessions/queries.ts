/** Sessions: start one, follow it by cheap polling, read its evidence. */
import {
  infiniteQueryOptions,
  queryOptions,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";
import type { z } from "zod";

import type {
  Evidence,
  SessionStatus,
  SessionSummary,
  SessionView,
} from "../../../../shared/schemas/sessions.ts";
import type { ModelNames } from "../../../../shared/schemas/models.ts";
import type { ApiClient } from "../../api/client.ts";
import { useApi } from "../../api/context.ts";
import { type Page, pagesOf, paramsOf } from "../../api/pages.ts";
import { useIdempotencyKeys } from "../../api/idempotencyKeys.ts";
import type { bodyOf } from "./startDraft.ts";

/** A running session is asked again after this long. */
const LIVE_MS = 700;

export const isLive = (session: { status: SessionView["status"] }): boolean =>
  session.status === "queued" || session.status === "running";

interface SessionPage extends Page<SessionSummary> {
  total?: number;
}

/** All sessions, or those in one state, newest first; asked again while one of the newest is under way. */
export const sessionsOptions = (api: ApiClient, status: SessionStatus | undefined) =>
  infiniteQueryOptions({
    queryKey: ["sessions", "list", status ?? ""],
    ...pagesOf<SessionPage>(api, "/api/v1/sessions", paramsOf({ limit: "50", status })),
    refetchInterval: ({ state }) =>
      state.data?.pages[0]?.items.some(isLive) === true ? 2_000 : 30_000,
  });

export const incidentSessionsOptions = (api: ApiClient, number: number) =>
  queryOptions({
    queryKey: ["sessions", "of-incident", number],
    queryFn: ({ signal }) =>
      api.read<SessionPage>(`/api/v1/sessions?incident_number=${number}`, { signal }),
    refetchInterval: ({ state }) => (state.data?.items.some(isLive) ? 2_000 : 30_000),
  });

interface HeldSession {
  session: SessionView;
  etag: string | undefined;
}

export const sessionKey = (id: string) => ["session", id] as const;

/** Asks only for the steps after those held, and for nothing while nothing changed (304). */
export function useSessionOptions(id: string) {
  const api = useApi();
  const cache = useQueryClient();
  return queryOptions({
    queryKey: sessionKey(id),
    queryFn: async ({ signal }): Promise<HeldSession> => {
      const held = cache.getQueryData<HeldSession>(sessionKey(id));
      const after = held?.session.steps.at(-1)?.seq ?? 0;
      const path = `/api/v1/sessions/${encodeURIComponent(id)}?after=${after}`;
      const reply = await api.call<SessionView>(path, { signal, ifNoneMatch: held?.etag });
      if (reply.body !== undefined) {
        return { session: withSteps(held?.session, reply.body), etag: reply.etag };
      }
      if (held === undefined) throw new Error("The session came without a body.");
      return held;
    },
    refetchInterval: ({ state }) =>
      state.data === undefined || isLive(state.data.session) ? LIVE_MS : false,
  });
}

function withSteps(before: SessionView | undefined, now: SessionView): SessionView {
  const known = new Set(now.steps.map((step) => step.seq));
  const earlier = (before?.steps ?? []).filter((step) => !known.has(step.seq));
  return { ...now, steps: [...earlier, ...now.steps].toSorted((a, b) => a.seq - b.seq) };
}

/** Evidence never changes once it is written. */
export const evidenceOptions = (api: ApiClient, sessionId: string, evidenceId: string) =>
  queryOptions({
    queryKey: ["evidence", sessionId, evidenceId],
    queryFn: ({ signal }) =>
      api.read<Evidence>(
        `/api/v1/sessions/${encodeURIComponent(sessionId)}/evidence/${encodeURIComponent(evidenceId)}`,
        { signal },
      ),
    staleTime: Infinity,
  });

type StartBody = ReturnType<typeof bodyOf> & { rerun_of?: string };

/** Names of the models that a start may name; changes of the administrators are seen within the minute. */
export const modelNamesOptions = (api: ApiClient) =>
  queryOptions({
    queryKey: ["model-names"],
    queryFn: ({ signal }) => api.read<z.infer<typeof ModelNames>>("/api/v1/models", { signal }),
    staleTime: 60_000,
  });

/** What is asked of an incident when nobody chose anything else. */
export const usualStart = (incident: { number: number; provider_id: string }): StartBody => ({
  query: `Investigate incident #${incident.number}`,
  persona: "soc_analyst",
  provider: incident.provider_id,
  incident_number: incident.number,
});

export function useStart() {
  const api = useApi();
  const cache = useQueryClient();
  const keys = useIdempotencyKeys();
  return useMutation({
    mutationFn: (body: StartBody) => {
      const call = { method: "POST", body, idempotencyKey: keys.of(body) } as const;
      return api.read<{ session_id: string }>("/api/v1/investigations/start", call);
    },
    onSuccess: () => {
      keys.clear();
      return cache.invalidateQueries({ queryKey: ["sessions"] });
    },
  });
}
