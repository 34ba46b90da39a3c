/** Where the header, the go-to keys and the palette lead; a page that comes later adds its line here. */
import type { Permission } from "../../../../shared/schemas/principal.ts";

interface Place {
  /** The key after `g`. */
  key: string;
  to:
    | "/incidents"
    | "/sessions"
    | "/search"
    | "/graph"
    | "/hunt"
    | "/schedules"
    | "/scorecard"
    | "/admin/siem-providers"
    | "/admin/webhooks"
    | "/admin/models"
    | "/admin/api-keys";
  name: string;
  permission: Permission;
}

export const PLACES: readonly Place[] = [
  { key: "i", to: "/incidents", name: "Incidents", permission: "incidents:read" },
  { key: "v", to: "/sessions", name: "Investigations", permission: "investigations:read" },
  { key: "s", to: "/search", name: "Search", permission: "search:read" },
  { key: "g", to: "/graph", name: "Graph", permission: "graph:read" },
  { key: "h", to: "/hunt", name: "Hunt", permission: "hunting:run" },
  { key: "t", to: "/schedules", name: "Schedules", permission: "schedules:read" },
  { key: "c", to: "/scorecard", name: "Scorecard", permission: "investigations:read" },
  {
    key: "p",
    to: "/admin/siem-providers",
    name: "SIEM providers",
    permission: "providers:manage",
  },
  { key: "w", to: "/admin/webhooks", name: "Webhooks", permission: "webhooks:manage" },
  { key: "m", to: "/admin/models", name: "Models", permission: "models:manage" },
  { key: "a", to: "/admin/api-keys", name: "Admin", permission: "api_keys:manage" },
];
