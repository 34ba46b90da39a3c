/** An administrator connects a workspace: the page says what is wrong with a connection before it is saved. */
import { expect, test } from "vitest";

import { inspect } from "./inspect.ts";
import { visit } from "./visit.ts";

const journey = visit();

const button = (name: string | RegExp) => journey.button(name);
const field = (name: RegExp) => journey.page.getByLabel(name);

test("an administrator finds the connected workspace, and its test says what was tried", async () => {
  await journey.signIn("admin");
  await journey.page.getByRole("link", { name: "SIEM Providers" }).click();
  const card = journey.page.getByRole("list", { name: "Providers" }).getByRole("listitem").first();
  await card.waitFor();
  await card.getByRole("button", { name: "Test" }).click();
  await card.getByText("Healthy").waitFor();
  expect(await card.getByRole("list", { name: "Checks" }).isVisible()).toBe(true);
  expect(await inspect(journey.page, "providers")).toEqual([]);
});

test("a connection that does not work is not saved, and its checks say why", async () => {
  await journey.page.getByRole("link", { name: "Add provider" }).click();
  await field(/^Name/).fill("Second workspace");
  await field(/^Workspace ID/).fill("11111111-1111-4111-8111-111111111111");
  await field(/^Tenant ID/).fill("22222222-2222-4222-8222-222222222222");
  await field(/^Client ID/).fill("33333333-3333-4333-8333-333333333333");
  await field(/^Client secret/).fill("a-secret-of-the-wrong-kind");
  await button("Test and add").click();
  await journey.page.getByText("The connection test failed.").waitFor();
  expect(
    await journey.page
      .getByRole("list", { name: "Checks" })
      .getByText("Failed", { exact: true })
      .count(),
  ).toBe(1);
  expect(await field(/^Name/).inputValue()).toBe("Second workspace");
  await journey.page.getByRole("heading", { name: "Add provider" }).scrollIntoViewIfNeeded();
  expect(await inspect(journey.page, "provider-form")).toEqual([]);
  await button("Cancel").click();
});

test("a provider is renamed without its secret being typed, and a deletion asks for the name", async () => {
  await journey.page.getByRole("link", { name: /^Edit / }).click();
  await field(/^Name/).fill("Renamed workspace");
  await button("Save").click();
  await journey.page.getByRole("heading", { name: "Renamed workspace" }).waitFor();
  await button("Delete").click();
  const dialog = journey.page.getByRole("alertdialog");
  await dialog.waitFor();
  expect(await dialog.getByRole("button", { name: "Delete" }).isDisabled()).toBe(true);
  expect(await inspect(journey.page, "provider-delete")).toEqual([]);
  await journey.page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
});

test("nothing went wrong in the browser on the way", () => {
  expect(journey.errors).toEqual([]);
});
