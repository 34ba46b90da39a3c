/** Hunting: findings lead to their place, names complete, what was typed stays, rows leave safely. */
import { screen, waitFor } from "@testing-library/react";
import { beforeEach, describe, expect, test } from "vitest";

import { FakeApi } from "../../testing/fakeApi.ts";
import { CLEAN, HUNTED } from "../../testing/huntFixtures.ts";
import { problem } from "../../testing/problem.ts";
import { renderPage, resetPage } from "../../testing/renderPage.tsx";
import { completionAt, stageBefore } from "./completion.ts";
import { csvOf, sorted } from "./resultText.ts";

let fake: FakeApi;
beforeEach(() => {
  resetPage();
  fake = new FakeApi();
});

const editor = () => screen.findByRole<HTMLTextAreaElement>("textbox", { name: "Query" });
const runs = () => fake.requests.filter((each) => each.includes("hunting/query"));

test("findings stand under the text while it is typed, and lead to their place", async () => {
  fake.analyse = () => ({
    ...CLEAN,
    ok: false,
    diagnostics: [
      {
        code: "KS142",
        severity: "error",
        message: "The name 'Usr' does not refer to any known column.",
        line: 2,
        column: 9,
        length: 3,
        suggestion: "UserPrincipalName",
      },
    ],
    policy: [{ rule: "time-bound", message: "SigninLogs has no time bound.", line: 1, column: 1 }],
  });
  const { user } = renderPage(fake, "/hunt");
  await user.type(await editor(), "SigninLogs{Enter}| where Usr == 1");
  await screen.findByText("UserPrincipalName");
  expect(screen.getByText("SigninLogs has no time bound.")).toBeDefined();
  await user.click(screen.getByText(/does not refer to any known column/));
  expect((await editor()).selectionStart).toBe("SigninLogs\n| where ".length);
});

test("Ctrl+Enter runs the text; rows, truncation and the address follow", async () => {
  const { user, address } = renderPage(fake, "/hunt?timespan=P7D");
  await user.type(await editor(), "SigninLogs | count");
  await user.keyboard("{Control>}{Enter}{/Control}");
  await screen.findByRole("table", { name: "Result" });
  expect(screen.getByText(/3 rows in 12 ms/)).toBeDefined();
  expect(screen.getByText(/More rows matched/)).toBeDefined();
  expect(new URL(address(), "http://x").searchParams.get("query")).toBe("SigninLogs | count");
  expect(runs()).toHaveLength(1);
  expect(screen.getByRole("list", { name: "History" }).textContent).toContain("3 rows");
});

// A refused query that was half an hour's work must still be there to be corrected.
test("a refusal shows why and keeps the text, and so does a reload", async () => {
  fake.fault = (_method, path) =>
    path === "/api/v1/hunting/query"
      ? problem(422, "Refused", "externaldata is not allowed.", "kql-refused")
      : undefined;
  const { user } = renderPage(fake, "/hunt");
  await user.type(await editor(), "externaldata(x:string)");
  await user.click(screen.getByRole("button", { name: "Run" }));
  await screen.findByText("externaldata is not allowed.");
  const kept = Object.entries(sessionStorage);
  resetPage();
  for (const [key, value] of kept) sessionStorage.setItem(key, String(value));
  renderPage(fake, "/hunt");
  expect((await editor()).value).toBe("externaldata(x:string)");
});

test("a table's name completes by keyboard, and Escape leaves the text as it is", async () => {
  const { user } = renderPage(fake, "/hunt");
  const area = await editor();
  await user.type(area, "Signi");
  await screen.findByRole("option", { name: /SigninLogs/ });
  await user.keyboard("{Enter}");
  expect(area.value).toBe("SigninLogs");
  await user.type(area, " | wh");
  await screen.findByRole("option", { name: /where/ });
  await user.keyboard("{Escape}");
  expect(screen.queryByRole("listbox", { name: "Completions" })).toBeNull();
  expect(area.value).toBe("SigninLogs | wh");
});

test("a column sorts both ways, empty values last", async () => {
  const { user } = renderPage(fake, "/hunt?query=SigninLogs");
  await editor();
  await user.click(screen.getByRole("button", { name: "Run" }));
  const count = await screen.findByRole("button", { name: /Count/ });
  await user.click(count);
  await user.click(count);
  const first = screen.getAllByRole("row")[1]?.textContent;
  expect(first).toContain("100");
  expect(sorted(HUNTED.rows, { column: 0, descending: true }).at(-1)?.[0]).toBeNull();
});

test("an unfinished query of a viewer is never sent: the page names the role", async () => {
  fake.me = { ...fake.me, roles: ["viewer"], permissions: ["incidents:read"] };
  renderPage(fake, "/hunt?query=SigninLogs");
  await screen.findByText(/Hunting takes the role analyst, and/);
  await waitFor(() => expect(fake.requests.some((each) => each.includes("kql"))).toBe(false));
});

// A cell that a spreadsheet runs is an attacker's program on an analyst's machine.
test("CSV quotes, keeps numbers, and disarms formulas", () => {
  expect(
    csvOf({
      columns: HUNTED.columns,
      rows: [
        ["=cmd()", -3],
        ['a"b,c', null],
      ],
    }),
  ).toBe('\uFEFFUser,Count\r\n\'=cmd(),-3\r\n"a""b,c",\r\n');
});

describe("completion", () => {
  const vocabulary = {
    tables: ["SigninLogs"],
    columns: [{ name: "IPAddress", type: "string" }],
    functions: [{ name: "RecentDoors", signature: "RecentDoors(days:int=7)" }],
  };
  const at = (text: string) => completionAt(text, text.length, vocabulary)?.candidates[0]?.text;

  test.each([
    ["Sig", "SigninLogs"],
    ["SigninLogs | wh", "where"],
    ["SigninLogs | where ip", "IPAddress"],
    ["let x = 1; Si", "SigninLogs"],
    ["Rec", "RecentDoors("],
    ['SigninLogs | where A == "Si', undefined],
    ["// Si", undefined],
    ["SigninLogs | where A == 1 ", undefined],
  ])("after %j comes %j", (text, expected) => {
    expect(at(text)).toBe(expected);
  });

  test("columns are those of the stage before the caret, whatever a string says", () => {
    const text = 'SigninLogs | where A == "x | y" | project ';
    expect(stageBefore(text, text.length)).toBe('SigninLogs | where A == "x | y"');
    expect(stageBefore("SigninLogs", 10)).toBeUndefined();
  });
});
