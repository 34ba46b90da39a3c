/** Admin > Webhooks: webhooks, their deliveries, dead letters, and what is done with them. */
import {
  infiniteQueryOptions,
  queryOptions,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";
import type { z } from "zod";

import type { DeadLetterView } from "../../../../shared/schemas/deadLetters.ts";
import type { DeliveryView, RedeliverReply } from "../../../../shared/schemas/deliveries.ts";
import type {
  WebhookTestReply,
  WebhookView,
  WebhookWithSecret,
} from "../../../../shared/schemas/webhooks.ts";
import type { ApiClient } from "../../api/client.ts";
import { useApi } from "../../api/context.ts";
import { type Page, pagesOf, paramsOf } from "../../api/pages.ts";

const ROOT = "/api/admin/webhooks";
const DELIVERIES = "/api/admin/deliveries";
const LETTERS = "/api/admin/dead-letters";
const KEY = ["webhooks"] as const;
const LOOK_EVERY_MS = 10_000;

export type CreatedWebhook = z.infer<typeof WebhookWithSecret>;

export const webhooksOptions = (api: ApiClient) =>
  queryOptions({
    queryKey: [...KEY, "list"],
    queryFn: ({ signal }) => api.read<{ items: WebhookView[]; total: number }>(ROOT, { signal }),
  });

/** A webhook in the version that the form was filled from. */
export interface HeldWebhook {
  view: WebhookView;
  etag: string | undefined;
}

export const webhookOptions = (api: ApiClient, id: string) =>
  queryOptions({
    queryKey: [...KEY, "one", id],
    queryFn: async ({ signal }): Promise<HeldWebhook> => {
      const { body, etag } = await api.call<WebhookView>(pathOf(id), { signal });
      if (body === undefined) throw new Error("The webhook came without a body.");
      return { view: body, etag };
    },
  });

/** Of one webhook, or over all channels without. */
export const deliveriesOptions = (
  api: ApiClient,
  { webhook, status }: { webhook?: string | undefined; status?: string | undefined },
) =>
  infiniteQueryOptions({
    queryKey: [...KEY, "deliveries", { webhook, status }],
    ...pagesOf<Page<DeliveryView>>(
      api,
      webhook === undefined ? DELIVERIES : pathOf(webhook, "/deliveries"),
      paramsOf({ limit: "50", status }),
    ),
    refetchInterval: LOOK_EVERY_MS,
  });

export const deadLettersOptions = (api: ApiClient) =>
  infiniteQueryOptions({
    queryKey: [...KEY, "dead-letters"],
    ...pagesOf<Page<DeadLetterView>>(api, LETTERS, paramsOf({ limit: "50" })),
  });

const pathOf = (id: string, act = ""): string => `${ROOT}/${encodeURIComponent(id)}${act}`;

function useAct<Input, Output>(act: (api: ApiClient, input: Input) => Promise<Output>) {
  const api = useApi();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (input: Input) => act(api, input),
    onSettled: () => cache.invalidateQueries({ queryKey: KEY }),
  });
}

/**
 * Adds a webhook, or changes the one that is held; a new signed one comes with its secret, this once. Refused with 412 when
 * somebody else has changed it since.
 */
export const useSaveWebhook = () =>
  useAct((api, { body, held }: { body: object; held: HeldWebhook | undefined }) =>
    held === undefined
      ? api.read<CreatedWebhook>(ROOT, { method: "POST", body })
      : api.read<CreatedWebhook>(pathOf(held.view.id), {
          method: "PATCH",
          body,
          ifMatch: held.etag,
        }),
  );

export function useWebhookActs(id: string) {
  return {
    test: useAct((api) =>
      api.read<z.infer<typeof WebhookTestReply>>(pathOf(id, "/test"), { method: "POST" }),
    ),
    turn: useAct((api, status: WebhookView["status"]) =>
      api.call(pathOf(id), { method: "PATCH", body: { status } }),
    ),
    rotate: useAct((api) => api.read<CreatedWebhook>(pathOf(id, "/rotate"), { method: "POST" })),
    remove: useAct((api) => api.call(pathOf(id), { method: "DELETE" })),
  };
}

export interface Range {
  since: string;
  until: string;
}

/** One delivery of any channel, or what failed in a range; of one webhook when it is given. */
export const useRedeliver = (webhook?: string) =>
  useAct((api, body: Range | { delivery_id: string }) =>
    api.read<RedeliverReply>(
      webhook === undefined ? `${DELIVERIES}/redeliver` : pathOf(webhook, "/redeliver"),
      { method: "POST", body },
    ),
  );

export function useDeadLetterActs(id: string) {
  const path = `${LETTERS}/${encodeURIComponent(id)}`;
  return {
    replay: useAct((api) => api.call(`${path}/replay`, { method: "POST" })),
    drop: useAct((api) => api.call(path, { method: "DELETE" })),
  };
}
