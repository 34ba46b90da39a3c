/** /schedules, loaded when opened; `?edit=new` opens the form. */
import { createLazyRoute } from "@tanstack/react-router";

import { SchedulesPage } from "../features/schedules/SchedulesPage.tsx";

export const Route = createLazyRoute("/schedules")({ component: SchedulesRoute });

function SchedulesRoute() {
  const { edit } = Route.useSearch();
  const navigate = Route.useNavigate();
  return (
    <SchedulesPage
      edit={edit}
      onSaved={(id) => void navigate({ to: "/schedules/$id", params: { id } })}
      onClose={() => void navigate({ to: "/schedules" })}
    />
  );
}
