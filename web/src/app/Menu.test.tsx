/** The menu is the one way to the pages by mouse: each stands in it once, for those who may use it. */
import { screen, within } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";

import type { Permission } from "../../../shared/schemas/principal.ts";
import { FakeApi } from "../testing/fakeApi.ts";
import { ANALYST } from "../testing/fixtures.ts";
import { renderPage, resetPage } from "../testing/renderPage.tsx";

beforeEach(resetPage);

const ADMINISTRATION: readonly Permission[] = [
  "providers:manage",
  "webhooks:manage",
  "models:manage",
  "api_keys:manage",
  "users:manage",
  "health:read",
  "audit:read",
];

async function menuOf(more: readonly Permission[]): Promise<HTMLElement> {
  const fake = new FakeApi();
  fake.me = { ...ANALYST, permissions: [...ANALYST.permissions, ...more] };
  renderPage(fake, "/incidents");
  return await screen.findByRole("navigation", { name: "Pages" });
}

const names = (place: HTMLElement) =>
  within(place)
    .getAllByRole("link")
    .map((link) => link.textContent);

test("an administrator finds each page once, those of the administration under Admin", async () => {
  const menu = await menuOf(ADMINISTRATION);
  expect(names(within(menu).getByRole("list", { name: "Admin" }))).toEqual([
    "SIEM Providers",
    "Webhooks",
    "Models",
    "API keys",
    "Users",
    "Health",
    "Audit",
  ]);
  const all = names(menu);
  expect(new Set(all).size).toBe(all.length);
  expect(screen.getAllByRole("navigation")).toEqual([menu]);
});

test("who may not administrate sees no heading of it", async () => {
  const menu = await menuOf([]);
  expect(names(menu)).toContain("Incidents");
  expect(within(menu).queryByText("Admin")).toBeNull();
});
