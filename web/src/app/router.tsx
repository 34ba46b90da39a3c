/** The routes. Every page but the queue loads when it is opened. */
import { createRootRoute, createRoute, createRouter, Link, redirect } from "@tanstack/react-router";
import type { RouterHistory } from "@tanstack/react-router";

import { Failure, Notice } from "../components/Notice.tsx";
import { SkeletonRows } from "../components/SkeletonRows.tsx";
import { filtersOf } from "../features/incidents/filters.ts";
import { incidentSearchOf } from "../features/incidents/tabs.ts";
import { IncidentsRoute } from "../routes/incidents.tsx";
import { parseSearch, stringifySearch } from "./search.ts";
import { Shell } from "./Shell.tsx";

const rootRoute = createRootRoute({ component: Shell });

const startRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/incidents", replace: true });
  },
});

const incidentsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/incidents",
  validateSearch: filtersOf,
  component: IncidentsRoute,
});

const incidentRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/incidents/$number",
  validateSearch: incidentSearchOf,
}).lazy(async () => (await import("../routes/incident.tsx")).Route);

/** What a session page shows beside the report: a claim's evidence, by claim id. */
function sessionSearchOf(search: Record<string, unknown>): { claim?: string | undefined } {
  return { claim: typeof search["claim"] === "string" ? search["claim"] : undefined };
}

const sessionRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sessions/$id",
  validateSearch: sessionSearchOf,
}).lazy(async () => (await import("../routes/session.tsx")).Route);

const siemProvidersRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/admin/siem-providers",
  validateSearch: (search: Record<string, unknown>): { edit?: string | undefined } => ({
    edit: typeof search["edit"] === "string" ? search["edit"] : undefined,
  }),
}).lazy(async () => (await import("../routes/siemProviders.tsx")).Route);

/** A text of the address, or nothing. */
const textOf = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

interface HuntSearch {
  query?: string | undefined;
  timespan?: string | undefined;
  provider?: string | undefined;
}

const huntRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/hunt",
  validateSearch: (search: Record<string, unknown>): HuntSearch => ({
    query: textOf(search["query"]),
    timespan: textOf(search["timespan"]),
    provider: textOf(search["provider"]),
  }),
}).lazy(async () => (await import("../routes/hunt.tsx")).Route);

const routeTree = rootRoute.addChildren([
  startRoute,
  incidentsRoute,
  incidentRoute,
  sessionRoute,
  huntRoute,
  siemProvidersRoute,
]);

/** `history` is given by tests; the browser's otherwise. */
export const makeRouter = (history?: RouterHistory) =>
  createRouter({
    routeTree,
    parseSearch,
    stringifySearch,
    defaultPreload: "intent",
    scrollRestoration: true,
    defaultPendingComponent: () => <SkeletonRows rows={8} label="Loading the page" />,
    defaultErrorComponent: ({ error, reset }) => <Failure error={error} onRetry={reset} />,
    defaultNotFoundComponent: () => (
      <Notice title="No such page" actions={<Link to="/incidents">Go to the incidents</Link>}>
        The address leads nowhere in this version.
      </Notice>
    ),
    ...(history === undefined ? {} : { history }),
  });

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
