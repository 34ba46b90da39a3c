/** How the owner of the records reaches the endpoints of notifications, preferences, webhooks, deliveries and dead letters. */
import type { Records } from "./records.ts";
import type { Sample } from "./samples.ts";

const api = (path: string): string => `/api/${path}`;
const webhook = (rest = "") => ({
  path: (of: Records) => api(`admin/webhooks/${of.webhookId}${rest}`),
  role: "admin" as const,
  reach: "record" as const,
});
const deadLetter = (rest = "") => ({
  path: (of: Records) => api(`admin/dead-letters/${of.deadLetterId}${rest}`),
  role: "admin" as const,
  reach: "record" as const,
});
const OWN_MARKS = "Each reader has read marks of their own.";
const OWN_PREFERENCES = "Each person has preferences of their own.";

export const NOTIFICATION_SAMPLES: Readonly<Record<string, Sample>> = {
  "notifications-list": {
    path: () => api("v1/notifications?unread=true"),
    role: "viewer",
    reach: "own",
    shows: true,
  },
  "notifications-read": {
    path: (of) => api(`v1/notifications/${of.notificationId}/read`),
    role: "viewer",
    reach: "record",
    viewerMay: OWN_MARKS,
  },
  "notifications-read-all": {
    path: () => api("v1/notifications/read-all"),
    role: "viewer",
    reach: "own",
    viewerMay: OWN_MARKS,
  },
  "notification-preferences-get": {
    path: () => api("v1/me/notification-preferences"),
    role: "viewer",
    reach: "own",
  },
  "notification-preferences-put": {
    path: () => api("v1/me/notification-preferences"),
    role: "viewer",
    reach: "own",
    viewerMay: OWN_PREFERENCES,
    body: () => ({ min_severity: "high", digest: "hourly" }),
  },
  "notification-preferences-test": {
    path: () => api("v1/me/notification-preferences/test"),
    role: "viewer",
    reach: "own",
    viewerMay: OWN_PREFERENCES,
  },
  "notification-defaults-get": {
    path: () => api("admin/notification-defaults"),
    role: "admin",
    reach: "own",
  },
  "notification-defaults-put": {
    path: () => api("admin/notification-defaults"),
    role: "admin",
    reach: "own",
    body: () => ({ min_severity: "high" }),
  },
  "webhooks-list": { path: () => api("admin/webhooks"), role: "admin", reach: "own", shows: true },
  "webhooks-create": {
    path: () => api("admin/webhooks"),
    role: "admin",
    reach: "own",
    body: (of) => ({ name: `Added for ${of.number}`, url: "https://hooks.example.com/other" }),
  },
  "webhooks-get": webhook(),
  "webhooks-update": { ...webhook(), body: () => ({ min_severity: "high" }) },
  "webhooks-delete": webhook(),
  "webhooks-rotate": webhook("/rotate?overlap_hours=1"),
  "webhooks-test": webhook("/test"),
  "webhooks-deliveries": webhook("/deliveries"),
  "webhooks-redeliver": {
    ...webhook("/redeliver"),
    body: () => ({ since: "2026-01-01T00:00:00.000Z", until: "2026-02-01T00:00:00.000Z" }),
  },
  "deliveries-list": {
    path: () => api("admin/deliveries"),
    role: "admin",
    reach: "own",
    shows: true,
  },
  "deliveries-redeliver": {
    path: () => api("admin/deliveries/redeliver"),
    role: "admin",
    reach: "own",
    body: () => ({ since: "2026-01-01T00:00:00.000Z", until: "2026-02-01T00:00:00.000Z" }),
  },
  "dead-letters-list": {
    path: () => api("admin/dead-letters"),
    role: "admin",
    reach: "own",
    shows: true,
  },
  "dead-letters-replay": deadLetter("/replay"),
  "dead-letters-drop": deadLetter(),
};
