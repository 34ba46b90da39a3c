/** The incident page: edits never overwrite somebody else's, text from outside stays text. */
import { screen, waitFor, within } from "@testing-library/react";
import { beforeEach, describe, expect, test } from "vitest";

import { FakeApi } from "../../testing/fakeApi.ts";
import { anIncident, ENRICHED } from "../../testing/fixtures.ts";
import { problem } from "../../testing/problem.ts";
import { renderPage, resetPage } from "../../testing/renderPage.tsx";

let fake: FakeApi;
beforeEach(() => {
  resetPage();
  fake = new FakeApi();
});

const stored = () => fake.incidents[0]!;
const patches = () => fake.requests.filter((each) => each.startsWith("PATCH"));

async function openAndWrite(note: string) {
  const page = renderPage(fake, "/incidents/4711");
  await page.user.type(await screen.findByRole("textbox", { name: "Notes" }), note);
  return page;
}
const saveButton = () => screen.getByRole("button", { name: "Save note" });

describe("saving a note", () => {
  test("it is stored, and Undo brings the old one back", async () => {
    const { user } = await openAndWrite("Called Anna.");
    await user.click(saveButton());
    await screen.findByText("Saved");
    expect(stored().notes).toBe("Called Anna.");
    await user.click(screen.getByRole("button", { name: "Undo" }));
    await waitFor(() => expect(stored().notes).toBe(""));
  });

  // The last writer would otherwise silently erase a colleague's work.
  test("a conflict shows both versions, stores neither's loss, and lets the writer decide", async () => {
    const { user } = await openAndWrite("Mine: false alarm.");
    fake.change(4711, { notes: "Theirs: confirmed, isolating the host." });
    await user.click(saveButton());
    const conflict = await screen.findByText("Somebody else changed this");
    const both = conflict.parentElement!.textContent;
    expect(both).toContain("Mine: false alarm.");
    expect(both).toContain("Theirs: confirmed, isolating the host.");
    expect(stored().notes).toBe("Theirs: confirmed, isolating the host.");
    await user.click(screen.getByRole("button", { name: "Keep mine" }));
    await waitFor(() => expect(stored().notes).toBe("Mine: false alarm."));
  });

  test("taking theirs drops the own text and keeps what is stored", async () => {
    const { user } = await openAndWrite("Mine.");
    fake.change(4711, { notes: "Theirs." });
    await user.click(saveButton());
    await user.click(await screen.findByRole("button", { name: "Take theirs" }));
    expect(screen.getByRole("textbox", { name: "Notes" })).toHaveProperty("value", "Theirs.");
    expect(stored().notes).toBe("Theirs.");
  });

  // The sync moves the version every few minutes; asking people each time would teach them to click it away.
  test("a newer version in which the field is unchanged is no conflict", async () => {
    const { user } = await openAndWrite("Called Anna.");
    fake.change(4711, { severity: "medium" });
    await user.click(saveButton());
    await screen.findByText("Saved");
    expect(patches()).toHaveLength(2);
    expect(stored()).toMatchObject({ notes: "Called Anna.", severity: "medium" });
  });

  test("an unsaved note outlives a reload of the page", async () => {
    await openAndWrite("Half a thought");
    const kept = Object.entries(sessionStorage);
    resetPage();
    for (const [key, value] of kept) sessionStorage.setItem(key, String(value));
    renderPage(fake, "/incidents/4711");
    const box = await screen.findByRole("textbox", { name: "Notes" });
    expect(box).toHaveProperty("value", "Half a thought");
  });
});

test("a chosen status shows at once, and goes back when the server refuses it", async () => {
  fake.fault = (method) =>
    method === "PATCH"
      ? Response.json(
          { title: "Unavailable", status: 503, detail: "The store is away.", trace_id: "t-9" },
          { status: 503, headers: { "content-type": "application/problem+json" } },
        )
      : undefined;
  const { user } = renderPage(fake, "/incidents/4711");
  const box = await screen.findByRole("combobox", { name: "Status" });
  await user.selectOptions(box, "in_progress");
  const alert = await screen.findByRole("alert");
  expect(alert.textContent).toContain("The store is away.");
  expect(box).toHaveProperty("value", "new");
  fake.fault = undefined;
  await user.click(within(alert).getByRole("button", { name: "Try again" }));
  await waitFor(() => expect(stored().local_status).toBe("in_progress"));
  expect(box).toHaveProperty("value", "in_progress");
});

test("an address that the server would refuse is refused while it is typed", async () => {
  const { user } = renderPage(fake, "/incidents/4711");
  await user.type(
    await screen.findByRole("textbox", { name: "Assigned to" }),
    "not an address{Enter}",
  );
  await screen.findByText("Give an e-mail address.");
  expect(patches()).toEqual([]);
});

test("a viewer is told which role writing takes, and can change nothing", async () => {
  fake.me = {
    ...fake.me,
    roles: ["viewer"],
    permissions: ["incidents:read", "investigations:read"],
  };
  renderPage(fake, "/incidents/4711");
  await screen.findByText(/takes the role analyst/);
  expect(screen.getByRole("combobox", { name: "Status" })).toHaveProperty("disabled", true);
  expect(screen.getByRole("button", { name: "Investigate" })).toHaveProperty("disabled", true);
});

// Titles, names and values are written by attackers.
test("text from outside is shown as inert text, its hidden characters named", async () => {
  const hostile = `<img src=x onerror="alert(1)"> <a href="https://evil.example">invoice\u202Efdp.exe</a>`;
  fake.incidents = [
    anIncident({ title: hostile, description: hostile, incident_url: "javascript:alert(1)" }),
  ];
  renderPage(fake, "/incidents/4711");
  const title = await screen.findByRole("heading", { level: 1 });
  expect(title.textContent).toContain(`<img src=x onerror="alert(1)">`);
  expect(title.textContent).toContain("invoiceU+202Efdp.exe");
  expect(document.body.textContent).not.toContain("\u202E");
  expect(
    document.querySelector("main img, main a[href*='evil'], main a[href^='javascript']"),
  ).toBeNull();
});

test("Enrich brings alerts and entities, and an entity is copied defanged", async () => {
  const { user } = renderPage(fake, "/incidents/4711");
  await user.click(await screen.findByRole("button", { name: "Enrich" }));
  await user.click(screen.getByRole("tab", { name: /Alerts/ }));
  const alerts = await screen.findByRole("table", { name: "Alerts" });
  expect(alerts.textContent).toContain("Atypical travel");
  await user.click(screen.getByRole("tab", { name: /Entities/ }));
  await user.click(await screen.findByRole("button", { name: "Copy 203.0.113.7 defanged" }));
  expect(await navigator.clipboard.readText()).toBe("203[.]0[.]113[.]7");
});

test("timeline, similar incidents and what is known of entities stand on the page, each with its source", async () => {
  fake.incidents = [anIncident(ENRICHED)];
  const { user } = renderPage(fake, "/incidents/4711");
  const similar = await screen.findByRole("table", { name: "Similar incidents" });
  expect(similar.textContent).toContain("IP address 203.0.113.7 (in 2 incidents)");
  await user.click(screen.getByRole("tab", { name: "Activity" }));
  const activity = await screen.findByRole("table", { name: "Activity" });
  const comment = within(activity).getByRole("row", { name: /Looks like a test/ });
  expect(comment.textContent).toContain("bo@contoso.example");
  expect(comment.textContent).toContain("Sentinel SecurityIncident.Comments");
  await user.click(screen.getByRole("tab", { name: /Entities/ }));
  await waitFor(() =>
    expect(screen.getByRole("table", { name: "Entities" }).textContent).toContain(
      "in 1 other incident #4600 in 1 past investigation #4600: True positive",
    ),
  );
  // Whoever doubts a value has to find it again in the alerts.
  await user.click(screen.getByRole("button", { name: /where anna@contoso.example was read/ }));
  const places = screen.getByRole("list", { name: "Where anna@contoso.example was read" });
  expect(places.textContent).toContain("Atypical travel $[0]");
  expect(places.textContent).toContain("as Anna Berg: Atypical travel $[0].Account");
});

test("an incident that is not there says so and leads back", async () => {
  renderPage(fake, "/incidents/99");
  await screen.findByText("There is no incident #99");
  expect(screen.getByRole("link", { name: "Go to the incidents" })).toBeDefined();
});

// A reply that got lost would otherwise cost a second investigation, and a place among the five that may run.
test("Investigate, tried again after a lost reply, asks under the same key", async () => {
  const keys: (string | null)[] = [];
  fake.answers["POST /api/v1/investigations/start"] = (_url, _body, headers) => {
    keys.push(headers.get("idempotency-key"));
    return problem(502, "Bad gateway", "The reply was lost.", "");
  };
  const { user } = renderPage(fake, "/incidents/4711");
  await user.click(await screen.findByRole("button", { name: "Investigate" }));
  await user.click(await screen.findByRole("button", { name: "Try again" }));
  await waitFor(() => expect(keys).toHaveLength(2));
  expect(keys[0]).not.toBeNull();
  expect(keys[1]).toBe(keys[0]);
});

// Asked for all the same, the address would come back with an answer that no page explains.
test.each(["2147483648", "9007199254740992", "-1", "x"])(
  "the address of incident %s, which cannot be, says which numbers there are and leads back",
  async (number) => {
    renderPage(fake, `/incidents/${number}`);
    const notice = await screen.findByText("There is no such incident");
    expect(notice.parentElement?.textContent).toContain("up to 2147483647");
    expect(screen.getByRole("link", { name: "Go to the incidents" })).toBeDefined();
    expect(fake.requests.filter((each) => each.includes(number))).toEqual([]);
  },
);

test("an incident without a title has words to read and to press", async () => {
  fake.change(4711, { title: "" });
  renderPage(fake, "/incidents/4711");
  expect(await screen.findByRole("heading", { name: /#4711 \(no title\)/ })).toBeDefined();
});
