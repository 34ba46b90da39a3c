/** Where the menu, the go-to keys and the palette lead; a page that comes later adds its line here. */
import type { Permission } from "../../../../shared/schemas/principal.ts";

interface Place {
  /** The key after `g`; absent for pages that are seldom opened. */
  key?: string;
  to:
    | "/incidents"
    | "/sessions"
    | "/search"
    | "/graph"
    | "/hunt"
    | "/schedules"
    | "/scorecard"
    | "/settings/notifications"
    | "/admin/siem-providers"
    | "/admin/webhooks"
    | "/admin/models"
    | "/admin/api-keys"
    | "/admin/users"
    | "/admin/health"
    | "/admin/audit";
  name: string;
  permission: Permission;
}

interface Section {
  /** Absent for the pages of the daily work, which need no heading. */
  title?: "Settings" | "Admin";
  places: readonly Place[];
}

const SECTIONS: readonly Section[] = [
  {
    places: [
      { key: "i", to: "/incidents", name: "Incidents", permission: "incidents:read" },
      { key: "v", to: "/sessions", name: "Investigations", permission: "investigations:read" },
      { key: "s", to: "/search", name: "Search", permission: "search:read" },
      { key: "g", to: "/graph", name: "Graph", permission: "graph:read" },
      { key: "h", to: "/hunt", name: "Hunt", permission: "hunting:run" },
      { key: "t", to: "/schedules", name: "Schedules", permission: "schedules:read" },
      { key: "c", to: "/scorecard", name: "Scorecard", permission: "investigations:read" },
    ],
  },
  {
    title: "Settings",
    places: [
      { to: "/settings/notifications", name: "Notifications", permission: "notifications:read" },
    ],
  },
  {
    title: "Admin",
    places: [
      {
        key: "p",
        to: "/admin/siem-providers",
        name: "SIEM Providers",
        permission: "providers:manage",
      },
      { key: "w", to: "/admin/webhooks", name: "Webhooks", permission: "webhooks:manage" },
      { key: "m", to: "/admin/models", name: "Models", permission: "models:manage" },
      { key: "a", to: "/admin/api-keys", name: "API keys", permission: "api_keys:manage" },
      { key: "u", to: "/admin/users", name: "Users", permission: "users:manage" },
      { to: "/admin/health", name: "Health", permission: "health:read" },
      { to: "/admin/audit", name: "Audit", permission: "audit:read" },
    ],
  },
];

/** The pages that somebody with these permissions may use, section by section; empty sections are left out. */
export const sectionsFor = (permissions: readonly Permission[]): Section[] =>
  SECTIONS.map((section) => ({
    ...section,
    places: section.places.filter(({ permission }) => permissions.includes(permission)),
  })).filter(({ places }) => places.length > 0);

/** The same pages in one list. */
export const placesFor = (permissions: readonly Permission[]): Place[] =>
  sectionsFor(permissions).flatMap(({ places }) => places);
