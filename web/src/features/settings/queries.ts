/** Settings > Notifications: read, save, send a test. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";

import type { z } from "zod";

import type {
  DefaultsView as DefaultsShape,
  PreferencesTestReply,
  PreferencesView,
  SaveDefaultsBody,
  SavePreferencesBody,
} from "../../../../shared/schemas/notificationPreferences.ts";
import type { ApiClient, Reply } from "../../api/client.ts";
import { useApi } from "../../api/context.ts";

const PATH = "/api/v1/me/notification-preferences";
const DEFAULTS = "/api/admin/notification-defaults";
const KEY = ["notification-preferences"] as const;
const DEFAULTS_KEY = ["notification-defaults"] as const;
/** Each channel has 15 seconds. */
const TEST_MS = 60_000;

type DefaultsView = z.infer<typeof DefaultsShape>;

export interface HeldPreferences {
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

/** Refused with 412 when they were changed elsewhere since the version that is given. */
export function useSavePreferences() {
  const api = useApi();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async ({
      body,
      etag: ifMatch,
    }: {
      body: SavePreferencesBody;
      etag: string | undefined;
    }): Promise<HeldPreferences> => {
      const saved = await api.call<PreferencesView>(PATH, { method: "PUT", body, ifMatch });
      if (saved.body === undefined) throw new Error("The preferences came without a body.");
      return { preferences: saved.body, etag: saved.etag };
    },
    onSettled: async () => {
      await cache.invalidateQueries({ queryKey: KEY });
      // The inbox is a view by these preferences.
      await cache.invalidateQueries({ queryKey: ["notifications"] });
    },
  });
}

export interface HeldDefaults {
  defaults: DefaultsView;
  etag: string | undefined;
}

export const defaultsOptions = (api: ApiClient) =>
  queryOptions({
    queryKey: DEFAULTS_KEY,
    queryFn: async ({ signal }): Promise<HeldDefaults> =>
      heldOf(await api.call(DEFAULTS, { signal })),
  });

/** Refused with 412 when another administrator changed them since the version that is given. */
export function useSaveDefaults() {
  const api = useApi();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async ({ body, etag }: { body: SaveDefaultsBody; etag: string | undefined }) =>
      heldOf(await api.call<DefaultsView>(DEFAULTS, { method: "PUT", body, ifMatch: etag })),
    onSettled: async () => {
      await cache.invalidateQueries({ queryKey: DEFAULTS_KEY });
      await cache.invalidateQueries({ queryKey: KEY });
    },
  });
}

function heldOf({ body, etag }: Reply<DefaultsView>): HeldDefaults {
  if (body === undefined) throw new Error("The defaults came without a body.");
  return { defaults: body, etag };
}

export function useSendTest() {
  const api = useApi();
  return useMutation({
    mutationFn: () =>
      api.read<PreferencesTestReply>(`${PATH}/test`, { method: "POST", timeoutMs: TEST_MS }),
  });
}
