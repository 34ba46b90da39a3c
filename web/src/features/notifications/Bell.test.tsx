/** The bell counts what is unread and follows what is read. */
import { screen, waitFor } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";

import { FakeApi } from "../../testing/fakeApi.ts";
import { aNotification } from "../../testing/fixtures.ts";
import { renderPage, resetPage } from "../../testing/renderPage.tsx";

let fake: FakeApi;
beforeEach(() => {
  resetPage();
  fake = new FakeApi();
  fake.inbox = [
    aNotification({ id: "ntf_1" }),
    aNotification({ id: "ntf_2" }),
    aNotification({ id: "ntf_3", read: true }),
  ];
});

test("the bell shows how many are unread, from one cheap request", async () => {
  renderPage(fake, "/incidents");
  await screen.findByRole("button", { name: "Notifications, 2 unread" });
  expect(fake.requests).toContain("GET /api/v1/notifications?limit=10");
});

test("marking one read lowers the count here and on the server", async () => {
  const { user } = renderPage(fake, "/incidents");
  await user.click(await screen.findByRole("button", { name: "Notifications, 2 unread" }));
  await user.click((await screen.findAllByRole("button", { name: "Mark read" }))[0]!);
  await screen.findByRole("button", { name: "Notifications, 1 unread" });
  expect(fake.requests).toContain("POST /api/v1/notifications/ntf_1/read");
});

test("mark all read empties the count", async () => {
  const { user } = renderPage(fake, "/incidents");
  await user.click(await screen.findByRole("button", { name: "Notifications, 2 unread" }));
  await user.click(await screen.findByRole("button", { name: "Mark all read" }));
  await screen.findByRole("button", { name: "Notifications" });
  await waitFor(() => expect(fake.inbox.every((item) => item.read)).toBe(true));
});

test("an alert in the inbox opens its incident and is read by that", async () => {
  const { user, address } = renderPage(fake, "/incidents");
  await user.click(await screen.findByRole("button", { name: "Notifications, 2 unread" }));
  const inbox = await screen.findByRole("region", { name: "Notifications" });
  await user.click(inbox.querySelector("a")!);
  await waitFor(() => expect(address()).toBe("/incidents/4711"));
  await waitFor(() => expect(fake.inbox[0]!.read).toBe(true));
});
