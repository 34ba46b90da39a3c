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
import { type Page, pagesOf, paramsOf } from "../../api/pages.ts";

const KEYS = "/api/admin/api-keys";
const AUDIT = "/api/admin/audit";
const keysKey = ["api-keys"] as const;
/** Health is looked at while something is being put right. */
const HEALTH_MS = 10_000;

export const apiKeysOptions = (api: ApiClient) =>
  infiniteQueryOptions({
    queryKey: keysKey,
    ...pagesOf<Page<ApiKeyView>>(api, KEYS, paramsOf({ limit: "100" })),
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
  infiniteQueryOptions({
    queryKey: ["admin-users"],
    ...pagesOf<Page<UserView>>(api, "/api/admin/users", paramsOf({ limit: "100" })),
  });

export const healthOptions = (api: ApiClient) =>
  queryOptions({
    queryKey: ["admin-health"],
    queryFn: ({ signal }) => api.read<AdminHealth>("/api/admin/health", { signal }),
    refetchInterval: HEALTH_MS,
  });

/** As the address of the page says it. */
export type AuditChoice = Partial<
  Record<"from" | "to" | "actor_id" | "action" | "subject_id", string | undefined>
>;

export const auditOptions = (api: ApiClient, choice: AuditChoice) =>
  infiniteQueryOptions({
    queryKey: ["audit", choice],
    ...pagesOf<Page<AuditView>>(api, AUDIT, paramsOf({ ...choice, limit: "50" })),
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
