/** /schedules/{id}, loaded when opened; `?edit=` opens its form. */
import { createLazyRoute } from "@tanstack/react-router";

import { SchedulePage } from "../features/schedules/SchedulePage.tsx";

export const Route = createLazyRoute("/schedules/$id")({ component: ScheduleRoute });

function ScheduleRoute() {
  const { id } = Route.useParams();
  const { edit } = Route.useSearch();
  const navigate = Route.useNavigate();
  return (
    <SchedulePage
      id={id}
      isEditing={edit !== undefined}
      onClose={() => void navigate({ to: "/schedules/$id", params: { id } })}
      onDeleted={() => void navigate({ to: "/schedules" })}
    />
  );
}
