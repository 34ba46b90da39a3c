/** /incidents/{number}, loaded when opened. */
import { createLazyRoute } from "@tanstack/react-router";

import { Notice } from "../components/Notice.tsx";
import { IncidentPage } from "../features/incidents/IncidentPage.tsx";

export const Route = createLazyRoute("/incidents/$number")({ component: IncidentRoute });

function IncidentRoute() {
  const { number } = Route.useParams();
  if (!/^\d{1,12}$/.test(number)) {
    return <Notice title="No such incident">An incident number has digits only.</Notice>;
  }
  return <IncidentPage key={number} number={Number(number)} />;
}
