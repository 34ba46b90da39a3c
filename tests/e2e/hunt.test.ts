/** An analyst hunts: writes a query with the page's help, runs it, and works with its rows. */
import { expect, test } from "vitest";

import { inspect } from "./inspect.ts";
import { visit } from "./visit.ts";

const journey = visit();

const editor = () => journey.page.getByRole("textbox", { name: "Query" });
const result = () => journey.page.getByRole("table", { name: "Result" });

test("names complete at the caret, and a misspelled column is found before anything runs", async () => {
  await journey.signIn("analyst");
  await journey.page.getByRole("link", { name: "Hunt" }).click();
  await editor().pressSequentially("Signin");
  await journey.page.getByRole("option", { name: /SigninLogs/ }).waitFor();
  await journey.page.keyboard.press("Tab");
  await editor().pressSequentially("\n| where UserPrincipalNam != ''");
  const findings = journey.page.getByRole("region", { name: "Findings" });
  await findings
    .getByText(/UserPrincipalNam/)
    .first()
    .waitFor();
  expect(await inspect(journey.page, "hunt-findings")).toEqual([]);
});

test("Ctrl+Enter runs the query; its rows sort and can be saved", async () => {
  const query =
    "SigninLogs\n| where TimeGenerated > ago(7d)\n| project TimeGenerated, UserPrincipalName, IPAddress\n| take 200";
  await editor().fill(query);
  await journey.page.getByRole("combobox", { name: "Time range" }).selectOption("P7D");
  await journey.page.getByText("The query is understood and allowed.").waitFor();
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
  const saved = journey.page.waitForEvent("download");
  await journey.page.getByRole("button", { name: "Save CSV" }).click();
  expect((await saved).suggestedFilename()).toMatch(/^hunt-.*\.csv$/);
  expect(await inspect(journey.page, "hunt")).toEqual([]);
});

test("the address and the text are still there after a reload", async () => {
  await editor().pressSequentially("// more");
  const text = await editor().inputValue();
  await journey.page.reload();
  await editor().waitFor();
  expect(await editor().inputValue()).toBe(text);
});

test("nothing went wrong in the browser on the way", () => {
  expect(journey.errors).toEqual([]);
});
