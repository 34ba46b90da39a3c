/** An administrator sets up a webhook, tries it, and follows its deliveries; an analyst says what to be told of. */
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, test } from "vitest";

import { type LoopbackReceiver, startReceiver } from "../../shared/testing/loopbackReceiver.ts";
import { inspect } from "./inspect.ts";
import { visit } from "./visit.ts";

const journey = visit({ WEBHOOK_LOOPBACK: "allow" });
let receiver: LoopbackReceiver;

beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver?.close());

const button = (name: string | RegExp) => journey.button(name);

test("an administrator sets up a webhook, whose secret is shown once and signs the test", async () => {
  await journey.signIn("admin", "/admin/webhooks");
  await journey.page.getByText("No system is told of anything yet").waitFor();
  expect(await inspect(journey.page, "webhooks-empty")).toEqual([]);
  await journey.page.getByRole("link", { name: "Add webhook" }).click();
  await journey.page.getByLabel("Name").fill("SOAR");
  await journey.page.getByLabel("Address").fill("http://169.254.169.254/");
  await button("Save").click();
  await journey.page.getByText("Only https:// addresses are posted to.").first().waitFor();
  expect(await inspect(journey.page, "webhook-form")).toEqual([]);
  await journey.page.getByLabel("Address").fill(`${receiver.url}/hook?key=1`);
  await button("Save").click();
  const secret = (await journey.page.locator("code", { hasText: "whsec_" }).textContent()) ?? "";
  await button("I have it").click();
  const card = journey.page.getByRole("list", { name: "Webhooks" }).getByRole("listitem").first();
  await card.getByRole("button", { name: "Send a test" }).click();
  await card.getByText("Test delivered").waitFor();
  expect(await journey.page.content()).not.toContain("whsec_");
  const post = receiver.posts.at(-1);
  const names = ["webhook-id", "webhook-timestamp", "webhook-signature"];
  const headers = Object.fromEntries(names.map((name) => [name, String(post?.headers[name])]));
  expect(new Webhook(secret).verify(post?.body ?? "", headers)).toMatchObject({ type: "test" });
  expect(await inspect(journey.page, "webhooks")).toEqual([]);
});

test("a receiver that fails is seen in the deliveries, and redelivered once it is mended", async () => {
  receiver.answer = (response) => response.writeHead(500).end();
  const card = journey.page.getByRole("list", { name: "Webhooks" }).getByRole("listitem").first();
  await card.getByRole("button", { name: "Send a test" }).click();
  await card.getByText("Test failed").waitFor();
  await card.getByRole("link", { name: "Deliveries of SOAR" }).click();
  const table = journey.page.getByRole("table", { name: "Deliveries" });
  await table.getByText("Answered 500.").first().waitFor();
  expect(await inspect(journey.page, "deliveries")).toEqual([]);
  receiver.answer = (response) => response.end();
  const before = receiver.posts.at(-1)?.headers["webhook-id"];
  await journey.page.getByLabel("State").selectOption("failed");
  await button("Redeliver what failed").click();
  await journey.page.getByText("1 begun anew").waitFor();
  await journey.page.getByText("No deliveries").waitFor();
  expect(receiver.posts.at(-1)?.headers["webhook-id"]).toBe(before);
  await journey.page.getByRole("link", { name: "Dead letters" }).click();
  await journey.page.getByText("No dead letters", { exact: true }).waitFor();
  expect(await inspect(journey.page, "dead-letters")).toEqual([]);
});

test("a person chooses what to be told of, tries it, and reads the inbox", async () => {
  await journey.page.goto(`${journey.url}/settings/notifications`);
  const own = journey.page.getByRole("form", { name: "Notification settings" });
  await own.getByLabel("Slack").check();
  await own.getByLabel("Slack webhook address").fill(`${receiver.url}/slack`);
  await own.getByLabel(/^Quiet hours/).check();
  await own.getByLabel("Mail and chat", { exact: true }).selectOption("hourly");
  await own.getByRole("button", { name: "Save" }).click();
  await own.getByText("Saved", { exact: true }).waitFor();
  await button("Send me a test").click();
  await journey.page.getByText("Slack delivered").waitFor();
  expect(receiver.posts.at(-1)?.path).toBe("/slack");
  expect(await inspect(journey.page, "notification-settings")).toEqual([]);
  const defaults = journey.page.getByRole("form", { name: "Notification defaults" });
  await defaults.getByLabel("Incidents of").selectOption("high");
  await defaults.getByRole("button", { name: "Save defaults" }).click();
  await defaults.getByText("Saved", { exact: true }).waitFor();
  await journey.page.reload();
  expect(await journey.page.getByLabel("Slack webhook address").inputValue()).toBe("");
  await journey.page.getByText(/Stored: http:\/\/127\.0\.0\.1:\d+\/…/).waitFor();
  await journey.page.getByRole("button", { name: /^Notifications/ }).click();
  await journey.page.getByRole("link", { name: "All notifications" }).click();
  await journey.page
    .getByRole("list", { name: "Notifications" })
    .getByRole("listitem")
    .first()
    .waitFor();
  expect(await inspect(journey.page, "notifications")).toEqual([]);
});

test("nothing went wrong in the browser on the way", () => {
  // The refused address is an answer of the server, which the browser writes down.
  expect(journey.errors.filter((error) => !error.includes("422"))).toEqual([]);
});
