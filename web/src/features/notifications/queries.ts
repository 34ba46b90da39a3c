/** The inbox: cheap polling for the bell, and marking as read. */
import {
  infiniteQueryOptions,
  queryOptions,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";

import type { InboxItem } from "../../../../shared/schemas/notifications.ts";
import type { ApiClient } from "../../api/client.ts";
import { useApi } from "../../api/context.ts";
import { type Page, pagesOf, paramsOf } from "../../api/pages.ts";
import type { InboxSearch } from "../../app/pageSearch.ts";

/** Reply of GET /api/v1/notifications (`InboxPage`). */
export interface Inbox extends Page<InboxItem> {
  unread: number;
  limit: number;
}

interface HeldInbox {
  inbox: Inbox;
  etag: string | undefined;
}

const KEY = ["notifications"];
const POLL_MS = 10_000;

export const inboxOptions = (api: ApiClient, held: () => HeldInbox | undefined) =>
  queryOptions({
    queryKey: KEY,
    queryFn: async ({ signal }): Promise<HeldInbox> => {
      const before = held();
      const path = "/api/v1/notifications?limit=10";
      const reply = await api.call<Inbox>(path, { signal, ifNoneMatch: before?.etag });
      if (reply.body !== undefined) return { inbox: reply.body, etag: reply.etag };
      if (before === undefined) throw new Error("The inbox came without a body.");
      return before;
    },
    refetchInterval: POLL_MS,
  });

export function useInboxOptions() {
  const api = useApi();
  const cache = useQueryClient();
  return inboxOptions(api, () => cache.getQueryData<HeldInbox>(KEY));
}

/** The whole inbox, page after page; `unread` and `event` narrow it. */
export const pagesOptions = (api: ApiClient, { unread, event }: InboxSearch) =>
  infiniteQueryOptions({
    queryKey: [...KEY, "pages", { unread, event }],
    ...pagesOf<Inbox>(
      api,
      "/api/v1/notifications",
      paramsOf({
        limit: "50",
        unread: unread === "true" ? unread : undefined,
        event,
      }),
    ),
  });

/** Marks one item, or all without an id; the bell follows at once and is corrected by the server. */
export function useMarkRead() {
  const api = useApi();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (id: string | undefined) =>
      api.call(
        id === undefined
          ? "/api/v1/notifications/read-all"
          : `/api/v1/notifications/${encodeURIComponent(id)}/read`,
        { method: "POST" },
      ),
    onMutate: async (id) => {
      await cache.cancelQueries({ queryKey: KEY });
      cache.setQueryData<HeldInbox>(KEY, (held) => held && withRead(held, id));
    },
    onSettled: () => cache.invalidateQueries({ queryKey: KEY }),
  });
}

function withRead({ inbox }: HeldInbox, id: string | undefined): HeldInbox {
  const isMarked = (item: InboxItem) => !item.read && (id === undefined || item.id === id);
  const marked = id === undefined ? inbox.unread : inbox.items.filter(isMarked).length;
  return {
    inbox: {
      ...inbox,
      unread: inbox.unread - marked,
      items: inbox.items.map((item) => (isMarked(item) ? { ...item, read: true } : item)),
    },
    // This copy is ours, not the server's: the next read must not be answered with 304.
    etag: undefined,
  };
}
