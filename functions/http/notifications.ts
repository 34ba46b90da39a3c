/** The inbox in the page: events of the tenant, read and unread. */
import { z } from "zod";

import { inboxItem } from "../../shared/domain/notifications.ts";
import {
  InboxItem,
  InboxPage,
  NotificationQuery,
  ReadAllReply,
} from "../../shared/schemas/notifications.ts";
import { listNotifications } from "../../shared/services/listNotifications.ts";
import { markAllRead, markRead } from "../../shared/services/markRead.ts";
import { endpoint, etagOver } from "../kit/endpoint.ts";

const NotificationParams = z.strictObject({ id: z.string().min(1).max(100) });

export const notificationsList = endpoint({
  name: "notifications-list",
  method: "GET",
  route: "v1/notifications",
  permission: "notifications:read",
  summary: "List this and the last month's events, newest first, with what the caller has read.",
  query: NotificationQuery,
  reply: InboxPage,
  async handle({ deps, principal, query }) {
    const body = await listNotifications(deps, principal, query);
    return { status: 200, body, etag: etagOver(JSON.stringify(body)) };
  },
});

export const notificationsRead = endpoint({
  name: "notifications-read",
  method: "POST",
  route: "v1/notifications/{id}/read",
  permission: "notifications:read",
  summary: "Mark one event as read.",
  params: NotificationParams,
  reply: InboxItem,
  async handle({ deps, principal, params }) {
    const { event, marks } = await markRead(deps, principal, params.id);
    return { status: 200, body: inboxItem(event, marks) };
  },
});

export const notificationsReadAll = endpoint({
  name: "notifications-read-all",
  method: "POST",
  route: "v1/notifications/read-all",
  permission: "notifications:read",
  summary: "Mark every event as read.",
  reply: ReadAllReply,
  async handle({ deps, principal }) {
    await markAllRead(deps, principal);
    return { status: 200, body: { unread: 0 } };
  },
});
