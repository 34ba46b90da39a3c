/** Settings > Notifications: read, save, send a test. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";

import type {
  PreferencesTestReply,
  PreferencesView,
  SavePreferencesBody,
} from "../../../../shared/schemas/notificationPreferences.ts";
import type { ApiClient } from "../../api/client.ts";
import { useApi } from "../../api/context.ts";

const PATH = "/api/v1/me/notification-preferences";
const KEY = ["notification-preferences"] as const;
/** Each channel has 15 seconds. */
const TEST_MS = 60_000;

interface HeldPreferences {
  preferences: PreferencesView;
  etag: string | undefined;
}

export const preferencesOptions = (api: ApiClient) =>
  queryOptions({
    queryKey: KEY,
    queryFn: async ({ signal }): Promise<HeldPreferences> => {
      const { body, etag } = await api.call<PreferencesView>(PATH, { signal });
      if (body === undefined) throw new Error("The preferences came without a body.");
      return { preferences: body, etag };
    },
  });

/** Refused with 412 when they were changed elsewhere since they were read. */
export function useSavePreferences(etag: string | undefined) {
  const api = useApi();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (body: SavePreferencesBody) =>
      api.call<PreferencesView>(PATH, { method: "PUT", body, ifMatch: etag }),
    onSuccess: async () => {
      await cache.invalidateQueries({ queryKey: KEY });
      // The inbox is a view by these preferences.
      await cache.invalidateQueries({ queryKey: ["notifications"] });
    },
  });
}

export function useSendTest() {
  const api = useApi();
  return useMutation({
    mutationFn: () =>
      api.read<PreferencesTestReply>(`${PATH}/test`, { method: "POST", timeoutMs: TEST_MS }),
  });
}
