/** Which role may do what. A role includes the ones after it: admin, analyst, viewer. */
import { KeyScope } from "../schemas/apiKeys.ts";
import type { Permission, Role } from "../schemas/principal.ts";

const VIEWER: readonly Permission[] = [
  "incidents:read",
  "investigations:read",
  "notifications:read",
  "search:read",
  "graph:read",
  "schedules:read",
];
const ANALYST: readonly Permission[] = [
  ...VIEWER,
  "incidents:write",
  "incidents:writeback",
  "investigations:write",
  "kql:analyze",
  "hunting:run",
  "schedules:write",
  "schedules:run",
  "users:read",
];
const ADMIN: readonly Permission[] = [
  ...ANALYST,
  "incidents:sync",
  "providers:manage",
  "models:manage",
  "webhooks:manage",
  "dead_letters:manage",
  "api_keys:manage",
  "users:manage",
  "audit:read",
  "health:read",
];

const BY_ROLE: Readonly<Record<Role, readonly Permission[]>> = {
  admin: ADMIN,
  analyst: ANALYST,
  viewer: VIEWER,
};

/** What the application roles of managed identities allow: reading, or reading and writing, never administration. */
const BY_APPLICATION_ROLE: Readonly<Record<string, readonly Permission[]>> = {
  "Soc.Integration.Read": VIEWER,
  "Soc.Integration.Write": ANALYST,
};

export const permissionsOfRoles = (roles: readonly Role[]): Permission[] => [
  ...new Set(roles.flatMap((role) => BY_ROLE[role])),
];

export const permissionsOfApplicationRoles = (roles: readonly string[]): Permission[] => [
  ...new Set(roles.flatMap((role) => BY_APPLICATION_ROLE[role] ?? [])),
];

/** Whether an API key may have it: nothing of administration, and no list of people. */
export const isForKeys = (permission: Permission): boolean =>
  KeyScope.safeParse(permission).success;

/** The least role of a person that grants the permission, for the words of a refusal. */
export function leastRoleFor(permission: Permission): Role {
  if (VIEWER.includes(permission)) return "viewer";
  return ANALYST.includes(permission) ? "analyst" : "admin";
}
