/** Starting the page: the environment decides how people sign in, and a token is kept and renewed by itself. */
import { cleanup, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { LocalSignIn } from "../api/localSignIn.ts";
import { FakeApi } from "../testing/fakeApi.ts";
import { resetPage } from "../testing/renderPage.tsx";
import { App } from "./App.tsx";

const USER = "analyst@contoso.example";
/** Requests for a token so far. */
let tokens: number;
let expiresIn: number;
let config: unknown;

beforeEach(() => {
  resetPage();
  tokens = 0;
  expiresIn = 3600;
  config = { sign_in: "local" };
  const fake = new FakeApi();
  const local: Record<string, () => unknown> = {
    "/config.json": () => config,
    "/local/users": () => ({
      users: [{ user: USER, name: "Ana Lindqvist", tenant: "Contoso", roles: ["analyst"] }],
    }),
    "/local/token": () => ({ access_token: `token-${(tokens += 1)}`, expires_in: expiresIn }),
    "/local/clock": () => ({ now: new Date().toISOString() }),
    "/local/stats": () => ({ sync_age_seconds: 12 }),
  };
  vi.stubGlobal("fetch", async (url: string, init?: RequestInit) => {
    const answer = local[url];
    return answer === undefined ? fake.fetch(url, init) : Response.json(answer());
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

test("in the local run a chosen user is signed in, named in the header, and stays after a reload", async () => {
  const user = userEvent.setup();
  render(<App />);
  await user.click(await screen.findByRole("button", { name: /Ana Lindqvist/ }));
  await screen.findByRole("heading", { name: "Incidents" });
  expect(screen.getByRole("banner").textContent).toContain("analyst · contoso.example");
  await screen.findByText("synced just now");
  cleanup();
  render(<App />);
  await screen.findByRole("heading", { name: "Incidents" });
  expect(tokens).toBe(1);
});

test("a configuration of Microsoft sign-in that lacks something says what", async () => {
  config = { sign_in: "entra", client_id: "c", tenant_id: " ", scope: "s" };
  render(<App />);
  expect(await screen.findByText("config.json lacks tenant_id, api_base.")).toBeDefined();
});

test("the demo panel offers stories, sync, clock, faults and users, in the local run only", async () => {
  const user = userEvent.setup();
  render(<App />);
  await user.click(await screen.findByRole("button", { name: /Ana Lindqvist/ }));
  await user.click(await screen.findByRole("button", { name: "Demo" }));
  for (const name of [
    "Play story",
    "Sync now",
    "Advance 24 hours",
    "Sentinel answers 500",
    "Clear faults",
  ]) {
    expect(await screen.findByRole("button", { name })).toBeDefined();
  }
  expect(screen.getByRole("combobox", { name: "Signed in as" })).toBeDefined();
});

test("the theme follows the system until one is chosen, and the choice is kept", async () => {
  const user = userEvent.setup();
  render(<App />);
  await user.click(await screen.findByRole("button", { name: /Ana Lindqvist/ }));
  await user.click(await screen.findByRole("button", { name: "Use the dark theme" }));
  await waitFor(() => expect(document.documentElement.style.colorScheme).toBe("dark"));
  cleanup();
  render(<App />);
  expect(await screen.findByRole("button", { name: "Use the light theme" })).toBeDefined();
});

// Ten polls that meet an expired token at once must not ask the issuer ten times.
test("a token near its end is renewed once for all who wait for it", async () => {
  expiresIn = 30;
  const local = new LocalSignIn();
  await local.signIn(USER);
  const given = await Promise.all([local.token(), local.token(), local.renewed()]);
  expect(given).toEqual(["token-2", "token-2", "token-2"]);
});

test("signing out forgets the token", async () => {
  const local = new LocalSignIn();
  await local.signIn(USER);
  local.signOut();
  expect(await local.token()).toBeUndefined();
  expect(new LocalSignIn().user()).toBeUndefined();
});
