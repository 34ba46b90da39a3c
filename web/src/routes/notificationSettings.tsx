/** /settings/notifications, loaded when opened. */
import { createLazyRoute } from "@tanstack/react-router";

import { NotificationSettingsPage } from "../features/settings/NotificationSettingsPage.tsx";

export const Route = createLazyRoute("/settings/notifications")({
  component: NotificationSettingsPage,
});
