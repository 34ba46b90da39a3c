/** /sessions, loaded when opened: `?status=` filters, `?start=` opens the start dialog. */
import { createLazyRoute } from "@tanstack/react-router";

import { SessionsPage } from "../features/sessions/SessionsPage.tsx";

export const Route = createLazyRoute("/sessions")({ component: SessionsRoute });

function SessionsRoute() {
  const { status, start } = Route.useSearch();
  const navigate = Route.useNavigate();
  return (
    <SessionsPage
      status={status}
      isStarting={start !== undefined}
      onStatus={(next) => void navigate({ to: "/sessions", search: { status: next } })}
      onStarting={(isOpen) =>
        void navigate({
          to: "/sessions",
          search: { status, start: isOpen ? "new" : undefined },
          replace: true,
        })
      }
    />
  );
}
