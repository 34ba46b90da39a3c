/** Reads and writes of schedules and their runs. */
import {
  infiniteQueryOptions,
  queryOptions,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";
import type { z } from "zod";

import type { ScheduleRunList, ScheduleRunView } from "../../../../shared/schemas/scheduleRuns.ts";
import type {
  PreviewScheduleReply,
  SchedulePage,
  ScheduleView,
} from "../../../../shared/schemas/schedules.ts";
import type { ValidateScheduleReply } from "../../../../shared/schemas/scheduleValidation.ts";
import type { ApiClient } from "../../api/client.ts";
import { useApi } from "../../api/context.ts";
import { pagesOf, paramsOf } from "../../api/pages.ts";
import { isOverrun } from "../../api/problem.ts";
import { changesBetween } from "./draft.ts";
import { useIdempotencyKeys } from "../../api/idempotencyKeys.ts";

const BASE = "/api/v1/schedules";
const KEY = ["schedules"] as const;
const pathOf = (id: string): string => `${BASE}/${encodeURIComponent(id)}`;

export type Runs = z.infer<typeof ScheduleRunList>;
export type Run = z.infer<typeof ScheduleRunView>;

/** A schedule and the version it was read at. */
export interface HeldSchedule {
  view: ScheduleView;
  etag: string | undefined;
}

/** Most tenants have fewer schedules than the first page holds. */
export const schedulesOptions = (api: ApiClient) =>
  infiniteQueryOptions({
    queryKey: [...KEY, "list"],
    ...pagesOf<z.infer<typeof SchedulePage>>(api, BASE, paramsOf({ limit: "100" })),
    refetchInterval: 30_000,
  });

export const scheduleOptions = (api: ApiClient, id: string) =>
  queryOptions({
    queryKey: [...KEY, "one", id],
    queryFn: ({ signal }) => api.read<ScheduleView>(pathOf(id), { signal }),
    refetchInterval: 15_000,
  });

export const runsOptions = (api: ApiClient, id: string) =>
  queryOptions({
    queryKey: [...KEY, "runs", id],
    queryFn: ({ signal }) => api.read<Runs>(`${pathOf(id)}/runs`, { signal }),
    // While one runs its end is worth watching.
    refetchInterval: ({ state }) =>
      state.data?.items.some(({ status }) => status === "running") === true ? 3_000 : 15_000,
  });

async function fetchHeld(api: ApiClient, id: string): Promise<HeldSchedule> {
  const { body, etag } = await api.call<ScheduleView>(pathOf(id));
  if (body === undefined) throw new Error("The schedule came without a body.");
  return { view: body, etag };
}

/** What a form starts from: asked once, because a refresh would change the base under the typing. */
export const heldOptions = (api: ApiClient, id: string) =>
  queryOptions({
    queryKey: ["schedule-form", id],
    queryFn: () => fetchHeld(api, id),
    staleTime: 0,
    gcTime: 0,
    refetchOnReconnect: false,
  });

/** The next runs of a timing that may not be saved yet. @throws ApiError 422 naming what is wrong with it. */
export const previewOptions = (api: ApiClient, timing: object) =>
  queryOptions({
    queryKey: ["schedule-preview", timing],
    queryFn: ({ signal }) =>
      api.read<z.infer<typeof PreviewScheduleReply>>(`${BASE}/preview`, {
        method: "POST",
        body: timing,
        signal,
      }),
    retry: false,
    staleTime: 30_000,
  });

/** How specific a question is, and what a run would ask. `quick`: nothing is run, and no model is asked. */
export const validationOptions = (
  api: ApiClient,
  question: { query: string; persona: string; provider: string; quick: boolean },
) =>
  queryOptions({
    queryKey: ["schedule-validation", question],
    queryFn: ({ signal }) =>
      api.read<ValidateScheduleReply>(`${BASE}/validate`, {
        method: "POST",
        body: question,
        signal,
        timeoutMs: 120_000,
      }),
    enabled: question.query.trim() !== "",
    retry: false,
    staleTime: 60_000,
  });

interface Saving {
  body: object;
  /** The version that is changed; undefined makes a new schedule. */
  over: HeldSchedule | undefined;
}

/** Creates or changes; what somebody else saved since `over` is returned instead, and nothing is changed. */
export function useSaveSchedule() {
  const api = useApi();
  const cache = useQueryClient();
  const keys = useIdempotencyKeys();
  return useMutation({
    mutationFn: async ({ body, over }: Saving): Promise<Saved> => {
      if (over !== undefined) return saveOver(api, body, over);
      const call = { method: "POST", body, idempotencyKey: keys.of(body) } as const;
      return { id: (await api.read<ScheduleView>(BASE, call)).id };
    },
    onSuccess: () => keys.clear(),
    onSettled: () => cache.invalidateQueries({ queryKey: KEY }),
  });
}

/** The schedule that was saved, or the newer one that stands against it. */
export type Saved = { id: string } | { theirs: HeldSchedule };

const TRIES = 3;

/** A newer version alone is no conflict: each run makes one. A change of what the form holds is. */
async function saveOver(api: ApiClient, body: object, seen: HeldSchedule): Promise<Saved> {
  let version = seen;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { id } = version.view;
      await api.call(pathOf(id), { method: "PATCH", body, ifMatch: version.etag });
      return { id };
    } catch (error) {
      if (!isOverrun(error) || attempt === TRIES) throw error;
      version = await fetchHeld(api, seen.view.id);
      if (changesBetween(seen.view, version.view).length > 0) return { theirs: version };
    }
  }
}

export type ScheduleAct = "run" | "pause" | "resume" | "delete";

/** Acts on one schedule; each brings what shows of it up to date. */
export function useScheduleAct(id: string) {
  const api = useApi();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (act: ScheduleAct) =>
      act === "delete"
        ? api.call(pathOf(id), { method: "DELETE" })
        : api.call(`${pathOf(id)}/${act}`, { method: "POST" }),
    // What was deleted is not asked for again.
    onSettled: (_reply, error, act) =>
      cache.invalidateQueries({
        queryKey: act === "delete" && error === null ? [...KEY, "list"] : KEY,
      }),
  });
}
