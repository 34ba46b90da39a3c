/** An analyst lets a question ask itself: the form judges it while it is typed, and each run says what changed. */
import { expect, test } from "vitest";

import { inspect } from "./inspect.ts";
import { visit } from "./visit.ts";

const journey = visit();

const button = (name: string | RegExp) => journey.page.getByRole("button", { name, exact: true });
const field = (name: RegExp) => journey.page.getByLabel(name);
const judgement = () => journey.page.getByRole("region", { name: "What the question would do" });

test("the list says that nothing runs by itself yet", async () => {
  await journey.signIn("analyst");
  await journey.page.getByRole("link", { name: "Schedules" }).click();
  await journey.page.getByText("Nothing runs by itself yet").waitFor();
  expect(await inspect(journey.page, "schedules-empty")).toEqual([]);
});

test("a vague question is judged while it is typed, and its rewriting is taken with one click", async () => {
  await journey.page.getByRole("link", { name: "New schedule" }).click();
  await field(/^Name/).fill("Morning check");
  await field(/^Question/).fill("Look for bad stuff");
  await judgement().getByText("Not specific enough to repeat").waitFor();
  expect(await inspect(journey.page, "schedule-form-vague")).toEqual([]);
  await button("Use the rewritten question").click();
  await judgement().getByText("✓ Specific enough to repeat").waitFor();
  await judgement()
    .getByText(/questions to the workspace, over/)
    .click();
  await judgement().getByText("SigninLogs").first().waitFor();
});

test("a wrong cron is told at its field, and a good timing shows its next five runs", async () => {
  await field(/^Runs/).selectOption("custom");
  await field(/^Cron/).fill("* * * * *");
  await journey.page.getByText("Runs must lie at least 5 minutes apart.").waitFor();
  await field(/^Runs/).selectOption("daily");
  await field(/^At/).fill("08:00");
  const runs = journey.page.getByRole("list", { name: "Next runs" });
  await runs.getByRole("listitem").nth(4).waitFor();
  expect(await runs.getByRole("listitem").count()).toBe(5);
  expect(await inspect(journey.page, "schedule-form")).toEqual([]);
});

test("what was typed survives a reload and becomes the schedule", async () => {
  await journey.page.reload();
  await journey.page.getByText("what you typed before is back").waitFor();
  expect(await field(/^Name/).inputValue()).toBe("Morning check");
  await button("Create schedule").click();
  await journey.page.getByRole("heading", { name: "Morning check" }).waitFor();
  await journey.page.getByText(/^Daily at 08:00/).waitFor();
  await journey.page.getByText("It has not run yet").waitFor();
});

test("two runs: the second says what changed since the first, and each links to its session", async () => {
  const runs = journey.page.getByRole("table", { name: "Runs" });
  for (const count of [1, 2]) {
    await button("Run now").click();
    await runs
      .getByText("Completed")
      .nth(count - 1)
      .waitFor();
    await journey.page.locator("button:enabled", { hasText: "Run now" }).waitFor();
  }
  await runs
    .getByText(/since the run of|Since the run of/)
    .first()
    .waitFor();
  await runs.getByText(/^First run:/).waitFor();
  await journey.page.getByRole("img", { name: /^Durations of 2 runs/ }).waitFor();
  expect(await inspect(journey.page, "schedule")).toEqual([]);
  await runs.getByRole("link", { name: "Open" }).first().click();
  await journey.page.getByRole("heading", { level: 1 }).waitFor();
  await journey.page.goBack();
});

test("it rests, comes back, shows in the list with its countdown, and leaves it when deleted", async () => {
  await button("Pause").click();
  await journey.page.getByText("Paused").waitFor();
  await button("Resume").click();
  await journey.page.getByText("Active").waitFor();
  await journey.page.getByRole("main").getByRole("link", { name: "Schedules" }).click();
  const list = journey.page.getByRole("table", { name: "Schedules" });
  await list.getByText(/^in \d+ (min|h|d)/).waitFor();
  expect(await inspect(journey.page, "schedules")).toEqual([]);
  await list.getByRole("link", { name: "Morning check" }).click();
  await button("Delete").click();
  await journey.page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await journey.page.getByText("Nothing runs by itself yet").waitFor();
});

test("nothing went wrong in the browser on the way", () => {
  // The wrong cron was refused, which the browser writes down.
  expect(journey.errors).toEqual([expect.stringContaining("422")]);
});
