/** /admin/api-keys, loaded when opened; `?edit=new` opens the form. */
import { createLazyRoute } from "@tanstack/react-router";

import { ApiKeysPage } from "../features/admin/ApiKeysPage.tsx";

export const Route = createLazyRoute("/admin/api-keys")({ component: ApiKeysRoute });

function ApiKeysRoute() {
  const { edit } = Route.useSearch();
  const navigate = Route.useNavigate();
  return <ApiKeysPage edit={edit} onClose={() => void navigate({ to: "/admin/api-keys" })} />;
}
