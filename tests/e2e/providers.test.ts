/** An administrator connects a workspace: the page says what is wrong with a connection before it is saved. */
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

const button = (name: string | RegExp) => page.getByRole("button", { name });
const field = (name: RegExp) => page.getByLabel(name);

test("an administrator finds the connected workspace, and its test says what was tried", async () => {
  await page.goto(product.url);
  await button(/admin@contoso\.example/).click();
  await page.getByRole("link", { name: "SIEM Providers" }).click();
  const card = page.getByRole("list", { name: "Providers" }).getByRole("listitem").first();
  await card.waitFor();
  await card.getByRole("button", { name: "Test" }).click();
  await card.getByText("Healthy").waitFor();
  expect(await card.getByRole("list", { name: "Checks" }).isVisible()).toBe(true);
  expect(await inspect(page, "providers")).toEqual([]);
});

test("a connection that does not work is not saved, and its checks say why", async () => {
  await page.getByRole("link", { name: "Add provider" }).click();
  await field(/^Name/).fill("Second workspace");
  await field(/^Workspace ID/).fill("11111111-1111-4111-8111-111111111111");
  await field(/^Tenant ID/).fill("22222222-2222-4222-8222-222222222222");
  await field(/^Client ID/).fill("33333333-3333-4333-8333-333333333333");
  await field(/^Client secret/).fill("a-secret-of-the-wrong-kind");
  await button("Test and add").click();
  await page.getByText("The connection test failed.").waitFor();
  expect(
    await page.getByRole("list", { name: "Checks" }).getByText("Failed", { exact: true }).count(),
  ).toBe(1);
  expect(await field(/^Name/).inputValue()).toBe("Second workspace");
  await page.getByRole("heading", { name: "Add provider" }).scrollIntoViewIfNeeded();
  expect(await inspect(page, "provider-form")).toEqual([]);
  await button("Cancel").click();
});

test("a provider is renamed without its secret being typed, and a deletion asks for the name", async () => {
  await page.getByRole("link", { name: /^Edit / }).click();
  await field(/^Name/).fill("Renamed workspace");
  await button("Save").click();
  await page.getByRole("heading", { name: "Renamed workspace" }).waitFor();
  await button("Delete").click();
  const dialog = page.getByRole("alertdialog");
  await dialog.waitFor();
  expect(await dialog.getByRole("button", { name: "Delete" }).isDisabled()).toBe(true);
  expect(await inspect(page, "provider-delete")).toEqual([]);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
});

test("nothing went wrong in the browser on the way", () => {
  expect(errors).toEqual([]);
});
