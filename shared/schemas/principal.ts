/** Who is calling, after authentication, and what that allows. */
import { z } from "zod";

export const Role = z.enum(["admin", "analyst", "viewer"]);
export type Role = z.infer<typeof Role>;

export const Permission = z.enum([
  "incidents:read",
  "incidents:write",
  "incidents:writeback",
  "incidents:sync",
  "investigations:read",
  "investigations:write",
  "kql:analyze",
  "hunting:run",
  "notifications:read",
  "search:read",
  "graph:read",
  "schedules:read",
  "schedules:write",
  "schedules:run",
  "providers:manage",
  "models:manage",
  "webhooks:manage",
  "dead_letters:manage",
  "api_keys:manage",
  "users:read",
  "users:manage",
  "audit:read",
  "health:read",
]);
export type Permission = z.infer<typeof Permission>;

export const Principal = z.object({
  kind: z.enum(["user", "application", "api_key"]),
  tenant_id: z.string().min(1),
  /** Entra object id, or the id of the API key. */
  id: z.string().min(1),
  name: z.string(),
  /** E-mail or user principal name; absent for applications. */
  email: z.string().optional(),
  roles: z.array(Role),
  permissions: z.array(Permission),
  /** App scope of what the caller creates: the key's id or the application's client id; absent for people (seed 003). */
  app_id: z.string().optional(),
  /** Of an API key; others have the deployment's limits. */
  rate_limit_per_minute: z.int().positive().optional(),
});
export type Principal = z.infer<typeof Principal>;
