/** The start dialog sends what was chosen, once, and loses nothing that was typed. */
import { screen, within } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";

import { FakeApi } from "../../testing/fakeApi.ts";
import { renderPage, resetPage } from "../../testing/renderPage.tsx";
import { aSession } from "../../testing/sessionFixtures.ts";

let fake: FakeApi;
let started: Record<string, unknown>[];
beforeEach(() => {
  resetPage();
  fake = new FakeApi();
  started = [];
  fake.sessions = [aSession({ id: "ses_new" })];
  fake.answers["POST /api/v1/investigations/start"] = (_url, body) => {
    started.push(body);
    return Response.json({ session_id: "ses_new", status: "active" }, { status: 202 });
  };
});

const dialog = async () => within(await screen.findByRole("dialog"));

// What is left empty must be left out: the server's own choice then holds.
test("a free question goes with its persona, time and budget, and leads to the session", async () => {
  const { user, address } = renderPage(fake, "/sessions?start=new");
  const form = await dialog();
  expect(form.getByRole("button", { name: "Start" })).toHaveProperty("disabled", true);
  await user.type(form.getByLabelText(/^Question/), "Did 203.0.113.7 sign in since Monday?");
  await user.selectOptions(form.getByLabelText("Report for"), "ciso");
  await user.selectOptions(form.getByLabelText("How far back"), "P30D");
  await user.type(form.getByLabelText("US dollars"), "0.5");
  await user.click(form.getByRole("button", { name: "Start" }));
  await screen.findByRole("list", { name: "Claims" });
  expect(address()).toBe("/sessions/ses_new");
  expect(started).toEqual([
    {
      query: "Did 203.0.113.7 sign in since Monday?",
      persona: "ciso",
      provider: "sentinel",
      timespan: "P30D",
      budget: { usd: 0.5 },
    },
  ]);
});

test("from an incident its number and workspace go along", async () => {
  const { user } = renderPage(fake, "/incidents/4711");
  await user.click(await screen.findByRole("button", { name: "Options for the investigation" }));
  const form = await dialog();
  await user.click(form.getByRole("button", { name: "Start" }));
  await screen.findByRole("list", { name: "Claims" });
  expect(started).toMatchObject([{ incident_number: 4711, query: "Investigate incident #4711" }]);
  expect(started[0]?.["provider"]).toBe(fake.incidents[0]?.provider_id);
});

// A question of ten lines must survive a slip of the hand.
test("a budget out of bounds is told at its box and starts nothing; what was typed survives closing", async () => {
  const { user } = renderPage(fake, "/sessions?start=new");
  const form = await dialog();
  await user.type(form.getByLabelText(/^Question/), "What happened?");
  await user.type(form.getByLabelText("Exchanges"), "1000");
  expect(form.getByText("A whole number from 1 to 50.")).toBeDefined();
  expect(form.getByRole("button", { name: "Start" })).toHaveProperty("disabled", true);
  await user.click(form.getByRole("button", { name: "Cancel" }));
  await user.click(await screen.findByRole("button", { name: "New investigation" }));
  const again = await dialog();
  expect(again.getByLabelText(/^Question/)).toHaveProperty("value", "What happened?");
  expect(started).toEqual([]);
});

// Who wants to compare, or to spend nothing, must be able to say who judges.
test("a model is chosen by its name, or none at all", async () => {
  fake.answers["GET /api/v1/models"] = () =>
    Response.json({
      items: [
        { model_name: "judge", is_default: true },
        { model_name: "rival", is_default: false },
      ],
      total: 2,
    });
  const { user } = renderPage(fake, "/sessions?start=new");
  const form = await dialog();
  await user.type(form.getByLabelText(/^Question/), "What happened?");
  await form.findByRole("option", { name: "Default: judge" });
  await user.selectOptions(form.getByLabelText("Model"), "Rules only, no model");
  expect(form.getByLabelText("Fail when no model could judge")).toHaveProperty("disabled", true);
  await user.click(form.getByRole("button", { name: "Start" }));
  await screen.findByRole("list", { name: "Claims" });
  expect(started).toMatchObject([{ query: "What happened?", model: null }]);
});

test("a model by name goes with the start", async () => {
  fake.answers["GET /api/v1/models"] = () =>
    Response.json({ items: [{ model_name: "rival", is_default: false }], total: 1 });
  const { user } = renderPage(fake, "/sessions?start=new");
  const form = await dialog();
  await user.type(form.getByLabelText(/^Question/), "What happened?");
  await form.findByRole("option", { name: "rival" });
  await user.selectOptions(form.getByLabelText("Model"), "rival");
  await user.click(form.getByRole("button", { name: "Start" }));
  await screen.findByRole("list", { name: "Claims" });
  expect(started).toMatchObject([{ model: "rival" }]);
});
