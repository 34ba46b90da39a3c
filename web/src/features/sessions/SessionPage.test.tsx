/** The session page: every claim leads to its rows, struck claims are shown as struck, live runs are followed. */
import { screen, waitFor, within } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";

import { Report as SessionReport } from "../../../../shared/schemas/sessions.ts";
import { FakeApi } from "../../testing/fakeApi.ts";
import { aSession, EVIDENCE, STEPS } from "../../testing/sessionFixtures.ts";
import { renderPage, resetPage } from "../../testing/renderPage.tsx";

let fake: FakeApi;
beforeEach(() => {
  resetPage();
  fake = new FakeApi();
  fake.sessions = [aSession()];
});

const claims = async () => within(await screen.findByRole("list", { name: "Claims" }));

// Trust in a report rests on seeing the very cell a claim stands on.
test("clicking a claim shows its rows with exactly the cell marked, the KQL and the time range", async () => {
  const { user, address } = renderPage(fake, "/sessions/ses_1");
  await user.click((await claims()).getByRole("button", { name: /signed in from 203/ }));
  const evidence = within(await screen.findByRole("region", { name: "Evidence" }));
  const rows = within(await evidence.findByRole("table", { name: "Evidence rows" }));
  const marked = [...document.querySelectorAll("mark")].map((mark) => mark.textContent);
  expect(marked).toEqual(["203.0.113.7"]);
  expect(rows.getAllByRole("row")[1]!.querySelector("mark")).not.toBeNull();
  expect(evidence.getByLabelText("KQL").textContent).toBe(EVIDENCE.kql);
  expect(evidence.getByText("2026-11-20 08:40:00Z")).toBeDefined();
  expect(address()).toBe("/sessions/ses_1?claim=c1");
});

test("an address with a claim opens its evidence, and closing it leaves the address", async () => {
  const { user, address } = renderPage(fake, "/sessions/ses_1?claim=c1");
  await screen.findByRole("region", { name: "Evidence" });
  await user.click(screen.getByRole("button", { name: "Close the evidence" }));
  expect(screen.queryByRole("region", { name: "Evidence" })).toBeNull();
  expect(address()).toBe("/sessions/ses_1");
});

test("a struck claim is struck through and says why", async () => {
  renderPage(fake, "/sessions/ses_1");
  const struck = (await claims()).getByRole("button", { name: /Nine sign-ins/ });
  expect(struck.querySelector("s")?.textContent).toBe("Nine sign-ins failed before one succeeded.");
  expect(struck.textContent).toContain("The evidence has 2 rows, not 9.");
  expect(within(struck).getByLabelText("Struck")).toBeDefined();
});

test("every part of the report has its place", async () => {
  renderPage(fake, "/sessions/ses_1");
  await claims();
  for (const name of [
    "Summary",
    "Actions",
    "Timeline",
    "Entities",
    "ATT&CK",
    "Not checked",
    "Not observable",
  ]) {
    expect(screen.getByRole("region", { name })).toBeDefined();
  }
});

// A person who waits must see the run move without reloading, and the server must not send all steps each time.
test("a running session is followed: only new steps are asked for, until the report is there", async () => {
  fake.sessions = [
    aSession({ status: "running", stage: "intent", report: null, steps: STEPS.slice(0, 2) }),
  ];
  renderPage(fake, "/sessions/ses_1");
  await screen.findByText("Triage of a sign-in attack.");
  expect(screen.getByRole("listitem", { current: "step" }).textContent).toContain("Intent");
  fake.sessions = [aSession({ steps: STEPS.slice(2) })];
  await waitFor(() => expect(screen.getByRole("list", { name: "Claims" })).toBeDefined(), {
    timeout: 3_000,
  });
  expect(fake.requests).toContain("GET /api/v1/sessions/ses_1?after=2");
  expect(within(screen.getByRole("list", { name: "Steps" })).getAllByRole("listitem")).toHaveLength(
    3,
  );
});

test("a failed session says what failed", async () => {
  fake.sessions = [
    aSession({
      status: "failed",
      stage: "execution",
      report: null,
      error: { code: "siem-unavailable", detail: "Log Analytics answered 500." },
    }),
  ];
  renderPage(fake, "/sessions/ses_1");
  expect(await screen.findByText(/Log Analytics answered 500/)).toBeDefined();
});

// Rows are the ground of every claim: each query's own must be a click away, and the way back, too.
test("a step shows its rows without a claim, and the claims that cite them lead on", async () => {
  const { user, address } = renderPage(fake, "/sessions/ses_1");
  await user.click(await screen.findByRole("button", { name: "Rows of step 3" }));
  const evidence = within(await screen.findByRole("region", { name: "Evidence" }));
  await evidence.findByRole("table", { name: "Evidence rows" });
  expect(document.querySelector("mark")).toBeNull();
  expect(address()).toBe("/sessions/ses_1?evidence=ev_1");
  await user.click(evidence.getByRole("button", { name: "Evidence of claim 1" }));
  expect(address()).toBe("/sessions/ses_1?claim=c1");
  await user.click(await screen.findByRole("button", { name: "Back to the claim" }));
  expect(document.activeElement?.textContent).toContain("signed in from 203.0.113.7");
});

test("how many judgements agreed, why no model judged, and what was struck are said", async () => {
  const struck = [{ part: "verdict", text: "Benign.", reason: "No claim gives it." } as const];
  const report = { ...aSession().report, judgements: { agree: 3, of: 3 }, stability: 1, struck };
  const degraded = { code: "model-unavailable", reason: "The endpoint answered 429." };
  fake.sessions = [aSession({ degraded, report: SessionReport.parse(report) })];
  renderPage(fake, "/sessions/ses_1");
  expect(await screen.findByText("3 of 3 judgements agree")).toBeDefined();
  expect(screen.getByText(/answered 429/)).toBeDefined();
  const list = within(screen.getByRole("region", { name: "Struck from the report" }));
  expect(list.getByText("No claim gives it.")).toBeDefined();
});

test("a query opens in Log Analytics only where the provider says where that is", async () => {
  renderPage(fake, "/sessions/ses_1?claim=c1");
  await screen.findByRole("table", { name: "Evidence rows" });
  expect(screen.queryByRole("link", { name: "Open in Log Analytics" })).toBeNull();
  const log_analytics = {
    portal: "https://portal.azure.com",
    tenant_id: "t-1",
    resource_id: "/subscriptions/s",
  };
  resetPage();
  fake.sessions = [aSession({ log_analytics })];
  renderPage(fake, "/sessions/ses_1?claim=c1");
  const [link] = await screen.findAllByRole("link", { name: "Open in Log Analytics" });
  expect(link?.getAttribute("rel")).toContain("noopener");
});
