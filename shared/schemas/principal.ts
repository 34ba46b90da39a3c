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
  "providers:manage",
  "models:manage",
]);
export type Permission = z.infer<typeof Permission>;

export const Principal = z.object({
  kind: z.enum(["user", "application"]),
  tenant_id: z.string().min(1),
  /** Entra object id. */
  id: z.string().min(1),
  name: z.string(),
  /** E-mail or user principal name; absent for applications. */
  email: z.string().optional(),
  roles: z.array(Role),
  permissions: z.array(Permission),
});
export type Principal = z.infer<typeof Principal>;
