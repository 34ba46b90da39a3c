/** /sessions/{id}, loaded when opened; `?claim=` or `?evidence=` says which rows are open. */
import { createLazyRoute } from "@tanstack/react-router";

import { SessionPage } from "../features/sessions/SessionPage.tsx";

export const Route = createLazyRoute("/sessions/$id")({ component: SessionRoute });

function SessionRoute() {
  const { id } = Route.useParams();
  const { claim, evidence } = Route.useSearch();
  const navigate = Route.useNavigate();
  return (
    <SessionPage
      key={id}
      id={id}
      open={{ claim, evidence }}
      onOpen={(search) =>
        void navigate({ to: "/sessions/$id", params: { id }, search, resetScroll: false })
      }
    />
  );
}
