/** People appear by signing in. */
import { beforeEach, describe, expect, test } from "vitest";

import { AppError } from "../../shared/domain/errors.ts";
import type { Principal } from "../../shared/schemas/principal.ts";
import { type TestDeps, testDeps } from "../../shared/testing/deps.ts";
import { aPrincipal } from "../../shared/testing/fixtures.ts";
import { call } from "../../shared/testing/http.ts";
import { edge } from "../edge.ts";
import { SeenUsers } from "../kit/seenUsers.ts";
import { usersAssignable, usersList } from "./users.ts";

const admin = aPrincipal("admin");
let deps: TestDeps;
let seen: SeenUsers;

beforeEach(() => {
  deps = testDeps();
  seen = new SeenUsers(deps, edge);
});

const ana = (over: Partial<Principal> = {}) =>
  aPrincipal("analyst", { id: "ana", name: "Ana", email: "ana@contoso.example", ...over });
const list = (as = admin, query = {}) => call(usersList, deps, { as, query });

test("200: who signed in, with the role and when they were seen last, to five minutes", async () => {
  await seen.note(ana());
  deps.clock.advance(299_000);
  await seen.note(ana());
  const person = {
    id: "usr_ana",
    object_id: "ana",
    name: "Ana",
    email: "ana@contoso.example",
    role: "analyst",
    roles: ["analyst"],
    created_at: "2026-01-15T12:00:00.000Z",
  };
  const first = { ...person, last_seen_at: "2026-01-15T12:00:00.000Z" };
  expect((await list()).json).toMatchObject({ items: [first], next_cursor: null });
  deps.clock.advance(1_000);
  await seen.note(ana());
  const later = { ...person, last_seen_at: "2026-01-15T12:05:00.000Z" };
  expect((await list()).json).toMatchObject({ items: [later] });
});

// An administrator who has just taken a role away looks whether it is gone.
test("another role shows at once", async () => {
  await seen.note(ana());
  await seen.note(ana({ roles: ["viewer"] }));
  expect((await list()).json).toMatchObject({ items: [{ role: "viewer", roles: ["viewer"] }] });
});

test("a page follows the other; another tenant's people are not there", async () => {
  for (const id of ["one", "two", "three"]) {
    await seen.note(ana({ id }));
    deps.clock.advance(1);
  }
  await seen.note(ana({ id: "foreign", tenant_id: "fabrikam" }));
  const first = await list(admin, { limit: 2 });
  expect(first.json).toMatchObject({ items: [{ id: "usr_three" }, { id: "usr_two" }] });
  const cursor = String(Object(first.json).next_cursor);
  const second = await list(admin, { limit: 2, cursor });
  expect(second.json).toMatchObject({ items: [{ id: "usr_one" }], next_cursor: null });
});

test("the list for assigning says no more than is needed, to analysts", async () => {
  await seen.note(ana());
  const reply = await call(usersAssignable, deps, { as: aPrincipal("analyst") });
  expect(Object(reply.json).items).toEqual([
    { id: "usr_ana", name: "Ana", email: "ana@contoso.example", role: "analyst" },
  ]);
  expect((await list(aPrincipal("analyst"))).status).toBe(403);
  expect((await call(usersAssignable, deps, { as: aPrincipal("viewer") })).status).toBe(403);
});

describe("writing it down", () => {
  test("two instances that see somebody new at once make one record", async () => {
    const other = new SeenUsers(deps, edge);
    await Promise.all([seen.note(ana()), other.note(ana())]);
    expect(Object((await list()).json).items).toHaveLength(1);
  });

  test("a store that is away turns nobody away", async () => {
    const away = {
      recordSignIn: async () => {
        throw new AppError("store-unavailable", "Away.");
      },
    };
    await new SeenUsers(deps, away).note(ana());
    expect(deps.log.events()).toEqual(["user.not-recorded"]);
  });
});
