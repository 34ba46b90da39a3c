/** /notifications, loaded when opened; `?unread=true` and `?event=` narrow the inbox. */
import { createLazyRoute } from "@tanstack/react-router";

import { NotificationsPage } from "../features/notifications/NotificationsPage.tsx";

export const Route = createLazyRoute("/notifications")({ component: NotificationsRoute });

function NotificationsRoute() {
  const search = Route.useSearch();
  const navigate = Route.useNavigate();
  return <NotificationsPage search={search} onSearch={(next) => void navigate({ search: next })} />;
}
