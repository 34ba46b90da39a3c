/** /admin/webhooks, loaded when opened; `?tab=` is the part that shows, `?edit=` the webhook whose form is open. */
import { createLazyRoute } from "@tanstack/react-router";

import { WebhooksPage } from "../features/webhooks/WebhooksPage.tsx";

export const Route = createLazyRoute("/admin/webhooks")({ component: WebhooksRoute });

function WebhooksRoute() {
  const search = Route.useSearch();
  const navigate = Route.useNavigate();
  return <WebhooksPage search={search} onSearch={(next) => void navigate({ search: next })} />;
}
