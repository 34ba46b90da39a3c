/** Hunting: the chosen workspace and time range reach every request, and its own names complete. */
import { fireEvent, screen, waitFor } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";

import { FakeApi } from "../../testing/fakeApi.ts";
import { problem } from "../../testing/problem.ts";
import { renderPage, resetPage } from "../../testing/renderPage.tsx";
import { isUsable, lastOf, timespanOf } from "./timespans.ts";

const sync = (provider_id: string, provider: string, is_default: boolean) => ({
  provider_id,
  provider,
  is_default,
  last_synced_at: null,
  writeback_enabled: false,
});
const DAY = "2026-01-02T00:00:00.000Z/2026-01-03T00:00:00.000Z";

let fake: FakeApi;
beforeEach(() => {
  resetPage();
  fake = new FakeApi();
  // A text that is not understood: its stages give no columns.
  fake.analyse = () => ({
    ok: false,
    diagnostics: [],
    policy: [],
    tables: [],
    functions: [],
    columns: [],
    output: [],
  });
});

const editor = () => screen.findByRole<HTMLTextAreaElement>("textbox", { name: "Query" });
const run = () => screen.getByRole<HTMLButtonElement>("button", { name: "Run" });

test("the workspace's own tables, their columns and its functions complete", async () => {
  const { user } = renderPage(fake, "/hunt");
  await waitFor(() => expect(fake.requests).toContain("GET /api/v1/kql/schema"));
  const area = await editor();
  await user.type(area, "Doo");
  await user.click(await screen.findByRole("option", { name: /Doors_CL/ }));
  await user.type(area, " | where Ba");
  // Its columns are known once the typing has settled.
  await waitFor(async () => {
    await user.keyboard("{Control>} {/Control}");
    expect(screen.getByRole("option", { name: /BadgeId/ })).toBeDefined();
  });
  await user.clear(area);
  await user.type(area, "Rec");
  expect(await screen.findByRole("option", { name: /RecentDoors\(days:int=7\)/ })).toBeDefined();
});

// Completion is a help: a workspace that does not describe itself must not take it away.
test("where the workspace cannot be described, usual tables still complete", async () => {
  fake.fault = (_method, path) =>
    path === "/api/v1/kql/schema"
      ? problem(503, "Away", "The workspace does not answer.", "siem-unavailable")
      : undefined;
  const { user } = renderPage(fake, "/hunt");
  await user.type(await editor(), "Signi");
  expect(await screen.findByRole("option", { name: /SigninLogs/ })).toBeDefined();
});

test("a chosen provider is asked for names and rows, and the history brings it back", async () => {
  fake.syncs = [sync("sip_a", "Head office", true), sync("sip_b", "Branch", false)];
  const { user, address } = renderPage(fake, "/hunt?query=SigninLogs");
  const choice = await screen.findByRole<HTMLSelectElement>("combobox", { name: "Provider" });
  expect(choice.value).toBe("sip_a");
  await user.selectOptions(choice, "Branch");
  await waitFor(() => expect(fake.requests).toContain("GET /api/v1/kql/schema?provider=sip_b"));
  await user.click(run());
  await screen.findByRole("table", { name: "Result" });
  expect(fake.hunts).toEqual([{ query: "SigninLogs", timespan: "P1D", provider: "sip_b" }]);

  await user.selectOptions(choice, "Head office");
  await waitFor(() => expect(address()).not.toContain("sip_b"));
  await user.click(screen.getByRole("button", { name: /\[Branch\] SigninLogs/ }));
  await waitFor(() => expect(address()).toContain("provider=sip_b"));
});

test("a tenant of one workspace has nothing to choose", async () => {
  fake.syncs = [sync("sip_a", "Head office", true)];
  renderPage(fake, "/hunt");
  await editor();
  expect(screen.queryByRole("combobox", { name: "Provider" })).toBeNull();
});

test("a hunt between two times sends them, and does not run while they are the wrong way round", async () => {
  const { user } = renderPage(fake, `/hunt?query=SigninLogs&timespan=${encodeURIComponent(DAY)}`);
  await user.click(await screen.findByRole("button", { name: "Run" }));
  await waitFor(() => expect(fake.hunts).toEqual([{ query: "SigninLogs", timespan: DAY }]));

  const to = screen.getByLabelText<HTMLInputElement>("To (UTC)");
  expect(to.value).toBe("2026-01-03T00:00");
  fireEvent.change(to, { target: { value: "2026-01-01T00:00" } });
  fireEvent.blur(to);
  await screen.findByText(/From before to/);
  expect(run().disabled).toBe(true);
});

test("an address may hold a duration that is offered or two times, and else means a day", () => {
  expect(timespanOf("P7D")).toBe("P7D");
  expect(timespanOf("2026-01-02T01:00:00+01:00/2026-01-03T00:00:00Z")).toBe(DAY);
  for (const other of ["P9D", "P7D/P1D", "2026-01-02T00:00:00Z", `${DAY}/x`, 7])
    expect(timespanOf(other)).toBe("P1D");
});

test("what was a duration becomes the same time in dates; 90 days are the most", () => {
  expect(lastOf("P1D", new Date("2026-01-03T00:00:30Z"))).toBe(DAY);
  expect(isUsable(lastOf("P90D", new Date("2026-01-03T00:00:30Z")))).toBe(true);
  expect(isUsable("2026-01-01T00:00:00.000Z/2026-04-02T00:00:00.000Z")).toBe(false);
});
