/** An analyst hunts: writes a query with the page's help, runs it, and works with its rows. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { launchBrowser, openPage } from "./browser.ts";
import { inspect } from "./inspect.ts";
import { type Product, startProduct } from "./product.ts";

let product: Product;
let browser: Browser;
let page: Page;
let errors: string[];

beforeAll(async () => {
  browser = await launchBrowser();
  product = await startProduct();
  ({ page, errors } = await openPage(browser));
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

const editor = () => page.getByRole("textbox", { name: "Query" });
const result = () => page.getByRole("table", { name: "Result" });

test("names complete at the caret, and a misspelled column is found before anything runs", async () => {
  await page.goto(product.url);
  await page.getByRole("button", { name: /analyst@contoso\.example/ }).click();
  await page.getByRole("link", { name: "Hunt" }).click();
  await editor().pressSequentially("Signin");
  await page.getByRole("option", { name: /SigninLogs/ }).waitFor();
  await page.keyboard.press("Tab");
  await editor().pressSequentially("\n| where UserPrincipalNam != ''");
  const findings = page.getByRole("region", { name: "Findings" });
  await findings
    .getByText(/UserPrincipalNam/)
    .first()
    .waitFor();
  expect(await inspect(page, "hunt-findings")).toEqual([]);
});

test("Ctrl+Enter runs the query; its rows sort and can be saved", async () => {
  const query =
    "SigninLogs\n| where TimeGenerated > ago(7d)\n| project TimeGenerated, UserPrincipalName, IPAddress\n| take 200";
  await editor().fill(query);
  await page.getByRole("combobox", { name: "Time range" }).selectOption("P7D");
  await page.getByText("The query is understood and allowed.").waitFor();
  await editor().press("Control+Enter");
  await result().waitFor();
  await result()
    .getByRole("button", { name: /IPAddress/ })
    .click();
  expect(
    await result()
      .getByRole("columnheader", { name: /IPAddress/ })
      .getAttribute("aria-sort"),
  ).toBe("ascending");
  await result().getByRole("button", { name: "Show row 1", exact: true }).click();
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save CSV" }).click();
  expect((await saved).suggestedFilename()).toMatch(/^hunt-.*\.csv$/);
  expect(await inspect(page, "hunt")).toEqual([]);
});

test("the address and the text are still there after a reload", async () => {
  await editor().pressSequentially("// more");
  const text = await editor().inputValue();
  await page.reload();
  await editor().waitFor();
  expect(await editor().inputValue()).toBe(text);
});

test("nothing went wrong in the browser on the way", () => {
  expect(errors).toEqual([]);
});
