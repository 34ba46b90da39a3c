/** Administration: API keys, people, health, the audit trail. */
import {
  infiniteQueryOptions,
  queryOptions,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";

import type { AdminHealth } from "../../../../shared/schemas/adminHealth.ts";
import type { ApiKeyView, IssuedApiKey } from "../../../../shared/schemas/apiKeys.ts";
import type { AuditVerification, AuditView } from "../../../../shared/schemas/audit.ts";
import type { UserView } from "../../../../shared/schemas/users.ts";
import type { ApiClient } from "../../api/client.ts";
import { useApi } from "../../api/context.ts";

const KEYS = "/api/admin/api-keys";
const AUDIT = "/api/admin/audit";
const keysKey = ["api-keys"] as const;
/** Health is looked at while something is being put right. */
const HEALTH_MS = 10_000;
const PAGE = 50;

interface Page<Item> {
  items: Item[];
  next_cursor: string | null;
}

/** Pages of a list whose address has no question mark yet. */
const pagesOf = <Item>(api: ApiClient, path: string, queryKey: readonly string[]) =>
  infiniteQueryOptions({
    queryKey,
    initialPageParam: "",
    queryFn: ({ signal, pageParam }) => {
      const cursor = pageParam === "" ? "" : `&cursor=${encodeURIComponent(pageParam)}`;
      return api.read<Page<Item>>(`${path}?limit=100${cursor}`, { signal });
    },
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
  });

export const apiKeysOptions = (api: ApiClient) => ({
  ...pagesOf<ApiKeyView>(api, KEYS, keysKey),
  refetchInterval: 30_000,
});

export interface NewApiKey {
  name: string;
  description: string;
  scopes: string[];
  expires_in_days: number;
  rate_limit_per_minute: number;
  allowed_cidrs: string[];
}

const pathOf = (id: string, act = ""): string => `${KEYS}/${encodeURIComponent(id)}${act}`;

/** Make, rotate and revoke; the list is read again after each. */
export function useApiKeyActs() {
  const api = useApi();
  const cache = useQueryClient();
  const onSuccess = () => cache.invalidateQueries({ queryKey: keysKey });
  return {
    create: useMutation({
      mutationFn: (body: NewApiKey) => api.read<IssuedApiKey>(KEYS, { method: "POST", body }),
      onSuccess,
    }),
    rotate: useMutation({
      mutationFn: ({ id, overlapHours }: { id: string; overlapHours: number }) =>
        api.read<IssuedApiKey>(pathOf(id, `/rotate?overlap_hours=${overlapHours}`), {
          method: "POST",
        }),
      onSuccess,
    }),
    revoke: useMutation({
      mutationFn: (id: string) => api.call(pathOf(id), { method: "DELETE" }),
      onSuccess,
    }),
  };
}

export const usersOptions = (api: ApiClient) =>
  pagesOf<UserView>(api, "/api/admin/users", ["admin-users"]);

export const healthOptions = (api: ApiClient) =>
  queryOptions({
    queryKey: ["admin-health"],
    queryFn: ({ signal }) => api.read<AdminHealth>("/api/admin/health", { signal }),
    refetchInterval: HEALTH_MS,
  });

/** As the address of the page says it; what is left out does not filter. */
export interface AuditChoice {
  from?: string | undefined;
  to?: string | undefined;
  actor_id?: string | undefined;
  action?: string | undefined;
  subject_id?: string | undefined;
}

const paramsOf = (choice: AuditChoice): URLSearchParams =>
  new URLSearchParams(
    Object.entries(choice).flatMap(([name, value]): [string, string][] =>
      value === undefined || value === "" ? [] : [[name, value]],
    ),
  );

export const auditOptions = (api: ApiClient, choice: AuditChoice) =>
  infiniteQueryOptions({
    queryKey: ["audit", choice],
    initialPageParam: "",
    queryFn: ({ signal, pageParam }) => {
      const params = paramsOf(choice);
      params.set("limit", String(PAGE));
      if (pageParam !== "") params.set("cursor", pageParam);
      return api.read<Page<AuditView>>(`${AUDIT}?${params}`, { signal });
    },
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
  });

export function useAuditActs(choice: AuditChoice) {
  const api = useApi();
  const { from, to } = choice;
  return {
    verify: useMutation({
      mutationFn: () =>
        api.read<AuditVerification>(`${AUDIT}/verification?${paramsOf({ from, to })}`),
    }),
    exportCsv: useMutation({
      mutationFn: () => api.file(`${AUDIT}/export.csv?${paramsOf(choice)}`),
    }),
  };
}
