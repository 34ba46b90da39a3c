/** /scorecard, loaded when opened; its stretch of time is the address. */
import { createLazyRoute } from "@tanstack/react-router";

import { ScorecardPage } from "../features/metrics/ScorecardPage.tsx";

export const Route = createLazyRoute("/scorecard")({ component: ScorecardRoute });

function ScorecardRoute() {
  const { timespan } = Route.useSearch();
  const navigate = Route.useNavigate();
  return (
    <ScorecardPage
      timespan={timespan}
      onTimespan={(next) => void navigate({ to: "/scorecard", search: { timespan: next } })}
    />
  );
}
