/** Controls of the local run: stories, sync, clock, faults. They exist only on a developer's machine. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";

import type { ApiClient } from "../../api/client.ts";
import { useApi } from "../../api/context.ts";

/** What GET /local/tenant says that the panel uses. */
interface LocalTenant {
  /** Empty where recorded rows are served: nothing can be played there. */
  families: string[];
}

export const TRUTHS = ["true_positive", "benign_positive", "false_positive"] as const;
export type Truth = (typeof TRUTHS)[number];

export interface Story {
  family: string;
  truth: Truth;
  /** Mail domain of the tenant in which it happens. */
  tenant: string;
}

export const tenantOptions = (api: ApiClient) =>
  queryOptions({
    queryKey: ["local", "tenant"],
    queryFn: () => api.read<LocalTenant>("/local/tenant"),
  });

export const faultsOptions = (api: ApiClient) =>
  queryOptions({
    queryKey: ["local", "faults"],
    queryFn: async () => {
      const reply = await api.read<unknown>("/local/faults");
      // The list may be bare or named.
      if (Array.isArray(reply)) return reply.length;
      const lists = Object.values(reply ?? {}).filter((value) => Array.isArray(value));
      return lists[0]?.length ?? 0;
    },
    refetchInterval: 5_000,
  });

/** One control: what it does, and that everything shown is asked again afterwards. */
function useControl<Input, Output>(act: (api: ApiClient, input: Input) => Promise<Output>) {
  const api = useApi();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (input: Input) => act(api, input),
    // The rows of the queue wait for the reader; everything else is read again.
    onSettled: () =>
      cache.invalidateQueries({ predicate: ({ queryKey }) => queryKey[1] !== "list" }),
  });
}

const post = (api: ApiClient, path: string, body?: unknown) =>
  api.call(path, { method: "POST", ...(body === undefined ? {} : { body }) });

export const usePlayStory = () =>
  useControl(async (api: ApiClient, story: Story) => {
    const path = "/local/tenant/stories";
    const { incident_numbers: numbers } = await api.read<{ incident_numbers: number[] }>(path, {
      method: "POST",
      body: story,
    });
    return numbers;
  });

interface Syncs {
  syncs: { provider: string; error?: { detail: string } }[];
}

/** Runs the sync and says how it went: a provider that fails does not fail the timer. */
export const useSyncNow = () =>
  useControl<void, string>(async (api) => {
    await post(api, "/local/timers/sync-incidents");
    const { syncs } = await api.read<Syncs>("/api/v1/incidents?limit=1");
    const failing = syncs.find(({ error }) => error !== undefined);
    return failing === undefined ? "Synced." : `${failing.provider}: ${failing.error?.detail}`;
  });

export const useAdvance = () =>
  useControl((api: ApiClient, duration: string) =>
    post(api, "/local/clock", { advance: duration }),
  );

export const useFault = () =>
  useControl((api: ApiClient, isOn: boolean) =>
    isOn
      ? post(api, "/local/faults", { target: "loganalytics", kind: "status", status: 500 })
      : api.call("/local/faults", { method: "DELETE" }),
  );
