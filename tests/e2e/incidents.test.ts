/** An analyst works the queue and an incident with the keyboard alone, and the page stays quick when both are huge. */
import { expect, test } from "vitest";
import { z } from "zod";

import { inspect } from "./inspect.ts";
import { longestTaskMs } from "./longTasks.ts";
import { visit } from "./visit.ts";

const LONG_TASK_MS = 200;
const ENTITIES = 5_000;
const ROWS = 50_000;
/** More than the API gives at once, so that all rows are loaded in a bounded time. */
const PAGE = 2_500;
const Any = z.record(z.string(), z.unknown());

const journey = visit();

const rows = () => journey.page.getByRole("list", { name: "Incidents" }).getByRole("listitem");
const current = () => journey.page.locator("li[aria-current=true]");
const preview = () => journey.page.getByRole("complementary", { name: /Preview of/ });
const bulk = () => journey.page.getByRole("region", { name: "Selected incidents" });
const press = (...keys: string[]) =>
  keys.reduce(async (before, key) => {
    await before;
    await journey.page.keyboard.press(key);
  }, Promise.resolve());

test("j and k walk the queue, and the preview follows with what is known", async () => {
  await journey.signIn("analyst");
  await rows().first().waitFor();
  await press("j", "j");
  await preview().waitFor();
  expect(await current().getAttribute("aria-posinset")).toBe("2");
  await press("k");
  await preview()
    .getByRole("heading", { name: (await rows().first().getByRole("link").textContent()) ?? "" })
    .waitFor();
  await journey.page.waitForURL(/row=/);
  expect(await inspect(journey.page, "queue-preview")).toEqual([]);
});

test("x, a and s change the selected ones; each result is told, and Undo brings all back", async () => {
  await press("x", "j", "x", "a");
  await bulk()
    .getByText(/2 changed/)
    .waitFor();
  await bulk().getByRole("button", { name: "Each result" }).press("Enter");
  expect(
    await bulk()
      .getByRole("list", { name: "Result of each incident" })
      .getByRole("listitem")
      .count(),
  ).toBe(2);
  expect(await inspect(journey.page, "queue-selected")).toEqual([]);
  await bulk().getByRole("button", { name: "Undo" }).press("Enter");
  await bulk().getByText("Undone on 2").waitFor();
  await press("s");
  await journey.page.getByRole("dialog", { name: "Status of 2 incidents" }).waitFor();
  expect(await inspect(journey.page, "status-dialog")).toEqual([]);
  await press("3");
  await bulk()
    .getByText(/2 changed/)
    .waitFor();
  expect(await rows().getByText("Waiting").count()).toBe(2);
});

test("the keys do nothing while somebody types, and can be turned off", async () => {
  await press("Escape", "Escape", "/");
  const search = journey.page.getByRole("searchbox", { name: "Search incidents" });
  await search.pressSequentially("jx?");
  expect(await search.inputValue()).toBe("jx?");
  expect(await journey.page.getByRole("dialog").count()).toBe(0);
  await search.fill("");
  await search.press("Escape");
  await journey.page.waitForURL((url) => !url.searchParams.has("q"));
  await press("?");
  const keys = journey.page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await keys.waitFor();
  expect(await inspect(journey.page, "keys")).toEqual([]);
  await keys.getByRole("switch", { name: "Single-key shortcuts" }).press("Space");
  await press("Escape", "?");
  expect(await keys.count()).toBe(0);
  await journey.page.getByRole("button", { name: "Keyboard shortcuts" }).press("Enter");
  await keys.getByRole("switch", { name: "Single-key shortcuts" }).press("Space");
  await press("Escape");
});

test("Ctrl+K finds an incident and opens it; g i leads back", async () => {
  await press("Control+k");
  const box = journey.page.getByRole("combobox", { name: "Page or incident" });
  await box.waitFor();
  await journey.page.keyboard.type("involving");
  const found = journey.page.getByRole("option", { name: /Incident$/ });
  await found.first().waitFor();
  expect(await inspect(journey.page, "palette")).toEqual([]);
  await press("Enter");
  await journey.page.waitForURL(/\/incidents\/\d+/);
  await journey.page.getByRole("heading", { level: 1 }).waitFor();
  await press("g", "i");
  await journey.page.waitForURL(/\/incidents(\?|$)/);
});

test("Enter opens an incident, e enriches it, 1 to 5 show its parts", async () => {
  await rows().first().waitFor();
  await press("j");
  await current().waitFor();
  await press("Enter");
  await journey.page.getByRole("tab", { name: /Overview/ }).waitFor();
  const enriched = journey.page.waitForResponse((reply) => reply.url().includes("/enrich"));
  await press("e");
  expect((await enriched).ok()).toBe(true);
  await journey.page.getByText("All entities").waitFor();
  expect(await inspect(journey.page, "incident-overview")).toEqual([]);
  for (const [key, name] of [
    ["2", "Alerts"],
    ["3", "Entities"],
    ["4", "Activity"],
  ] as const) {
    await press(key);
    await journey.page.getByRole("table", { name }).waitFor();
    expect(await inspect(journey.page, `incident-${name.toLowerCase()}`)).toEqual([]);
  }
  await press("5");
  await journey.page.getByText("Nobody has investigated this incident yet.").waitFor();
  expect(new URL(journey.page.url()).searchParams.get("tab")).toBe("investigations");
});

test("i investigates, and the investigation is then listed", async () => {
  await press("i");
  await journey.page.waitForURL(/\/sessions\/ses_/);
  await journey.page.getByRole("list", { name: "Claims" }).waitFor();
  await journey.page.goBack();
  const sessions = journey.page.getByRole("table", { name: "Investigations" });
  await sessions.waitFor();
  expect(await sessions.getByRole("row").count()).toBe(2);
  await press("Escape");
  await journey.page.waitForURL(/\/incidents(\?|$)/);
});

test("in forced colours the queue and its severities are still told apart", async () => {
  await journey.page.emulateMedia({ forcedColors: "active" });
  await rows().first().waitFor();
  expect(await inspect(journey.page, "queue-forced")).toEqual([]);
  await journey.page.emulateMedia({ forcedColors: "none" });
});

test(`an incident of ${ENTITIES} entities opens without a task over ${LONG_TASK_MS} ms`, async () => {
  await journey.page.route(/\/api\/v1\/incidents\/\d+(\?|$)/, async (route) => {
    // Answered with "not changed" there would be nothing to replace.
    const { "if-none-match": _held, ...headers } = route.request().headers();
    const reply = await route.fetch({ headers });
    const entities = Array.from({ length: ENTITIES }, (_, index) => ({
      id: `ip:203.0.${index >> 8}.${index & 255}`,
      type: "ip",
      value: `203.0.${index >> 8}.${index & 255}`,
      aliases: [`host-${index}`],
      strong: true,
      private: false,
      sources: [{ alert_id: "a", path: `$[${index}]` }],
      alias_sources: [{ alert_id: "a", path: `$[${index}]` }],
    }));
    const enriched_at = new Date().toISOString();
    const json = { ...Any.parse(await reply.json()), entities, enriched_at };
    await route.fulfill({ response: reply, json });
  });
  // A page that showed the true incident a moment ago would not ask again.
  await journey.page.reload();
  await rows().first().waitFor();
  const table = journey.page.getByRole("table", { name: "Entities" });
  const longest = await longestTaskMs(journey.browser, journey.page, async () => {
    await press("j", "Enter");
    await journey.page.getByRole("tab", { name: `Entities ${ENTITIES}` }).waitFor();
    await press("3");
    await table.waitFor();
    await journey.page.getByRole("searchbox", { name: "Filter entities" }).fill("host-4999");
    await table.getByText("203.0.19.135").waitFor();
  });
  await journey.page.getByRole("searchbox", { name: "Filter entities" }).fill("");
  await expect.poll(() => table.getAttribute("aria-rowcount")).toBe(String(ENTITIES + 1));
  expect(await table.getByRole("row").count()).toBeLessThan(100);
  console.log(`Longest task at ${ENTITIES} entities: ${longest.toFixed(0)} ms of processor time.`);
  expect(longest).toBeLessThanOrEqual(LONG_TASK_MS);
  await journey.page.unrouteAll({ behavior: "wait" });
});

test(`a queue of ${ROWS} incidents scrolls without a task over ${LONG_TASK_MS} ms`, async () => {
  await journey.page.route(/\/api\/v1\/incidents\?.*limit=100/, async (route) => {
    const url = new URL(route.request().url());
    const from = Number(url.searchParams.get("cursor") ?? 0);
    url.searchParams.delete("cursor");
    const reply = await route.fetch({ url: url.href });
    const page0 = Any.parse(await reply.json());
    const [first] = z.array(Any).parse(page0["items"]);
    const items = Array.from({ length: PAGE }, (_, index) => ({
      ...first,
      id: `ws:${from + index}`,
      number: from + index,
    }));
    const next = from + PAGE < ROWS ? String(from + PAGE) : null;
    const json = { ...page0, items, total: ROWS, next_cursor: next };
    await route.fulfill({ response: reply, json });
  });
  await journey.page.goto(`${journey.url}/incidents`);
  await rows().first().waitFor();
  const list = journey.page.locator("[data-scroll-restoration-id=incidents]");
  const longest = await longestTaskMs(journey.browser, journey.page, async () => {
    // Each turn goes to the end of what is loaded, which asks for the next page.
    for (let turn = 0; turn < ROWS / PAGE - 1; turn += 1) {
      const height = await list.evaluate((element) => element.scrollHeight);
      await list.evaluate((element) => element.scrollTo(0, element.scrollHeight));
      await expect
        .poll(() => list.evaluate((element) => element.scrollHeight))
        .toBeGreaterThan(height);
    }
  });
  expect(await rows().count()).toBeLessThan(100);
  console.log(
    `Longest task with all ${ROWS} rows loaded: ${longest.toFixed(0)} ms of processor time.`,
  );
  expect(longest).toBeLessThanOrEqual(LONG_TASK_MS);
  await journey.page.unrouteAll({ behavior: "wait" });
});

test("nothing went wrong in the browser on the way", () => {
  expect(journey.errors).toEqual([]);
});
