/** Two administrators at one webhook: neither overwrites the other without having seen it. */
import { screen, within } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";

import type { DeliveryView } from "../../../../shared/schemas/deliveries.ts";
import type { WebhookView } from "../../../../shared/schemas/webhooks.ts";
import { FakeApi } from "../../testing/fakeApi.ts";
import { ANALYST } from "../../testing/fixtures.ts";
import { problem } from "../../testing/problem.ts";
import { renderPage, resetPage } from "../../testing/renderPage.tsx";

const PATH = "/api/admin/webhooks/whk_1";
const WEBHOOK: WebhookView = {
  id: "whk_1",
  name: "SOAR",
  url: "https://hooks.example.com/soar",
  format: "standard",
  events: ["incident-alert"],
  min_severity: "medium",
  status: "active",
  disabled_reason: null,
  previous_secret_until: null,
  created_by: "admin@contoso.example",
  created_at: "2026-01-15T12:00:00.000Z",
  updated_at: "2026-01-15T12:00:00.000Z",
  last_delivery: null,
};

let fake: FakeApi;
let stored: WebhookView;
let patches: { body: object; ifMatch: string | null }[];
const etag = () => `"${stored.name}"`;

beforeEach(() => {
  resetPage();
  fake = new FakeApi();
  fake.me = { ...ANALYST, roles: ["admin"], permissions: ["webhooks:manage"] };
  stored = WEBHOOK;
  patches = [];
  const shown = () => Response.json(stored, { headers: { etag: etag() } });
  fake.answers = {
    "GET /api/admin/webhooks": () => Response.json({ items: [stored], total: 1 }),
    [`GET ${PATH}`]: shown,
    [`PATCH ${PATH}`]: (_url, body, headers) => {
      const ifMatch = headers.get("if-match");
      patches.push({ body, ifMatch });
      if (ifMatch !== etag()) {
        return problem(412, "Changed meanwhile", "It has changed.", "precondition-failed");
      }
      stored = { ...stored, ...body };
      return shown();
    },
  };
});

const save = { name: "Save" };

/** The form is open with a change of its own while somebody else renames the webhook. */
async function overtaken() {
  const { user } = renderPage(fake, "/admin/webhooks?edit=whk_1");
  await user.selectOptions(await screen.findByLabelText("Incidents of"), "critical");
  stored = { ...stored, name: "SOAR of Bob" };
  await user.click(screen.getByRole("button", save));
  const conflict = await screen.findByRole("alert");
  expect(conflict.textContent).toMatch(/Name: as you opened it\s*SOAR.*now\s*SOAR of Bob/);
  return user;
}

test("a change of somebody else is shown, and one's own goes on top of it only when asked", async () => {
  const user = await overtaken();
  expect(stored.min_severity).toBe("medium");
  await user.click(screen.getByRole("button", { name: "Keep mine" }));
  await screen.findByRole("list", { name: "Webhooks" });
  expect(stored).toMatchObject({ name: "SOAR of Bob", min_severity: "critical" });
  expect(patches).toEqual([
    { body: { min_severity: "critical" }, ifMatch: '"SOAR"' },
    { body: { min_severity: "critical" }, ifMatch: '"SOAR of Bob"' },
  ]);
});

test("dropping one's own fills the form with what is stored", async () => {
  const user = await overtaken();
  await user.click(screen.getByRole("button", { name: "Take theirs" }));
  expect((await screen.findByLabelText<HTMLInputElement>("Name")).value).toBe("SOAR of Bob");
  expect(screen.getByLabelText<HTMLSelectElement>("Incidents of").value).toBe("medium");
  expect(stored.min_severity).toBe("medium");
});

test("what is missing is said in plain words before anything is sent", async () => {
  const { user } = renderPage(fake, "/admin/webhooks?edit=new");
  await user.click(await screen.findByRole("button", save));
  expect(await screen.findAllByText("This must not be empty.")).toHaveLength(2);
  expect(fake.requests.filter((request) => request.startsWith("POST"))).toEqual([]);
});

test("a delivery that waits for a receiver that is left alone says so, and until when", async () => {
  const waiting: DeliveryView = {
    id: "dlv_1",
    channel: "webhook",
    target_kind: "webhook",
    target_id: "whk_1",
    target_name: "SOAR",
    message_id: "evt_1",
    event: "incident-alert",
    status: "pending",
    attempt_count: 0,
    attempts: [],
    next_attempt_at: "2026-01-15T12:00:30.000Z",
    created_at: "2026-01-15T12:00:00.000Z",
    updated_at: "2026-01-15T12:00:00.000Z",
    event_ids: ["evt_1"],
  };
  const page = { items: [waiting], limit: 50, next_cursor: null };
  fake.answers["GET /api/admin/deliveries"] = () => Response.json(page);
  renderPage(fake, "/admin/webhooks?tab=deliveries");
  const row = within(await screen.findByRole("table", { name: "Deliveries" }));
  await row.findByText(/is left alone for now/);
  expect(row.getByText(/2026-01-15 12:00:30Z/)).toBeTruthy();
});

// What is pending may have been refused a hundred times: green would say that the receiver is well.
test("only what arrived is shown as good", async () => {
  const at = "2026-01-15T12:00:00.000Z";
  stored = { ...WEBHOOK, last_delivery: { at, status: "pending" } };
  renderPage(fake, "/admin/webhooks");
  expect((await screen.findByText(/last one pending/)).textContent).toMatch(/^○/);
});
