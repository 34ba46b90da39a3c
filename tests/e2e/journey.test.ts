/** The whole way an analyst goes: from signing in to an investigated incident whose claims can be checked. */
import { expect, test } from "vitest";
import { z } from "zod";

import { inspect } from "./inspect.ts";
import { visit } from "./visit.ts";

const MAX_STORIES = 12;
const Played = z.object({ incident_numbers: z.array(z.int()) });
const NOTE = "Called the user: it was not them.";

const journey = visit();
let incident: string;

const button = (name: string | RegExp) => journey.button(name);
const rows = () => journey.page.getByRole("list", { name: "Incidents" }).getByRole("link");
const demo = () => journey.page.getByRole("complementary", { name: "Demo" });

async function syncNow(): Promise<void> {
  if (!(await demo().isVisible())) await button("Demo").click();
  const synced = journey.page.waitForResponse((reply) =>
    reply.url().endsWith("/local/timers/sync-incidents"),
  );
  await demo().getByRole("button", { name: "Sync now" }).click();
  expect((await synced).ok()).toBe(true);
  await demo().getByText("Synced.").waitFor();
}

test("a demo analyst signs in and the queue fills by itself", async () => {
  await journey.page.goto(journey.url);
  await button(/analyst@contoso\.example/).waitFor();
  expect(await inspect(journey.page, "sign-in")).toEqual([]);
  await button(/analyst@contoso\.example/).click();
  await journey.page
    .getByRole("link", { name: /^#\d+ / })
    .first()
    .waitFor();
  await journey.page.getByText(/synced/).waitFor();
  expect(await inspect(journey.page, "queue")).toEqual([]);
});

/** Plays stories until one of High severity is in the queue, and returns its incident's number. */
async function playUntilHigh(): Promise<string> {
  const played: string[] = [];
  // A story's severity says nothing about its truth, so it cannot be asked for.
  for (let round = 0; round < MAX_STORIES; round += 1) {
    const reply = journey.page.waitForResponse((each) =>
      each.url().endsWith("/local/tenant/stories"),
    );
    await demo().getByRole("button", { name: "Play story" }).click();
    const { incident_numbers: numbers } = Played.parse(await (await reply).json());
    played.push(...numbers.map(String));
    await demo()
      .getByText(`Played #${numbers.join(", #")}`)
      .waitFor();
    await syncNow();
    await journey.page.goto(`${journey.url}/incidents?severity=high`);
    await rows().first().waitFor();
    const titles = await rows().allTextContents();
    const high = played.find((number) => titles.some((title) => title.startsWith(`#${number} `)));
    await button("Demo").click();
    if (high !== undefined) return high;
  }
  throw new Error(`None of the stories #${played.join(", #")} had High severity.`);
}

test("a story of High severity reaches the queue and the bell", async () => {
  await button("Demo").click();
  await demo().getByLabel("Family").selectOption("signin_attack");
  await demo().getByLabel("What it truly is").selectOption("true_positive");
  incident = await playUntilHigh();
  await button(/Notifications, \d+ unread/).click();
  const alert = journey.page.getByRole("region", { name: "Notifications" }).getByRole("link", {
    name: new RegExp(`#${incident} `),
  });
  await alert.waitFor();
  expect(await inspect(journey.page, "inbox")).toEqual([]);
  await button("Close the demo panel").click();
  if (!(await alert.isVisible())) await button(/Notifications/).click();
  await alert.click();
  await journey.page.getByRole("heading", { level: 1, name: new RegExp(`#${incident}`) }).waitFor();
});

test("enriching names the alerts and entities of the incident, and a note is kept", async () => {
  await button("Enrich").click();
  await journey.page.getByRole("tab", { name: /Entities/ }).click();
  const entities = journey.page.getByRole("table", { name: "Entities" });
  await entities.waitFor();
  expect(await entities.getByRole("row").count()).toBeGreaterThan(1);
  await journey.page.getByRole("tab", { name: /Alerts/ }).click();
  await journey.page.getByRole("table", { name: "Alerts" }).waitFor();
  expect(
    await journey.page.getByRole("table", { name: "Alerts" }).getByRole("row").count(),
  ).toBeGreaterThan(1);
  await journey.page.getByRole("tab", { name: "Overview" }).click();
  await journey.page.getByRole("textbox", { name: "Notes" }).fill(NOTE);
  await button("Save note").click();
  await journey.page.getByText("Saved", { exact: true }).waitFor();
  expect(await inspect(journey.page, "incident")).toEqual([]);
});

test("the investigation ends in a report", async () => {
  await button("Investigate").click();
  await journey.page.waitForURL(/\/sessions\/ses_/);
  await journey.page.getByRole("list", { name: "Claims" }).waitFor();
  for (const name of ["Summary", "Claims", "Steps"]) {
    expect(await journey.page.getByRole("region", { name }).isVisible()).toBe(true);
  }
  expect(await inspect(journey.page, "session")).toEqual([]);
});

// A report that cannot be checked by its reader is only an opinion.
test("a claim leads to its rows, with the cell marked, its KQL and its absolute time range", async () => {
  const claims = journey.page.getByRole("list", { name: "Claims" }).getByRole("button");
  const evidence = journey.page.getByRole("region", { name: "Evidence" });
  const marked = evidence.locator("mark");
  for (const claim of await claims.all()) {
    await claim.click();
    await evidence.getByLabel("KQL").first().waitFor();
    if ((await marked.count()) > 0) break;
  }
  expect(await marked.count()).toBeGreaterThan(0);
  expect(await evidence.getByLabel("KQL").first().textContent()).toContain("|");
  expect(await evidence.getByText(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ/).count()).toBeGreaterThan(1);
  expect(await inspect(journey.page, "evidence")).toEqual([]);
});

test("the note is still there after the next synchronisation", async () => {
  await journey.page
    .getByRole("article")
    .getByRole("link", { name: `#${incident}` })
    .click();
  await journey.page.getByRole("textbox", { name: "Notes" }).waitFor();
  await syncNow();
  await journey.page.reload();
  const notes = journey.page.getByRole("textbox", { name: "Notes" });
  await notes.waitFor();
  expect(await notes.inputValue()).toBe(NOTE);
  await journey.page.getByRole("tab", { name: "Investigations" }).click();
  await journey.page.getByRole("table", { name: "Investigations" }).waitFor();
});

test("the chosen theme stays", async () => {
  await button("Use the dark theme").click();
  await journey.page.reload();
  await journey.page.locator('html[style*="color-scheme: dark"]').waitFor();
  await button("Use the light theme").waitFor();
  expect(await journey.page.locator("html").getAttribute("style")).toContain("dark");
});

// The security policy reports what it blocked here, and so do scripts that broke.
test("nothing went wrong in the browser on the way", () => {
  expect(journey.errors).toEqual([]);
});
