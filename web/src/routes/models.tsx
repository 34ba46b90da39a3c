/** /admin/models, loaded when opened; `?edit=` is the model whose form is open, or `new`. */
import { createLazyRoute } from "@tanstack/react-router";

import { ModelsPage } from "../features/models/ModelsPage.tsx";

export const Route = createLazyRoute("/admin/models")({ component: ModelsRoute });

function ModelsRoute() {
  const { edit } = Route.useSearch();
  const navigate = Route.useNavigate();
  return <ModelsPage edit={edit} onClose={() => void navigate({ to: "/admin/models" })} />;
}
