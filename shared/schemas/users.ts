/** People of a tenant, as their sign-ins showed them: nobody is entered by hand. */
import { z } from "zod";

import { listOf } from "./page.ts";
import { Role } from "./principal.ts";

const Time = z.iso.datetime();

/** Document `user:<object id>` of the tenant. */
export const UserRecord = z.object({
  type: z.literal("user"),
  id: z.string(),
  tenant_id: z.string(),
  /** Entra object id. */
  object_id: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  /** App roles of the last sign-in, strongest first. */
  roles: z.array(Role),
  last_seen_at: Time,
  created_at: Time,
  updated_at: Time,
});
export type UserRecord = z.infer<typeof UserRecord>;

/** Somebody who can be assigned an incident. Item of GET /api/v1/users. */
export const AssignableUser = z
  .object({
    /** `usr_` and the object id. */
    id: z.string(),
    name: z.string(),
    email: z.string().nullable(),
    /** The strongest role. */
    role: Role,
  })
  .meta({ id: "AssignableUser" });
export type AssignableUser = z.infer<typeof AssignableUser>;

/** Item of GET /api/admin/users. */
export const UserView = AssignableUser.extend({
  object_id: z.string(),
  roles: z.array(Role),
  /** To five minutes. */
  last_seen_at: Time,
  /** The first sign-in. */
  created_at: Time,
  updated_at: Time,
}).meta({ id: "User" });
export type UserView = z.infer<typeof UserView>;

export const AssignableUserList = listOf(AssignableUser);
export const UserList = listOf(UserView);
