/** /sessions/{id}, loaded when opened; `?claim=` is the claim whose evidence is open. */
import { createLazyRoute } from "@tanstack/react-router";

import { SessionPage } from "../features/sessions/SessionPage.tsx";

export const Route = createLazyRoute("/sessions/$id")({ component: SessionRoute });

function SessionRoute() {
  const { id } = Route.useParams();
  const { claim } = Route.useSearch();
  const navigate = Route.useNavigate();
  return (
    <SessionPage
      key={id}
      id={id}
      openClaim={claim}
      onClaim={(next) =>
        void navigate({ to: "/sessions/$id", params: { id }, search: { claim: next } })
      }
    />
  );
}
