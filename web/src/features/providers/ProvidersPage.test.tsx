/** Connecting workspaces: nothing is saved untested, no secret is shown, nothing typed gets lost. */
import { screen, waitFor, within } from "@testing-library/react";
import type { UserEvent } from "@testing-library/user-event";
import { beforeEach, describe, expect, test } from "vitest";

import { FakeApi } from "../../testing/fakeApi.ts";
import { ANALYST } from "../../testing/fixtures.ts";
import { problem } from "../../testing/problem.ts";
import { ADMIN, aProvider } from "../../testing/providerFixtures.ts";
import { renderPage, resetPage } from "../../testing/renderPage.tsx";

const SECRET = "planted-secret-value-1234";
let fake: FakeApi;
beforeEach(() => {
  resetPage();
  fake = new FakeApi();
  fake.me = ADMIN;
});

const calls = () => fake.providers.bodies.map(({ call }) => call);
const box = (name: RegExp | string) => screen.findByRole("textbox", { name });

async function fillIn(user: UserEvent, name = "Second workspace") {
  await user.type(await box(/^Name/), name);
  await user.type(await box(/^Workspace ID/), "ws-2");
  await user.type(await box(/^Tenant ID/), "contoso.example");
  await user.type(await box(/^Client ID/), "app-2");
  await user.type(screen.getByLabelText(/^Client secret/), SECRET);
}
const failing = () => {
  fake.providers.checks = [
    { name: "token", state: "failed", detail: "The secret has expired. Make a new one." },
    { name: "query", state: "skipped", detail: "Signing in failed." },
  ];
};

// A provider that merely says "error" leaves its administrator guessing.
test("what the last sync failed with stands on the provider", async () => {
  const error = {
    code: "siem-unavailable",
    detail: "The role is missing (403).",
    at: "2026-03-01T08:00:00Z",
  };
  fake.providers.lastSync = { ...fake.providers.lastSync, error };
  renderPage(fake, "/admin/siem-providers");
  expect((await screen.findByText(/The last sync failed:/)).textContent).toContain(
    "The role is missing (403).",
  );
});

// Nobody would miss an incident whose row was set aside: the page has to say that it is, and why.
test("how many rows were set aside stands on the provider, and on demand which and why", async () => {
  const { providers } = fake;
  providers.lastSync = {
    last_success_at: "2026-03-01T08:00:00Z",
    error: null,
    set_aside: { count: 1, is_more: false },
  };
  const reason = "IncidentNumber is no whole number.";
  const at = "2026-03-01T08:01:00Z";
  providers.setAsideRows = [
    { number: null, name: "", reason, changed_at: null, at, row: '{"IncidentNumber":"x"}' },
  ];
  const { user } = renderPage(fake, "/admin/siem-providers");
  await screen.findByText(/1 row of Sentinel could not be read/);
  await user.click(screen.getByRole("button", { name: "Show them" }));
  const table = await screen.findByRole("table", { name: "Rows set aside" });
  expect(table.textContent).toContain(`no number${reason}unknown2026-03-01 08:01:00Z`);
  expect(table.textContent).toContain('{"IncidentNumber":"x"}');
});

describe("adding", () => {
  test("the connection is tested, then the provider is saved and listed", async () => {
    const { user, address } = renderPage(fake, "/admin/siem-providers");
    await user.click(await screen.findByRole("link", { name: "Add provider" }));
    expect(address()).toBe("/admin/siem-providers?edit=new");
    await fillIn(user);
    await user.click(screen.getByRole("button", { name: "Test and add" }));
    await screen.findByRole("heading", { name: "Second workspace" });
    expect(calls().slice(0, 2)).toEqual(["POST /test", "POST /"]);
    expect(address()).toBe("/admin/siem-providers");
  });

  // An administrator who cannot see which step failed tries everything at random.
  test("a failed test saves nothing, names the step that failed, and keeps what was typed", async () => {
    failing();
    const { user } = renderPage(fake, "/admin/siem-providers?edit=new");
    await fillIn(user);
    await user.click(screen.getByRole("button", { name: "Test and add" }));
    const checks = await screen.findByRole("list", { name: "Checks" });
    expect(checks.textContent).toContain("The secret has expired. Make a new one.");
    expect(calls()).toEqual(["POST /test"]);
    expect(screen.getByLabelText(/^Client secret/)).toHaveProperty("value", SECRET);
    await user.click(screen.getByRole("button", { name: "Save although the test failed" }));
    await screen.findByRole("heading", { name: "Second workspace" });
  });

  test("a test is only good for the connection that was tested", async () => {
    const { user } = renderPage(fake, "/admin/siem-providers?edit=new");
    await fillIn(user);
    await user.click(screen.getByRole("button", { name: "Test connection" }));
    await screen.findByText(/The connection works/);
    await user.type(await box(/^Workspace ID/), "-other");
    expect(screen.queryByText(/The connection works/)).toBeNull();
    await user.click(screen.getByRole("button", { name: "Test and add" }));
    await screen.findByRole("heading", { name: "Second workspace" });
    expect(calls().slice(0, 3)).toEqual(["POST /test", "POST /test", "POST /"]);
  });

  test("missing fields are named at the field, and nothing is sent", async () => {
    const { user } = renderPage(fake, "/admin/siem-providers?edit=new");
    await user.type(await box(/^Name/), "sip_mine");
    await screen.findByText(/begins an id: choose another name/);
    await user.click(screen.getByRole("button", { name: "Test and add" }));
    expect(await screen.findAllByText("This is needed.")).toHaveLength(4);
    expect(calls()).toEqual([]);
  });

  // A secret in the browser's storage would outlive the page and be there for every script and backup.
  test("what was typed outlives a reload, except the secret, which is stored nowhere", async () => {
    const { user } = renderPage(fake, "/admin/siem-providers?edit=new");
    await fillIn(user);
    const kept = Object.entries(sessionStorage);
    expect(JSON.stringify([kept, Object.entries(localStorage)])).not.toContain(SECRET);
    resetPage();
    for (const [key, value] of kept) sessionStorage.setItem(key, String(value));
    renderPage(fake, "/admin/siem-providers?edit=new");
    expect(await box(/^Workspace ID/)).toHaveProperty("value", "ws-2");
    expect(screen.getByLabelText(/^Client secret/)).toHaveProperty("value", "");
  });

  test("a refusal by the server stands at its field, and the form stays", async () => {
    fake.fault = (method, path) =>
      method === "POST" && path === "/api/admin/siem-providers"
        ? problem(409, "Conflict", "A provider named 'Twin' exists already.", "conflict")
        : undefined;
    const { user } = renderPage(fake, "/admin/siem-providers?edit=new");
    await fillIn(user, "Twin");
    await user.click(screen.getByRole("button", { name: "Test and add" }));
    await screen.findByText(/A provider named 'Twin' exists already/);
    expect(await box(/^Name/)).toHaveProperty("value", "Twin");
  });
});

describe("editing", () => {
  test("a new name is saved without a test, alone, and the secret stays as it is", async () => {
    const { user } = renderPage(fake, "/admin/siem-providers?edit=sip_1");
    expect(await screen.findByText(/\*\*\*\*cret/)).toBeDefined();
    await user.type(await box(/^Name/), " EU");
    await user.click(screen.getByRole("button", { name: "Save" }));
    await screen.findByRole("heading", { name: "Production Sentinel EU" });
    expect(fake.providers.bodies).toEqual([
      { call: "PATCH /sip_1", body: { name: "Production Sentinel EU" } },
    ]);
  });

  test("a replaced secret is tested before it is saved", async () => {
    const { user } = renderPage(fake, "/admin/siem-providers?edit=sip_1");
    await user.type(await screen.findByLabelText(/^New client secret/), SECRET);
    await user.click(screen.getByRole("button", { name: "Save" }));
    await screen.findByRole("heading", { name: "SIEM Providers" });
    const [tried, saved] = fake.providers.bodies;
    expect(tried?.body).toMatchObject({ client_secret: SECRET, provider_id: "sip_1" });
    expect(saved?.body).toEqual({ client_secret: SECRET });
  });

  // Health checks move the version every few minutes.
  test("a newer version is no conflict, the same field changed by somebody else is", async () => {
    const { user } = renderPage(fake, "/admin/siem-providers?edit=sip_1");
    await user.type(await box(/^Name/), " mine");
    fake.providers.change("sip_1", { name: "Theirs", sync_interval: "PT1H" });
    await user.click(screen.getByRole("button", { name: "Save" }));
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toMatch(/yours\s*Production Sentinel mine.*theirs\s*Theirs/);
    expect(fake.providers.list[0]?.name).toBe("Theirs");
    await user.click(within(alert).getByRole("button", { name: "Keep mine" }));
    await screen.findByRole("heading", { name: "Production Sentinel mine" });
    expect(fake.providers.list[0]?.sync_interval).toBe("PT1H");
  });

  test("taking theirs puts the other one's value into the form, and the rest stays as it was typed", async () => {
    const { user } = renderPage(fake, "/admin/siem-providers?edit=sip_1");
    await user.type(await box(/^Name/), " mine");
    fake.providers.change("sip_1", { name: "Theirs" });
    await user.click(screen.getByRole("button", { name: "Save" }));
    await user.click(await screen.findByRole("button", { name: "Take theirs" }));
    expect(await box(/^Name/)).toHaveProperty("value", "Theirs");
    expect(screen.queryByRole("alert")).toBeNull();
  });
});

describe("the list", () => {
  test("shows health in words, tests, and moves the default", async () => {
    fake.providers.list = [
      aProvider(),
      aProvider({ id: "sip_2", name: "Spare", is_default: false, status: "error" }),
    ];
    const { user } = renderPage(fake, "/admin/siem-providers");
    await screen.findByText("1 of 2 failing: see what its checks say");
    await user.click(screen.getByRole("button", { name: "Make default" }));
    await waitFor(() => expect(fake.providers.list[1]?.is_default).toBe(true));
    await user.click(screen.getAllByRole("button", { name: "Test" })[1]!);
    await screen.findByText("2 connected");
  });

  test("a deletion asks for the name", async () => {
    const { user } = renderPage(fake, "/admin/siem-providers");
    await user.click(await screen.findByRole("button", { name: "Delete" }));
    const dialog = await screen.findByRole("alertdialog");
    const sure = within(dialog).getByRole("button", { name: "Delete" });
    expect(sure).toHaveProperty("disabled", true);
    await user.type(within(dialog).getByRole("textbox"), "Production Sentinel");
    await user.click(sure);
    await screen.findByText("No workspace is connected yet");
    expect(calls()).toEqual(["DELETE /sip_1"]);
  });

  test("names permissions and roles with commands to copy", async () => {
    const { user } = renderPage(fake, "/admin/siem-providers?edit=new");
    await user.type(await box(/^Client ID/), "app-2");
    await user.click(
      screen.getByRole("button", { name: "Copy the command for Log Analytics Reader" }),
    );
    const command = await navigator.clipboard.readText();
    expect(command).toContain('--assignee "app-2" --role "Log Analytics Reader"');
    const permissions = screen.getByRole("table", { name: "App permissions" });
    for (const name of ["Data.Read", "SecurityIncident.Read.All", "SecurityAlert.Read.All"]) {
      expect(permissions.textContent).toContain(name);
    }
  });
});

test("others are told that the page takes the role admin, and see no link to it", async () => {
  fake.me = ANALYST;
  renderPage(fake, "/admin/siem-providers");
  await screen.findByText("This page takes the role admin");
  expect(screen.queryByRole("link", { name: "SIEM Providers" })).toBeNull();
  expect(fake.requests.filter((each) => each.includes("siem-providers"))).toEqual([]);
});
