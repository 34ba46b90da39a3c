/** Admin > Models: what is typed reaches the server in its shape, and a key never comes back. */
import { screen, within } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";

import type { ModelView } from "../../../../shared/schemas/models.ts";
import { FakeApi } from "../../testing/fakeApi.ts";
import { problem } from "../../testing/problem.ts";
import { renderPage, resetPage } from "../../testing/renderPage.tsx";

const AT = "2026-11-20T08:40:00.000Z";
const MODEL: ModelView = {
  model_name: "judge",
  provider: "azure",
  model_id: "gpt-main",
  api_base: "https://soc.openai.azure.com",
  auth: "api_key",
  api_version: null,
  prices: null,
  context_tokens: 64_000,
  is_default: true,
  abilities: { tools: true, json_schema: false, output_limit: null, streaming: null },
  last_test: null,
  created_by: null,
  created_at: AT,
  updated_at: AT,
  api_key_masked: "…9f3c",
  source: "tenant",
};

let fake: FakeApi;
let stored: ModelView;
const etag = () => `"${stored.model_id}"`;
let saved: Record<string, unknown>[];
beforeEach(() => {
  resetPage();
  fake = new FakeApi();
  fake.me = { ...fake.me, permissions: [...fake.me.permissions, "models:manage"] };
  saved = [];
  fake.answers["GET /api/admin/models"] = () => Response.json({ items: [MODEL], total: 1 });
  stored = MODEL;
  fake.answers["GET /api/admin/models/judge"] = () =>
    Response.json(stored, { headers: { etag: etag() } });
  fake.answers["PATCH /api/admin/models/judge"] = (_url, body, headers) => {
    if (headers.get("if-match") !== etag()) {
      return problem(412, "Changed meanwhile", "It has changed.", "precondition-failed");
    }
    saved.push(body);
    return Response.json(MODEL);
  };
});

// A key that a change of prices wiped out would stop every investigation's judge.
test("a change without a key leaves the key; prices go as numbers", async () => {
  const { user, address } = renderPage(fake, "/admin/models?edit=judge");
  const form = within(await screen.findByRole("form", { name: "Edit judge" }));
  expect(form.getByLabelText("API key")).toHaveProperty("value", "");
  expect(form.getByText(/…9f3c/)).toBeDefined();
  await user.type(form.getByLabelText("Input, $ a million tokens"), "2,5");
  await user.type(form.getByLabelText("Output, $"), "10");
  await user.click(form.getByRole("button", { name: "Save" }));
  await screen.findByRole("list", { name: "Models" });
  expect(address()).toBe("/admin/models");
  expect(saved).toHaveLength(1);
  expect(saved[0]).toMatchObject({ prices: { input_per_million: 2.5, output_per_million: 10 } });
  expect(saved[0]).not.toHaveProperty("api_key");
  expect(saved[0]).not.toHaveProperty("model_name");
});

test("what the server's schema refuses is told at its box, and nothing is sent", async () => {
  const { user } = renderPage(fake, "/admin/models?edit=judge");
  const form = within(await screen.findByRole("form", { name: "Edit judge" }));
  await user.clear(form.getByLabelText("Context, tokens"));
  await user.type(form.getByLabelText("Context, tokens"), "few");
  await user.click(form.getByRole("button", { name: "Save" }));
  expect(form.getByText("This must be a number.")).toBeDefined();
  expect(saved).toEqual([]);
});

// The last one to press Save would undo what somebody else had just put right, and nobody would know.
test("a model that somebody else changed meanwhile is not overwritten: both are shown, and one decides", async () => {
  const { user } = renderPage(fake, "/admin/models?edit=judge");
  const form = within(await screen.findByRole("form", { name: "Edit judge" }));
  await user.type(form.getByLabelText("Input, $ a million tokens"), "2");
  await user.type(form.getByLabelText("Output, $"), "8");
  stored = { ...MODEL, model_id: "gpt-newer" };
  await user.click(form.getByRole("button", { name: "Save" }));
  expect(await form.findByText(/Somebody else changed this model/)).toBeDefined();
  const conflict = form.getByRole("alert");
  expect(conflict.textContent).toMatch(/Model: as you opened it\s*gpt-main.*now\s*gpt-newer/);
  expect(saved).toEqual([]);
  await user.click(form.getByRole("button", { name: "Keep mine" }));
  await screen.findByRole("list", { name: "Models" });
  expect(saved).toMatchObject([{ prices: { input_per_million: 2 } }]);
});

test("taking theirs fills the form with what is saved now", async () => {
  const { user } = renderPage(fake, "/admin/models?edit=judge");
  const form = await screen.findByRole("form", { name: "Edit judge" });
  await user.type(within(form).getByLabelText("Input, $ a million tokens"), "2");
  await user.type(within(form).getByLabelText("Output, $"), "8");
  stored = { ...MODEL, model_id: "gpt-newer" };
  await user.click(within(form).getByRole("button", { name: "Save" }));
  await user.click(await within(form).findByRole("button", { name: "Take theirs" }));
  expect(await screen.findByDisplayValue("gpt-newer")).toBeDefined();
  expect(screen.getByLabelText("Output, $")).toHaveProperty("value", "");
});

// Neither the key nor anything like it may outlive the form in the browser.
test("a key that was typed is not kept in the browser", async () => {
  const { user } = renderPage(fake, "/admin/models?edit=judge");
  const form = within(await screen.findByRole("form", { name: "Edit judge" }));
  await user.type(form.getByLabelText("API key"), "sk-very-secret");
  const kept = [sessionStorage, localStorage].flatMap((store) => Object.values<unknown>(store));
  expect(kept.length).toBeGreaterThan(0);
  expect(JSON.stringify(kept)).not.toContain("very-secret");
});

test("who may not manage models is told which role it takes", async () => {
  fake.me = { ...fake.me, permissions: ["incidents:read"] };
  renderPage(fake, "/admin/models");
  expect(await screen.findByText("This page takes the role admin")).toBeDefined();
  expect(fake.requests).not.toContain("GET /api/admin/models");
});
