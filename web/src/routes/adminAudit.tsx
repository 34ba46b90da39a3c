/** /admin/audit, loaded when opened; the filter is in the address. */
import { createLazyRoute } from "@tanstack/react-router";

import { AuditPage } from "../features/admin/AuditPage.tsx";

export const Route = createLazyRoute("/admin/audit")({ component: AuditRoute });

function AuditRoute() {
  const choice = Route.useSearch();
  const navigate = Route.useNavigate();
  return <AuditPage choice={choice} onChoose={(search) => void navigate({ search })} />;
}
