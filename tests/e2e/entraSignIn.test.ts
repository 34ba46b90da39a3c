/** The page as deployed on Azure: sign-in with Microsoft, under the headers of the static web app. */
import { readFileSync } from "node:fs";
import path from "node:path";

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";

import { launchBrowser, openPage } from "./browser.ts";
import { EntraDouble, LASTING_S, SHORT_S } from "./entraDouble.ts";
import { inspect } from "./inspect.ts";
import { type Product, startProduct } from "./product.ts";

const DEPLOYED = path.resolve(import.meta.dirname, "../../web/public/staticwebapp.config.json");
const { globalHeaders } = z
  .object({ globalHeaders: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(DEPLOYED, "utf8")));

let product: Product;
let browser: Browser;
let page: Page;
let errors: string[];
let entra: EntraDouble;
beforeAll(async () => {
  browser = await launchBrowser();
  product = await startProduct();
  ({ page, errors } = await openPage(browser));
  entra = new EntraDouble(product.url, "analyst@contoso.example");
  // The document of the local run has headers of its own. The deployed API is another origin, by https.
  const policy = globalHeaders["content-security-policy"] ?? "";
  const headers = {
    ...globalHeaders,
    "content-security-policy": policy.replace("https:", `https: ${entra.apiBase}`),
  };
  await page.context().route(`${product.url}/**`, async (route) => {
    if (route.request().resourceType() !== "document") return await route.fallback();
    const response = await route.fetch();
    return await route.fulfill({ response, headers: { ...response.headers(), ...headers } });
  });
  await entra.serve(page.context());
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

const button = (name: string) => page.getByRole("button", { name });
const signedIn = () => page.getByRole("banner").getByText("Ana Lindqvist").waitFor();
const LINK = "/incidents?severity=high";
/** Path and query of the page's address. */
const address = (): string => page.url().slice(product.url.length);

test("who opens a link signs in with Microsoft and lands where the link led", async () => {
  entra.expiresInSeconds = SHORT_S;
  await page.goto(product.url + LINK);
  await signedIn();
  expect(address()).toBe(LINK);
  expect(entra.grants[0]).toBe("authorization_code");
  expect(entra.visits).toHaveLength(1);
  expect(entra.visits[0]?.get("scope")).toContain("api://socmate/access_as_user");
});

test("a token that runs out is renewed without leaving the page, and a reload needs no sign-in", async () => {
  expect(entra.grants).toContain("refresh_token");
  entra.expiresInSeconds = LASTING_S;
  await page.reload();
  await signedIn();
  const renewed = entra.grants.length;
  await page.reload();
  await signedIn();
  expect(entra.grants).toHaveLength(renewed);
  expect(entra.visits).toHaveLength(1);
});

test("when nothing renews it any more the page stays, says so, and comes back to the same address", async () => {
  await page.evaluate(() => sessionStorage.clear());
  entra.expiresInSeconds = SHORT_S;
  await page.reload();
  await signedIn();
  entra.isRevoked = true;
  await page.getByRole("link", { name: "Investigations", exact: true }).click();
  const ended = page.getByRole("alert").filter({ hasText: "Your sign-in has ended." });
  await ended.waitFor();
  await signedIn();
  expect(await inspect(page, "sign-in-ended")).toEqual([]);
  const left = address();
  Object.assign(entra, { isRevoked: false, expiresInSeconds: LASTING_S });
  await button("Sign in again").click();
  await ended.waitFor({ state: "detached" });
  await signedIn();
  expect(address()).toBe(left);
});

test("who signs out stays signed out until they sign in again", async () => {
  const before = entra.visits.length;
  await button("Sign out").click();
  await page.getByText("You have signed out.").waitFor();
  expect(await inspect(page, "signed-out")).toEqual([]);
  await page.reload();
  await page.getByText("You have signed out.").waitFor();
  expect([entra.signOuts, entra.visits.length]).toEqual([1, before]);
  await button("Sign in with Microsoft").click();
  await signedIn();
});

test("a refusal of Microsoft stands on the page, and another account can be chosen", async () => {
  await page.evaluate(() => sessionStorage.clear());
  entra.refusal =
    "AADSTS50105: Ana is not assigned to a role for the application. Trace ID: 1f 2\r\nTimestamp: now";
  await page.goto(product.url);
  await page.getByText("AADSTS50105: Ana is not assigned to a role for the application.").waitFor();
  expect(await inspect(page, "sign-in-refused")).toEqual([]);
  entra.refusal = undefined;
  await button("Sign in with Microsoft").click();
  await signedIn();
  expect(entra.visits.at(-1)?.get("prompt")).toBe("select_account");
});

test("nothing went wrong in the browser on the way, under the headers of the deployed page", () => {
  // The refresh that was refused on purpose.
  expect(errors.filter((error) => !error.includes("status of 400"))).toEqual([]);
});
