/** The routes. Every page but the queue loads when it is opened. */
import { createRootRoute, createRoute, createRouter, Link, redirect } from "@tanstack/react-router";
import type { RouterHistory } from "@tanstack/react-router";

import { Failure, Notice } from "../components/Notice.tsx";
import { SkeletonRows } from "../components/SkeletonRows.tsx";
import { filtersOf } from "../features/incidents/filters.ts";
import { incidentSearchOf } from "../features/incidents/tabs.ts";
import { IncidentsRoute } from "../routes/incidents.tsx";
import {
  auditSearchOf,
  editSearchOf,
  graphSearchOf,
  huntSearchOf,
  inboxSearchOf,
  scorecardSearchOf,
  searchSearchOf,
  sessionListSearchOf,
  sessionSearchOf,
  webhooksSearchOf,
} from "./pageSearch.ts";
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

const sessionsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sessions",
  validateSearch: sessionListSearchOf,
}).lazy(async () => (await import("../routes/sessions.tsx")).Route);

const sessionRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sessions/$id",
  validateSearch: sessionSearchOf,
}).lazy(async () => (await import("../routes/session.tsx")).Route);

const searchRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/search",
  validateSearch: searchSearchOf,
}).lazy(async () => (await import("../routes/search.tsx")).Route);

const graphRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/graph",
  validateSearch: graphSearchOf,
}).lazy(async () => (await import("../routes/graph.tsx")).Route);

const scorecardRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/scorecard",
  validateSearch: scorecardSearchOf,
}).lazy(async () => (await import("../routes/scorecard.tsx")).Route);

const modelsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/admin/models",
  validateSearch: editSearchOf,
}).lazy(async () => (await import("../routes/models.tsx")).Route);

const siemProvidersRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/admin/siem-providers",
  validateSearch: editSearchOf,
}).lazy(async () => (await import("../routes/siemProviders.tsx")).Route);

const schedulesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/schedules",
  validateSearch: editSearchOf,
}).lazy(async () => (await import("../routes/schedules.tsx")).Route);

const scheduleRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/schedules/$id",
  validateSearch: editSearchOf,
}).lazy(async () => (await import("../routes/schedule.tsx")).Route);

const notificationsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/notifications",
  validateSearch: inboxSearchOf,
}).lazy(async () => (await import("../routes/notifications.tsx")).Route);

const notificationSettingsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/settings/notifications",
}).lazy(async () => (await import("../routes/notificationSettings.tsx")).Route);

const webhooksRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/admin/webhooks",
  validateSearch: webhooksSearchOf,
}).lazy(async () => (await import("../routes/webhooks.tsx")).Route);

const huntRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/hunt",
  validateSearch: huntSearchOf,
}).lazy(async () => (await import("../routes/hunt.tsx")).Route);

const adminApiKeysRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/admin/api-keys",
  validateSearch: editSearchOf,
}).lazy(async () => (await import("../routes/adminApiKeys.tsx")).Route);

const adminUsersRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/admin/users",
}).lazy(async () => (await import("../routes/adminUsers.tsx")).Route);

const adminHealthRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/admin/health",
}).lazy(async () => (await import("../routes/adminHealth.tsx")).Route);

const adminAuditRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/admin/audit",
  validateSearch: auditSearchOf,
}).lazy(async () => (await import("../routes/adminAudit.tsx")).Route);

const routeTree = rootRoute.addChildren([
  startRoute,
  incidentsRoute,
  incidentRoute,
  sessionsRoute,
  sessionRoute,
  searchRoute,
  graphRoute,
  huntRoute,
  schedulesRoute,
  scheduleRoute,
  scorecardRoute,
  notificationsRoute,
  notificationSettingsRoute,
  siemProvidersRoute,
  webhooksRoute,
  modelsRoute,
  adminApiKeysRoute,
  adminUsersRoute,
  adminHealthRoute,
  adminAuditRoute,
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
