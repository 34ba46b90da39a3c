/** Decisions about the people of a tenant. */
import type { Principal } from "../schemas/principal.ts";
import type { AssignableUser, UserRecord, UserView } from "../schemas/users.ts";

/** What is kept of a sign-in. @param known the record of earlier ones. */
export function signedIn(
  { tenant_id, id, name, email, roles }: Principal,
  known: UserRecord | undefined,
  at: Date,
): UserRecord {
  const now = at.toISOString();
  const seen = { object_id: id, name, email: email ?? null, roles };
  const isChanged = known === undefined || !isSame(known, seen);
  return {
    type: "user",
    id: `user:${id}`,
    tenant_id,
    ...seen,
    last_seen_at: now,
    created_at: known?.created_at ?? now,
    updated_at: isChanged ? now : known.updated_at,
  };
}

const isSame = (known: UserRecord, seen: Pick<UserRecord, "name" | "email" | "roles">): boolean =>
  known.name === seen.name &&
  known.email === seen.email &&
  known.roles.join() === seen.roles.join();

export const assignableUser = ({ object_id, name, email, roles }: UserRecord): AssignableUser => ({
  id: `usr_${object_id}`,
  name,
  email,
  role: roles[0] ?? "viewer",
});

export function userView(user: UserRecord): UserView {
  const { object_id, roles, last_seen_at, created_at, updated_at } = user;
  return {
    ...assignableUser(user),
    object_id,
    roles,
    last_seen_at,
    created_at,
    updated_at,
  };
}
