/** What investigations leave behind: a report to check, a search that finds it, a graph, figures; and the models that judge. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";

import { launchBrowser, openPage } from "./browser.ts";
import { inspect } from "./inspect.ts";
import { type Product, startProduct } from "./product.ts";

/** Longest a rule-based investigation may take on a machine that is busy. */
const REPORT_MS = 120_000;

let product: Product;
let browser: Browser;
let page: Page;
let errors: string[];
/** Of the investigated incident. */
let number: string;

beforeAll(async () => {
  browser = await launchBrowser();
  product = await startProduct();
  ({ page, errors } = await openPage(browser));
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

const button = (name: string | RegExp) => page.getByRole("button", { name });
const nav = (name: string) =>
  page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name, exact: true });
const table = (name: string) => page.getByRole("table", { name });

const Played = z.object({ incident_numbers: z.array(z.int()) });

/** Plays an attack that ends now, synchronises, and returns its incident's number. */
async function played(): Promise<number> {
  const story = { family: "signin_attack", truth: "true_positive", seed: 7 };
  const reply = await fetch(`${product.url}/local/tenant/stories`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(story),
  });
  const { incident_numbers: numbers } = Played.parse(await reply.json());
  const sync = await fetch(`${product.url}/local/timers/sync-incidents`, { method: "POST" });
  expect(await sync.text()).toContain("succeeded");
  return numbers[0] ?? 0;
}

// The options are worth nothing when the report does not follow them.
test("an investigation starts from an incident with a persona, and its claims lead to their cells and back", async () => {
  number = String(await played());
  await page.goto(product.url);
  await button(/admin@contoso\.example/).click();
  await page.getByRole("link", { name: "Models" }).waitFor();
  await page.goto(`${product.url}/incidents/${number}`);
  await button("Options for the investigation").click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Report for").selectOption("threat_hunter");
  expect(await inspect(page, "start-dialog")).toEqual([]);
  await dialog.getByRole("button", { name: "Start" }).click();
  const claims = page.getByRole("list", { name: "Claims" });
  await claims.waitFor({ timeout: REPORT_MS });
  await page.getByText("Threat hunter").first().waitFor();
  await claims.getByRole("button").first().press("Enter");
  const evidence = page.getByRole("region", { name: "Evidence" });
  await evidence.getByRole("button", { name: "Copy the KQL" }).first().waitFor();
  expect(page.url()).toContain("claim=");
  expect(await inspect(page, "session-claim")).toEqual([]);
  await evidence.getByRole("button", { name: "Back to the claim" }).click();
  expect(await page.locator(":focus").getAttribute("id")).toMatch(/^claim\./);
  const portal = evidence.getByRole("link", { name: "Open in Log Analytics" }).first();
  expect(await portal.getAttribute("href")).toMatch(
    /^https:\/\/portal\.azure\.com\/#@.+LogsBlade\.AnalyticsShareLinkToQuery\/q\/.+\/timespan\//,
  );
});

test("a step shows its rows without a claim, and the report leaves as Markdown and as a signed bundle", async () => {
  await button("Close the evidence").click();
  await button(/^Rows of step/)
    .first()
    .click();
  await page.getByRole("region", { name: "Evidence" }).waitFor();
  expect(page.url()).toContain("evidence=");
  for (const [name, file] of [
    ["Save Markdown", /^ses_\w+\.md$/],
    ["Save evidence bundle", /^ses_\w+\.bundle\.json$/],
  ] as const) {
    const download = page.waitForEvent("download");
    await button(name).click();
    expect((await download).suggestedFilename()).toMatch(file);
  }
});

test("the investigation is listed, and found by its incident's number", async () => {
  await nav("Investigations").click();
  await table("Investigations")
    .getByRole("link", { name: `#${number}` })
    .first()
    .waitFor();
  expect(await inspect(page, "sessions")).toEqual([]);
  await nav("Search").click();
  await page.keyboard.press("/");
  await page.keyboard.type(number);
  await page.keyboard.press("Enter");
  const found = page.getByRole("list", { name: "Found" });
  await found.getByText(`#${number} · `).first().waitFor();
  await page.waitForURL((url) => url.searchParams.get("q") === number);
  expect(await inspect(page, "search")).toEqual([]);
});

// Whoever cannot see or use the picture must get the same from the tables.
test("an entity of the report leads to the graph, which is explored by keyboard in its tables", async () => {
  await page.getByRole("list", { name: "Found" }).getByRole("link").first().click();
  const entities = page.getByRole("table", { name: "Entities" });
  await entities.getByRole("link", { name: "Graph" }).first().click();
  await page.getByRole("region", { name: "Chosen entity" }).waitFor();
  await page.getByRole("img", { name: /^A picture of \d+ entities/ }).waitFor();
  const expand = entities.getByRole("button", { name: /^Expand / }).last();
  await expand.press("Enter");
  await entities.getByText("chosen").waitFor();
  expect(await inspect(page, "graph")).toEqual([]);
  await page.getByLabel("As of (UTC)").fill("2020-01-01");
  await page.getByText("Nobody knew it then").waitFor();
  await button("Show what is known now").click();
  await page.getByRole("region", { name: "Chosen entity" }).waitFor();
});

test("the scorecard counts it, and says what was not measured", async () => {
  await nav("Scorecard").click();
  await table("By persona").getByText("Threat hunter").waitFor();
  await page
    .getByText(/not measured/)
    .first()
    .waitFor();
  expect(await inspect(page, "scorecard")).toEqual([]);
});

test("a model is added, fails its test in plain words, and is removed", async () => {
  await nav("Models").click();
  await page.getByRole("link", { name: "Add model" }).click();
  const form = page.getByRole("form", { name: "Add model" });
  await form.getByLabel("Endpoint").selectOption("openai_compatible");
  await form.getByLabel("Name").fill("nowhere");
  await form.getByLabel("Model", { exact: true }).fill("gpt-none");
  await form.getByLabel("Address").fill("http://127.0.0.1:9/v1");
  await form.getByLabel("Context, tokens").fill("few");
  await form.getByRole("button", { name: "Save" }).click();
  await form
    .getByText(/number/i)
    .first()
    .waitFor();
  expect(await inspect(page, "model-form")).toEqual([]);
  await form.getByLabel("Context, tokens").fill("32000");
  await form.getByRole("button", { name: "Save" }).click();
  const models = page.getByRole("list", { name: "Models" });
  await models.getByRole("button", { name: "Test" }).click();
  await models.getByRole("list", { name: "Checks" }).waitFor({ timeout: 60_000 });
  expect(await inspect(page, "models")).toEqual([]);
  await models.getByRole("button", { name: "Remove" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await page.getByText("No model is set up: the rules work alone").waitFor();
  // The graph of 2020 was a question whose answer is 404, which the console tells; nothing else went wrong.
  expect(errors.filter((error) => !error.includes("status of 404"))).toEqual([]);
  expect(errors.length).toBeLessThanOrEqual(1);
});
