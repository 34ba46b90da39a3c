/** People who have signed in: whom work can be assigned to, and what administrators see of them. */
import { assignableUser, userView } from "../../shared/domain/users.ts";
import * as users from "../../shared/repositories/users.ts";
import { PageQuery } from "../../shared/schemas/page.ts";
import { AssignableUserList, UserList } from "../../shared/schemas/users.ts";
import { endpoint } from "../kit/endpoint.ts";

export const usersAssignable = endpoint({
  name: "users-assignable",
  method: "GET",
  route: "v1/users",
  permission: "users:read",
  summary: "People who can be assigned: everybody who has signed in.",
  query: PageQuery,
  reply: AssignableUserList,
  async handle({ deps, principal, query }) {
    const page = await users.list(deps.documents, principal.tenant_id, query);
    const items = page.users.map(assignableUser);
    return { status: 200, body: { items, limit: query.limit, next_cursor: page.cursor ?? null } };
  },
});

export const usersList = endpoint({
  name: "users-list",
  method: "GET",
  route: "admin/users",
  permission: "users:manage",
  summary: "People who have signed in, with their role and when they were seen last.",
  query: PageQuery,
  reply: UserList,
  async handle({ deps, principal, query }) {
    const page = await users.list(deps.documents, principal.tenant_id, query);
    const items = page.users.map(userView);
    return { status: 200, body: { items, limit: query.limit, next_cursor: page.cursor ?? null } };
  },
});
