/** /admin/siem-providers, loaded when opened; `?edit=` is the provider whose form is open, or `new`. */
import { createLazyRoute } from "@tanstack/react-router";

import { ProvidersPage } from "../features/providers/ProvidersPage.tsx";

export const Route = createLazyRoute("/admin/siem-providers")({ component: SiemProvidersRoute });

function SiemProvidersRoute() {
  const { edit } = Route.useSearch();
  const navigate = Route.useNavigate();
  return (
    <ProvidersPage edit={edit} onClose={() => void navigate({ to: "/admin/siem-providers" })} />
  );
}
