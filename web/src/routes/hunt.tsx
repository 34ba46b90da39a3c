/** /hunt, loaded when opened; the address holds the query that ran last, its time range and its provider. */
import { createLazyRoute } from "@tanstack/react-router";

import { HuntPage } from "../features/hunt/HuntPage.tsx";
import { timespanOf } from "../features/hunt/timespans.ts";

export const Route = createLazyRoute("/hunt")({ component: HuntRoute });

function HuntRoute() {
  const { query, timespan, provider } = Route.useSearch();
  const navigate = Route.useNavigate();
  return (
    <HuntPage
      query={query}
      timespan={timespanOf(timespan)}
      provider={provider}
      onHunt={(hunt) => void navigate({ to: "/hunt", search: hunt, replace: true })}
    />
  );
}
