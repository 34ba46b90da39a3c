/** Reads and writes of SIEM providers. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";

import type { z } from "zod";

import type {
  CreateProviderBody,
  ProviderDetail,
  ProviderList,
  ProviderTestReply,
  ProviderView,
  UpdateProviderBody,
} from "../../../../shared/schemas/siemProviders.ts";
import type { ApiClient } from "../../api/client.ts";
import { useApi } from "../../api/context.ts";

const BASE = "/api/admin/siem-providers";
const listKey = ["providers"] as const;
const pathOf = (id: string): string => `${BASE}/${encodeURIComponent(id)}`;

type ProviderPage = z.infer<typeof ProviderList>;

/** A provider as the list gives it: with how its synchronisation stands. */
export type ListedProvider = ProviderPage["providers"][number];

/** A provider and the version it was read at. */
export interface HeldProvider {
  view: ProviderView;
  etag: string | undefined;
}

export const providersOptions = (api: ApiClient) =>
  queryOptions({
    queryKey: listKey,
    queryFn: ({ signal }) => api.read<ProviderPage>(BASE, { signal }),
    refetchInterval: 30_000,
  });

export async function fetchProvider(api: ApiClient, id: string): Promise<HeldProvider> {
  const { body, etag } = await api.call<ProviderView>(pathOf(id));
  if (body === undefined) throw new Error("The provider came without a body.");
  return { view: body, etag };
}

/** One provider with the rows that were set aside of its synchronisation. */
export const setAsideOptions = (api: ApiClient, id: string) =>
  queryOptions({
    queryKey: [...listKey, id, "set-aside"],
    queryFn: ({ signal }) => api.read<z.infer<typeof ProviderDetail>>(pathOf(id), { signal }),
  });

/** What a form starts from: asked once, because a refresh would change the base under the typing. */
export const providerOptions = (api: ApiClient, id: string) =>
  queryOptions({
    queryKey: ["provider", id],
    queryFn: () => fetchProvider(api, id),
    staleTime: 0,
    gcTime: 0,
    refetchOnReconnect: false,
  });

export const createProvider = (api: ApiClient, body: CreateProviderBody): Promise<ProviderView> =>
  api.read(BASE, { method: "POST", body });

/** @throws ApiError 412 when the provider has changed since `etag`. */
export const patchProvider = (
  api: ApiClient,
  id: string,
  body: UpdateProviderBody,
  etag: string | undefined,
): Promise<ProviderView> => api.read(pathOf(id), { method: "PATCH", body, ifMatch: etag });

/** Tries a connection that is not saved. `body`: a ProviderTestBody. */
export const testUnsaved = (api: ApiClient, body: unknown): Promise<ProviderTestReply> =>
  api.read(`${BASE}/test`, { method: "POST", body, timeoutMs: 60_000 });

/** Acts on one saved provider; each brings the list up to date. */
export function useProviderActs(id: string) {
  const api = useApi();
  const cache = useQueryClient();
  const onSettled = () => cache.invalidateQueries({ queryKey: listKey });
  const test = useMutation({
    mutationKey: ["provider-test", id],
    mutationFn: () =>
      api.read<ProviderTestReply>(`${pathOf(id)}/test`, { method: "POST", timeoutMs: 60_000 }),
    onSettled,
  });
  const makeDefault = useMutation({
    mutationFn: () => api.call(`${pathOf(id)}/default`, { method: "PUT" }),
    onSettled,
  });
  const remove = useMutation({
    mutationFn: () => api.call(pathOf(id), { method: "DELETE" }),
    onSettled,
  });
  return { test, makeDefault, remove };
}

/** Brings the list up to date after a save, and has the new connection's health recorded. */
export function useAfterSave() {
  const api = useApi();
  const cache = useQueryClient();
  return async (id: string, isConnectionNew: boolean): Promise<void> => {
    await cache.invalidateQueries({ queryKey: listKey });
    if (!isConnectionNew) return;
    // Its outcome shows in the list; a failure of the call itself leaves "never tested" there.
    await api.call(`${pathOf(id)}/test`, { method: "POST", timeoutMs: 60_000 }).catch(() => {});
    await cache.invalidateQueries({ queryKey: listKey });
  };
}
