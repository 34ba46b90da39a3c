/** The form of preferences sends what was chosen, shows a refusal at its field, and loses nothing that was typed. */
import { screen, within } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";

import type { PreferencesView } from "../../../../shared/schemas/notificationPreferences.ts";
import { FakeApi } from "../../testing/fakeApi.ts";
import { ANALYST } from "../../testing/fixtures.ts";
import { problem } from "../../testing/problem.ts";
import { renderPage, resetPage } from "../../testing/renderPage.tsx";

const PATH = "/api/v1/me/notification-preferences";
const PREFERENCES: PreferencesView = {
  channels: { in_app: true, email: false, slack: false, teams: false },
  events: {
    "incident-alert": true,
    "investigation-completed": true,
    "investigation-failed": true,
    "schedule-disabled": true,
  },
  min_severity: "medium",
  quiet_hours: null,
  digest: "off",
  timezone: "UTC",
  email: null,
  email_available: true,
  slack_url_masked: null,
  teams_url_masked: null,
  source: "defaults",
  updated_at: null,
};

let fake: FakeApi;
beforeEach(() => {
  resetPage();
  fake = new FakeApi();
});

test("a refused address is told at its field, and what was typed stays", async () => {
  fake.fault = (method, path) => {
    if (path !== PATH) return undefined;
    if (method === "GET") return Response.json(PREFERENCES, { headers: { etag: '"1"' } });
    const errors = [{ pointer: "/slack_url", detail: "Only https:// addresses are posted to." }];
    return Response.json(
      {
        title: "Invalid fields",
        status: 422,
        detail: "Not valid.",
        code: "invalid-fields",
        errors,
      },
      { status: 422, headers: { "content-type": "application/problem+json" } },
    );
  };
  const { user } = renderPage(fake, "/settings/notifications");
  await user.click(await screen.findByLabelText("Slack"));
  await user.type(await screen.findByLabelText("Slack webhook address"), "http://a.example/");
  await user.click(screen.getByRole("button", { name: "Save" }));
  await screen.findAllByText(/Only https:\/\/ addresses are posted to\./);
  expect(screen.getByLabelText<HTMLInputElement>("Slack webhook address").value).toBe(
    "http://a.example/",
  );
  // The test goes by what is saved, and this is not.
  expect(screen.getByRole<HTMLButtonElement>("button", { name: "Send me a test" }).disabled).toBe(
    true,
  );
});

test("mail that cannot be sent says why and cannot be turned on", async () => {
  fake.fault = (_method, path) =>
    path === PATH ? Response.json({ ...PREFERENCES, email_available: false }) : undefined;
  renderPage(fake, "/settings/notifications");
  const mail = await screen.findByLabelText<HTMLInputElement>(/has no mail server/);
  expect(mail.disabled).toBe(true);
});

test("a failure to read shows the problem and another try, not an empty form", async () => {
  fake.fault = (_method, path) =>
    path === PATH ? problem(403, "Forbidden", "Only people have them.", "forbidden") : undefined;
  renderPage(fake, "/settings/notifications");
  await screen.findByText("Only people have them.");
  expect(screen.queryByRole("button", { name: "Save" })).toBeNull();
});

// Settings open in two tabs, or on two machines: the older form must not undo what the newer one saved.
test("settings that were saved elsewhere are not overwritten unseen", async () => {
  let stored = PREFERENCES;
  const etag = () => `"${stored.digest}"`;
  const shown = () => Response.json(stored, { headers: { etag: etag() } });
  fake.answers = {
    [`GET ${PATH}`]: shown,
    [`PUT ${PATH}`]: (_url, body, headers) => {
      if (headers.get("if-match") !== etag()) {
        return problem(412, "Changed meanwhile", "They have changed.", "precondition-failed");
      }
      stored = { ...stored, ...body };
      return shown();
    },
  };
  const { user } = renderPage(fake, "/settings/notifications");
  await user.selectOptions(await screen.findByLabelText("Incidents of"), "critical");
  stored = { ...stored, digest: "daily" };
  await user.click(screen.getByRole("button", { name: "Save" }));
  await screen.findByText(/were changed elsewhere/);
  expect(stored).toMatchObject({ digest: "daily", min_severity: "medium" });
  const conflict = await screen.findByRole("alert");
  expect(conflict.textContent).toMatch(/as you opened it\s*at once.*as it is now\s*daily/i);
  await user.click(screen.getByRole("button", { name: "Take theirs" }));
  expect(screen.getByLabelText<HTMLSelectElement>("Mail and chat").value).toBe("daily");
  expect(screen.getByLabelText<HTMLSelectElement>("Incidents of").value).toBe("medium");
  await user.selectOptions(screen.getByLabelText("Incidents of"), "high");
  await user.click(screen.getByRole("button", { name: "Save" }));
  await screen.findByText("Saved");
  expect(stored).toMatchObject({ digest: "daily", min_severity: "high" });
});

test("an administrator sets what holds for those who have saved nothing; others do not see it", async () => {
  const DEFAULTS = "/api/admin/notification-defaults";
  const puts: { body: object; ifMatch: string | null }[] = [];
  const { email: _e, email_available: _a, slack_url_masked: _s, ...held } = PREFERENCES;
  const shown = (etag: string) => Response.json(held, { headers: { etag } });
  fake.answers = {
    [`GET ${PATH}`]: () => Response.json(PREFERENCES, { headers: { etag: '"1"' } }),
    [`GET ${DEFAULTS}`]: () => shown('"7"'),
    [`PUT ${DEFAULTS}`]: (_url, body, headers) => {
      puts.push({ body, ifMatch: headers.get("if-match") });
      return shown('"8"');
    },
  };
  renderPage(fake, "/settings/notifications");
  await screen.findByRole("button", { name: "Save" });
  expect(screen.queryByRole("form", { name: "Notification defaults" })).toBeNull();
  resetPage();
  fake.me = { ...ANALYST, roles: ["admin"], permissions: ["webhooks:manage"] };
  const { user } = renderPage(fake, "/settings/notifications");
  const form = within(await screen.findByRole("form", { name: "Notification defaults" }));
  await user.click(form.getByLabelText(/^Mail to the address of the sign-in/));
  await user.click(form.getByRole("button", { name: "Save defaults" }));
  await form.findByText("Saved");
  expect(puts).toMatchObject([{ body: { channels: { email: true } }, ifMatch: '"7"' }]);
});
