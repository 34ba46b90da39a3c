/** Lists of administration that are longer than a page. */
import { screen } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";

import { FakeApi } from "../../testing/fakeApi.ts";
import { ANALYST } from "../../testing/fixtures.ts";
import { renderPage, resetPage } from "../../testing/renderPage.tsx";

const AT = "2026-01-15T12:00:00.000Z";
let fake: FakeApi;
beforeEach(() => {
  resetPage();
  fake = new FakeApi();
  const permissions = [...ANALYST.permissions, "api_keys:manage", "users:manage"] as const;
  fake.me = { ...ANALYST, roles: ["admin"], permissions: [...permissions] };
});

const page = (url: URL, items: readonly unknown[]) => {
  const from = Number(url.searchParams.get("cursor") ?? 0);
  const to = from + 100;
  const next_cursor = to < items.length ? String(to) : null;
  return Response.json({ items: items.slice(from, to), limit: 100, next_cursor });
};

// A key that no page shows cannot be revoked.
test("every API key can be come to", async () => {
  const keys = Array.from({ length: 150 }, (_, n) => ({
    id: `key_${n}`,
    key_id: `${n}`,
    name: `Integration ${n}`,
    description: "",
    scopes: ["incidents:read"],
    rate_limit_per_minute: 100,
    allowed_cidrs: [],
    status: "active",
    expires_at: AT,
    previous_valid_until: null,
    last_used_at: null,
    last_used_from: null,
    uses: [{ day: "2026-01-15", count: 7 }],
    created_at: AT,
    updated_at: AT,
  }));
  fake.answers["GET /api/admin/api-keys"] = (url) => page(url, keys);
  const { user } = renderPage(fake, "/admin/api-keys");
  expect(await screen.findByText("Integration 99")).toBeDefined();
  expect(screen.getByText("100 active or more")).toBeDefined();
  expect(screen.queryByText("Integration 149")).toBeNull();
  // By its words: to find the roles and names of all in so many rows takes long.
  await user.click(screen.getByText("Show older keys"));
  expect(await screen.findByText("Integration 149")).toBeDefined();
  expect(screen.queryByText("Show older keys")).toBeNull();
});

test("every person can be come to", async () => {
  const people = Array.from({ length: 120 }, (_, n) => ({
    id: `usr_${n}`,
    name: `Person ${n}`,
    email: null,
    roles: ["analyst"],
    last_seen_at: AT,
    created_at: AT,
  }));
  fake.answers["GET /api/admin/users"] = (url) => page(url, people);
  const { user } = renderPage(fake, "/admin/users");
  await user.click(await screen.findByText("Show more people"));
  expect(await screen.findByText("Person 119")).toBeDefined();
});
