/** /incidents/{number}, loaded when opened; its tab is in the address. */
import { createLazyRoute, Link } from "@tanstack/react-router";

import { INCIDENT_NUMBER_MAX } from "../../../shared/schemas/incidentNumberMax.ts";
import { Notice } from "../components/Notice.tsx";
import { IncidentPage } from "../features/incidents/IncidentPage.tsx";
import type { Tab } from "../features/incidents/tabs.ts";

export const Route = createLazyRoute("/incidents/$number")({ component: IncidentRoute });

function IncidentRoute() {
  const { number } = Route.useParams();
  const { tab = "overview", provider } = Route.useSearch();
  const navigate = Route.useNavigate();
  if (!/^\d{1,10}$/.test(number) || Number(number) > INCIDENT_NUMBER_MAX) {
    return (
      <Notice
        title="There is no such incident"
        actions={<Link to="/incidents">Go to the incidents</Link>}
      >
        An incident number is a whole number up to {INCIDENT_NUMBER_MAX}.
      </Notice>
    );
  }
  const onTab = (next: Tab) =>
    void navigate({
      to: "/incidents/$number",
      params: { number },
      search: { provider, tab: next === "overview" ? undefined : next },
      replace: true,
      resetScroll: false,
    });
  return (
    <IncidentPage
      key={`${number}.${provider ?? ""}`}
      of={{ number: Number(number), provider }}
      tab={tab}
      onTab={onTab}
    />
  );
}
