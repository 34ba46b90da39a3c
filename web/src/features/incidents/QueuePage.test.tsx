/** The queue: filters and address are one, rows do not jump. */
import { screen, waitFor, within } from "@testing-library/react";
import { beforeEach, describe, expect, test } from "vitest";

import { FakeApi } from "../../testing/fakeApi.ts";
import { anIncident } from "../../testing/fixtures.ts";
import { renderPage, resetPage } from "../../testing/renderPage.tsx";

let fake: FakeApi;
beforeEach(() => {
  resetPage();
  fake = new FakeApi();
  fake.incidents = [
    anIncident({ number: 1, title: "Password spray", severity: "high" }),
    anIncident({ number: 2, title: "Rare process", severity: "low", status: "active" }),
  ];
});

const lists = () =>
  fake.requests.filter((each) => each.startsWith("GET /api/v1/incidents?limit=100"));

const rows = () => within(screen.getByRole("list", { name: "Incidents" }));

describe("filters", () => {
  // Without this a link that a colleague sends shows another queue than theirs.
  test("an address with filters shows them pressed and asks the API for exactly them", async () => {
    renderPage(fake, "/incidents?severity=high&severity=medium&owner=me&timespan=P30D&q=spray");
    await screen.findByRole("link", { name: /Password spray/ });
    expect(screen.getByRole("button", { name: /High/, pressed: true })).toBeDefined();
    expect(screen.getByRole("button", { name: /Low/, pressed: false })).toBeDefined();
    expect(screen.getByRole("combobox", { name: "Assigned to" })).toHaveProperty("value", "me");
    const query = new URL(lists()[0]!.slice(4), "http://x").searchParams;
    expect(query.getAll("severity")).toEqual(["high", "medium"]);
    expect(query.get("assigned_to")).toBe("analyst@contoso.example");
    expect(query.get("timespan")).toBe("P30D");
    expect(query.get("q")).toBe("spray");
  });

  test("pressing a filter writes it into the address, and pressing it again takes it out", async () => {
    const { user, address } = renderPage(fake, "/incidents");
    await screen.findByRole("link", { name: /Rare process/ });
    await user.click(screen.getByRole("button", { name: /High/ }));
    await waitFor(() => expect(screen.queryByRole("link", { name: /Rare process/ })).toBeNull());
    expect(address()).toBe("/incidents?severity=high");
    await user.click(screen.getByRole("button", { name: /High/ }));
    await screen.findByRole("link", { name: /Rare process/ });
    expect(address()).toBe("/incidents");
  });

  test("typed search text lands in the address", async () => {
    const { user, address } = renderPage(fake, "/incidents");
    await user.type(await screen.findByRole("searchbox"), "rare");
    await waitFor(() => expect(address()).toBe("/incidents?q=rare"));
    await waitFor(() => expect(screen.queryByRole("link", { name: /Password spray/ })).toBeNull());
  });

  // An edited or outdated address must show a page, not break it or send nonsense.
  test("unknown values in the address filter nothing", async () => {
    renderPage(fake, "/incidents?severity=purple&timespan=P9999D&sort=drop");
    await screen.findByRole("link", { name: /Rare process/ });
    expect(lists()[0]).toBe("GET /api/v1/incidents?limit=100&timespan=P7D");
  });

  test("filters that match nothing say so and can be cleared", async () => {
    const { user, address } = renderPage(fake, "/incidents?severity=critical");
    await screen.findByText("No incident matches");
    await user.click(screen.getByRole("button", { name: "Clear filters" }));
    await screen.findByRole("link", { name: /Rare process/ });
    expect(address()).toBe("/incidents");
  });
});

// Rows that move while somebody points at one make them open the wrong incident.
test("an incident that arrives is offered, and the rows stay until it is asked for", async () => {
  const { user, cache } = renderPage(fake, "/incidents");
  await screen.findByRole("link", { name: /Password spray/ });
  fake.incidents = [anIncident({ number: 3, title: "Newcomer" }), ...fake.incidents];
  await cache.invalidateQueries({ queryKey: ["incidents", "head"] });
  await screen.findByText(/1 new since you looked/);
  expect(screen.queryByRole("link", { name: /Newcomer/ })).toBeNull();
  await user.click(screen.getByRole("button", { name: "Show" }));
  await screen.findByRole("link", { name: /Newcomer/ });
  expect(screen.queryByText(/new since you looked/)).toBeNull();
});

test("j, k and Enter walk and open; typing in the search box does not", async () => {
  const { user, address } = renderPage(fake, "/incidents");
  await screen.findByRole("link", { name: /Password spray/ });
  await user.keyboard("j");
  await waitFor(() => expect(document.activeElement?.getAttribute("data-row")).toBe("1"));
  await user.keyboard("j");
  await waitFor(() => expect(document.activeElement?.getAttribute("data-row")).toBe("2"));
  await user.keyboard("/");
  expect(document.activeElement).toBe(screen.getByRole("searchbox"));
  await user.keyboard("k");
  expect(document.activeElement).toBe(screen.getByRole("searchbox"));
  // What was typed is searched for a moment later and would take the rows away.
  await screen.findByText("No incident matches");
  await user.clear(screen.getByRole("searchbox"));
  const row = await waitFor(() => rows().getByRole("link", { name: /Rare process/ }));
  row.focus();
  await user.keyboard("{Enter}");
  await waitFor(() => expect(address()).toBe("/incidents/2"));
});

describe("many at once", () => {
  test("x selects the focused row, and one action changes all selected ones", async () => {
    const { user } = renderPage(fake, "/incidents");
    await screen.findByRole("link", { name: /Password spray/ });
    await user.keyboard("j");
    await waitFor(() => expect(document.activeElement?.getAttribute("data-row")).toBe("1"));
    await user.keyboard("x");
    await user.click(screen.getByRole("checkbox", { name: "Select #2" }));
    await screen.findByText("2 selected");
    await user.selectOptions(screen.getByRole("combobox", { name: "Set the status" }), "waiting");
    await screen.findByText("2 changed, 0 unchanged");
    expect(fake.incidents.map((each) => each.local_status)).toEqual(["waiting", "waiting"]);
  });

  test("a viewer is offered no selection", async () => {
    fake.me = { ...fake.me, roles: ["viewer"], permissions: ["incidents:read"] };
    renderPage(fake, "/incidents");
    await screen.findByRole("link", { name: /Password spray/ });
    expect(screen.queryByRole("checkbox")).toBeNull();
  });

  // Without the filter the file would hold other incidents than the screen.
  test("the export asks for the same filter, without pages", async () => {
    const { user } = renderPage(fake, "/incidents?severity=high");
    await user.click(await screen.findByRole("button", { name: "Export CSV" }));
    const asked = "GET /api/v1/incidents/export.csv?severity=high&timespan=P7D";
    await waitFor(() => expect(fake.requests).toContain(asked));
  });
});

test("the age of the last sync is shown, and why it fails", async () => {
  fake.lastSyncedAt = new Date(Date.now() - 20 * 60_000).toISOString();
  const error = {
    code: "siem-unavailable",
    detail: "The secret has expired.",
    at: fake.lastSyncedAt,
  };
  fake.syncs = [
    {
      provider_id: "sip_1",
      provider: "Production",
      is_default: true,
      writeback_enabled: false,
      last_synced_at: fake.lastSyncedAt,
      error,
    },
  ];
  renderPage(fake, "/incidents");
  expect((await screen.findByText(/Late: /)).textContent).toContain("The secret has expired.");
});

const NEVER = {
  provider_id: "sip_1",
  provider: "Production",
  is_default: true,
  writeback_enabled: false,
  last_synced_at: null,
};

// An empty queue after connecting a workspace looks as if nothing ever happened there.
test("while the first sync runs the queue says so, and its rows show by themselves", async () => {
  const coming = fake.incidents;
  fake.incidents = [];
  fake.lastSyncedAt = null;
  fake.syncs = [NEVER];
  renderPage(fake, "/incidents");
  await screen.findByText("The first sync is running");
  expect(screen.getByText("first sync is running")).toBeDefined();
  fake.incidents = coming;
  fake.lastSyncedAt = new Date().toISOString();
  fake.syncs = [{ ...NEVER, last_synced_at: fake.lastSyncedAt }];
  await screen.findByRole("link", { name: /Password spray/ }, { timeout: 5_000 });
});

test("a first sync that fails says why", async () => {
  fake.incidents = [];
  fake.lastSyncedAt = null;
  const error = { code: "siem-unavailable", detail: "The secret has expired.", at: "" };
  fake.syncs = [{ ...NEVER, error }];
  renderPage(fake, "/incidents");
  const notice = await screen.findByText("The first sync has failed so far");
  expect(notice.parentElement?.textContent).toContain("Production: The secret has expired.");
});

test("without a provider the queue says who connects one", async () => {
  fake.incidents = [];
  renderPage(fake, "/incidents");
  const notice = await screen.findByText("No SIEM provider is connected");
  expect(notice.parentElement?.textContent).toContain("An administrator connects");
});

const refuse = (status: number, title: string) => (_method: string, path: string) =>
  path === "/api/v1/incidents"
    ? Response.json(
        { title, status, detail: "Takes the role viewer.", trace_id: "t-1" },
        { status, headers: { "content-type": "application/problem+json" } },
      )
    : undefined;

describe("failures", () => {
  // Somebody who reports a failure needs the words and the id that the logs have.
  test("a refusal shows the problem's title, detail and trace id, and can be tried again", async () => {
    fake.fault = refuse(403, "Forbidden");
    const { user } = renderPage(fake, "/incidents");
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("Forbidden");
    expect(alert.textContent).toContain("Takes the role viewer.");
    expect(alert.textContent).toContain("t-1");
    fake.fault = undefined;
    await user.click(screen.getByRole("button", { name: "Try again" }));
    await screen.findByRole("link", { name: /Password spray/ });
  });

  test("rows stay, called old, while refreshing fails", async () => {
    const { cache } = renderPage(fake, "/incidents");
    await screen.findByRole("link", { name: /Password spray/ });
    fake.fault = refuse(403, "Forbidden");
    await cache.invalidateQueries({ queryKey: ["incidents", "head"] });
    await screen.findByText(/may be old/);
    expect(screen.getByRole("link", { name: /Password spray/ })).toBeDefined();
  });
});
