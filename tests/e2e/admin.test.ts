/** An administrator gives an integration a key, sees its use, revokes it, and finds all of it on the audit trail. */
import { expect, test } from "vitest";

import { inspect } from "./inspect.ts";
import { visit } from "./visit.ts";

const journey = visit();
let key = "";

const button = (name: string | RegExp) => journey.button(name);
const link = (name: string) => journey.page.getByRole("link", { name, exact: true });
const send = (): Promise<Response> =>
  fetch(`${journey.url}/api/v1/incidents`, { headers: { "x-api-key": key } });

test("a key is made, shown once, and opens what its scopes say", async () => {
  await journey.signIn("admin");
  await link("API keys").click();
  await journey.page.getByText("No integration has a key yet").waitFor();
  await link("Create key").click();
  await journey.page.getByLabel("Name").fill("XSOAR");
  await journey.page.getByLabel(/^Networks/).fill("300.1.1.1");
  await button("Create").click();
  await journey.page.getByText(/^Give a network such as/).waitFor();
  expect(await inspect(journey.page, "api-key-form")).toEqual([]);
  await journey.page.getByLabel(/^Networks/).fill("127.0.0.0/8");
  await button("Create").click();
  const dialog = journey.page.getByRole("dialog", { name: "The key of XSOAR" });
  await dialog.waitFor();
  key = (await dialog.locator("code").first().innerText()).trim();
  expect(key).toMatch(/^sk_live_\w{26}_[\w-]{43}$/);
  expect(await inspect(journey.page, "api-key-issued")).toEqual([]);
  await button("I have copied it").click();
  expect(await journey.page.content()).not.toContain(key);
  expect((await send()).status).toBe(200);
});

test("its use shows, and a revoked key is refused at once", async () => {
  await journey.page.reload();
  const row = journey.page.getByRole("row", { name: /XSOAR/ });
  await row.getByRole("img", { name: /: 1$/ }).waitFor();
  await row.getByText("127.0.0.1").waitFor();
  expect(await inspect(journey.page, "api-keys")).toEqual([]);
  await button("Revoke XSOAR").click();
  expect(await inspect(journey.page, "api-key-revoke")).toEqual([]);
  await journey.page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await row.getByText("Revoked").waitFor();
  expect((await send()).status).toBe(401);
});

test("people, health and the audit trail show, and the chain is whole", async () => {
  await link("Users").click();
  await journey.page.getByRole("row", { name: /admin@contoso\.example/ }).waitFor();
  expect(await inspect(journey.page, "admin-users")).toEqual([]);
  await link("Health").click();
  await journey.page.getByRole("row", { name: /^relay-outbox/ }).waitFor();
  expect(await inspect(journey.page, "admin-health")).toEqual([]);
  await link("Audit").click();
  await journey.page.getByRole("row", { name: /api_key\.revoke/ }).waitFor();
  await journey.page.getByLabel(/^Action/).fill("api_key.create");
  await button("Filter").click();
  await journey.page.getByRole("row", { name: /api_key\.revoke/ }).waitFor({ state: "detached" });
  await button("Verify the chain").click();
  await journey.page.getByText(/entries are as they were written/).waitFor();
  expect(await inspect(journey.page, "admin-audit")).toEqual([]);
});

test("the header keeps to one line from 1024 pixels up, and the menu gives way below", async () => {
  const header = journey.page.getByRole("banner");
  const heightAt = async (width: number): Promise<number> => {
    await journey.page.setViewportSize({ width, height: 700 });
    return (await header.boundingBox())?.height ?? 0;
  };
  const line = await heightAt(1360);
  expect([await heightAt(1280), await heightAt(1024)]).toEqual([line, line]);
  const main = journey.page.getByRole("main");
  expect((await main.boundingBox())?.x).toBeGreaterThan(100);
  await heightAt(640);
  expect((await main.boundingBox())?.x).toBe(0);
  expect(await inspect(journey.page, "admin-narrow")).toEqual([]);
  // As small as a window of 1280 pixels at four times its size: nothing reaches out to the right.
  await heightAt(320);
  expect(await journey.page.evaluate("document.documentElement.scrollWidth")).toBe(320);
});

test("nothing went wrong in the browser on the way but the refusal that was asked for", () => {
  expect(journey.errors.filter((error) => !error.includes("status of 422"))).toEqual([]);
  expect(journey.errors.length).toBeLessThanOrEqual(1);
});
