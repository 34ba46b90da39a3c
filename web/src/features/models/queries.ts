/** Admin > Models: read, save, test, choose, remove. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";

import type { ModelTestReply, ModelView } from "../../../../shared/schemas/models.ts";
import type { z } from "zod";
import type { ApiClient } from "../../api/client.ts";
import { useApi } from "../../api/context.ts";

const ROOT = "/api/admin/models";
/** A test makes three exchanges with an endpoint that may be slow. */
const TEST_MS = 120_000;
const modelsKey = ["models"] as const;

export type TestReply = z.infer<typeof ModelTestReply>;

export const modelsOptions = (api: ApiClient) =>
  queryOptions({
    queryKey: modelsKey,
    queryFn: ({ signal }) => api.read<{ items: ModelView[]; total: number }>(ROOT, { signal }),
  });

const pathOf = (name: string, act = ""): string => `${ROOT}/${encodeURIComponent(name)}${act}`;

/** A model in the version that the form was filled from. */
export interface HeldModel {
  view: ModelView;
  etag: string | undefined;
}

/** Read when its form opens and on request: a form that is being filled in keeps the version it began with. */
export const modelOptions = (api: ApiClient, name: string) =>
  queryOptions({
    queryKey: ["model", name],
    queryFn: async ({ signal }): Promise<HeldModel> => {
      const { body, etag } = await api.call<ModelView>(pathOf(name), { signal });
      if (body === undefined) throw new Error("The model came without a body.");
      return { view: body, etag };
    },
    staleTime: Infinity,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });

/** Adds a model, or changes the one that is held. Refused with 412 when somebody else has changed it since. */
export function useSaveModel() {
  const api = useApi();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ body, held }: { body: Record<string, unknown>; held: HeldModel | undefined }) =>
      held === undefined
        ? api.call<ModelView>(ROOT, { method: "POST", body })
        : api.call<ModelView>(pathOf(held.view.model_name), {
            method: "PATCH",
            body,
            ifMatch: held.etag,
          }),
    onSuccess: () => cache.invalidateQueries({ queryKey: modelsKey }),
  });
}

export function useModelActs(name: string) {
  const api = useApi();
  const cache = useQueryClient();
  const onSuccess = () => cache.invalidateQueries({ queryKey: modelsKey });
  return {
    test: useMutation({
      mutationFn: () =>
        api.read<TestReply>(pathOf(name, "/test"), { method: "POST", timeoutMs: TEST_MS }),
      onSuccess,
    }),
    makeDefault: useMutation({
      mutationFn: () => api.call(pathOf(name, "/default"), { method: "PUT" }),
      onSuccess,
    }),
    remove: useMutation({
      mutationFn: () => api.call(pathOf(name), { method: "DELETE" }),
      onSuccess,
    }),
  };
}
