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

/** Adds a model, or changes the one of that name. */
export function useSaveModel(name: string | undefined) {
  const api = useApi();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (body: Record<string, unknown>) =>
      name === undefined
        ? api.call<ModelView>(ROOT, { method: "POST", body })
        : api.call<ModelView>(pathOf(name), { method: "PATCH", body }),
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
