/** Schedules on the page: what runs next and what failed, what a run changed, and a form that loses nothing. */
import { screen, within } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";

import type { ScheduleView } from "../../../../shared/schemas/schedules.ts";
import { FakeApi } from "../../testing/fakeApi.ts";
import { problem } from "../../testing/problem.ts";
import { renderPage, resetPage } from "../../testing/renderPage.tsx";
import {
  AN_HOUR_AGO,
  aRun,
  aSchedule,
  IN_A_DAY,
  JUDGED,
  SCHEDULER,
} from "../../testing/scheduleFixtures.ts";
import type { Run } from "./queries.ts";

let fake: FakeApi;
let schedules: ScheduleView[];
let runs: Run[];
let acts: string[];
let refusal: Response | undefined;

beforeEach(() => {
  resetPage();
  schedules = [aSchedule()];
  runs = [aRun()];
  acts = [];
  refusal = undefined;
  fake = new FakeApi();
  fake.me = SCHEDULER;
  fake.fault = answer;
});

function answer(method: string, path: string): Response | undefined {
  if (!path.startsWith("/api/v1/schedules")) return undefined;
  const [, , , , id, act] = path.split("/");
  if (id === "validate") return Response.json(JUDGED);
  if (id === "preview") return Response.json({ next_runs: [IN_A_DAY] });
  if (id === undefined && method === "GET") {
    return Response.json({
      items: schedules,
      total: schedules.length,
      limit: 100,
      next_cursor: null,
    });
  }
  if (act === "runs") return Response.json({ items: runs, limit: 50 });
  if (method !== "GET") acts.push(`${method} ${act ?? id ?? ""}`.trim());
  if (method !== "GET" && refusal !== undefined) return refusal.clone();
  return Response.json(schedules[0], {
    status: method === "POST" && act === undefined ? 201 : 200,
  });
}

// Whoever opens the page asks two things: what comes next, and whether anything is broken.
test("the list has what runs next on top, with its countdown, and counts what failed", async () => {
  schedules = [
    aSchedule({
      id: "sch_2",
      name: "Broken",
      status: "FAILED",
      next_run_at: null,
      last_run_status: "failed",
      consecutive_failures: 5,
    }),
    aSchedule(),
  ];
  renderPage(fake, "/schedules");
  const rows = within(await screen.findByRole("table", { name: "Schedules" })).getAllByRole("row");
  expect(rows[1]?.textContent).toMatch(
    /Morning check.*Active.*in 24 h 1 min.*Daily at 08:00, Europe\/Berlin/,
  );
  expect(rows[2]?.textContent).toMatch(/Broken.*Disabled after failures.*none.*5 failed in a row/);
  expect(screen.getByText("2 in all · 1 disabled after failures")).toBeDefined();
});

test("a run's changes are one line, and on demand each finding with what it was before", async () => {
  const changes = {
    compared_with: { run_id: "srn_0", started_at: AN_HOUR_AGO },
    summary: "Since the run of yesterday: 1 new, 1 changed.",
    new: [{ key: "a", text: "A new address" }],
    gone: [],
    changed: [{ key: "b", before: "42 failures", after: "10 failures" }],
    not_checked: [],
    verdict: null,
  };
  const note = "It started 3 hours after its time and stands for 2 further runs that were missed.";
  runs = [aRun({ changes, note }), aRun({ id: "srn_0", status: "failed", duration_ms: 5_000 })];
  const { user } = renderPage(fake, "/schedules/sch_1");
  await user.click(await screen.findByText("Since the run of yesterday: 1 new, 1 changed."));
  expect(screen.getByText("A new address")).toBeDefined();
  expect(screen.getByText("42 failures")).toBeDefined();
  expect(screen.getByText(note)).toBeDefined();
  const picture = screen.getByRole("img", { name: "Durations of 2 runs, 5 s to 41 s; 1 failed." });
  expect(picture).toBeDefined();
  expect(screen.getAllByRole("link", { name: "Open" })).toHaveLength(2);
});

test("a disabled schedule says why and can be resumed", async () => {
  const last_error = { code: "siem-unavailable", detail: "The workspace does not answer." };
  schedules = [
    aSchedule({
      status: "FAILED",
      next_run_at: null,
      next_runs: [],
      last_error,
      consecutive_failures: 5,
    }),
  ];
  const { user } = renderPage(fake, "/schedules/sch_1");
  expect(
    (await screen.findByText("The workspace does not answer.")).closest("dd")?.textContent,
  ).toContain("5 in a row");
  await user.click(screen.getByRole("button", { name: "Resume" }));
  expect(acts).toEqual(["POST resume"]);
});

// An analyst who loses a carefully written question to a refused field writes a worse one the second time.
test("a refused field says so in its place, and nothing that was typed is lost", async () => {
  const errors = [{ pointer: "/timezone", detail: "There is no such time zone." }];
  const refused = { title: "Invalid", status: 422, detail: "The body is not valid.", errors };
  refusal = Response.json(refused, { status: 422 });
  const { user } = renderPage(fake, "/schedules?edit=new");
  await user.type(await screen.findByLabelText(/^Name/), "Night check");
  await user.type(screen.getByLabelText(/^Question/), "Look for it");
  await user.click(screen.getByRole("button", { name: "Create schedule" }));
  expect(await screen.findByText("There is no such time zone.")).toBeDefined();
  expect(screen.getByLabelText<HTMLInputElement>(/^Name/).value).toBe("Night check");
});

test("the question is judged while it is typed, and its rewriting is taken with one click", async () => {
  const { user } = renderPage(fake, "/schedules?edit=new");
  await user.type(await screen.findByLabelText(/^Question/), "Look for it");
  await user.click(
    await screen.findByRole("button", { name: "Use the rewritten question" }, { timeout: 5_000 }),
  );
  const box = screen.getByLabelText<HTMLTextAreaElement>(/^Question/);
  expect(box.value).toBe("Look for it in the last 24 hours.");
  expect(screen.getByText("It does not say over what time to look.")).toBeDefined();
});

// What each question would give is asked of the workspace on request only: not at every pause of the typing.
test("the questions are tried once on request, and a model's question is taken with one click", async () => {
  const question = { question: "Did sign-ins fail?", tables: ["SigninLogs"], kql: "SigninLogs" };
  const gave = { state: "answered", rows: 12, duration_ms: 40, empty_tables: [], reason: null };
  const quick: unknown[] = [];
  fake.fault = (method, path) => (path.endsWith("/validate") ? undefined : answer(method, path));
  fake.answers["POST /api/v1/schedules/validate"] = (_url, body) => {
    quick.push(Object(body).quick);
    const isTried = Object(body).quick === false;
    const planned = { ...question, is_certain: true, compiles: true };
    return Response.json({
      ...JUDGED,
      plan: [{ ...planned, dry_run: isTried ? gave : null }],
      condition: null,
      model_rewrite: isTried ? { query: "Look better.", score: 0.9, model: "gpt", cost: {} } : null,
    });
  };
  const { user } = renderPage(fake, "/schedules?edit=new");
  await user.type(await screen.findByLabelText(/^Question/), "Look for it");
  const tries = await screen.findByRole("button", { name: "Try it once" }, { timeout: 5_000 });
  await user.click(tries);
  expect(await screen.findByText("Now: 12 rows in 40 ms.")).toBeDefined();
  expect(quick).toEqual([true, false]);
  await user.click(screen.getByRole("button", { name: "Use the model's question" }));
  expect(screen.getByLabelText<HTMLTextAreaElement>(/^Question/).value).toBe("Look better.");
});

// Behind the open dialog nobody would see why the schedule is still there.
test("a deletion that fails says why in its dialog, and the schedule stays", async () => {
  refusal = problem(503, "Not now", "The store is away.", "store-unavailable");
  const { user, address } = renderPage(fake, "/schedules/sch_1");
  await user.click(await screen.findByRole("button", { name: "Delete" }));
  const dialog = within(await screen.findByRole("dialog"));
  expect(document.activeElement?.textContent).toBe("Keep it");
  await user.click(dialog.getByRole("button", { name: "Delete" }));
  expect((await dialog.findByRole("alert")).textContent).toContain("The store is away.");
  expect(address()).toBe("/schedules/sch_1");
});

// Two schedules from one press would ask everything twice each night.
test("a creation tried again after a lost reply has the same key, another one has its own", async () => {
  const keys: (string | null)[] = [];
  fake.fault = (method, path) =>
    method === "POST" && path === "/api/v1/schedules" ? undefined : answer(method, path);
  fake.answers["POST /api/v1/schedules"] = (_url, _body, headers) => {
    keys.push(headers.get("idempotency-key"));
    return problem(502, "Bad gateway", "The reply was lost.", "");
  };
  const { user } = renderPage(fake, "/schedules?edit=new");
  await user.type(await screen.findByLabelText(/^Name/), "Night");
  const create = screen.getByRole("button", { name: "Create schedule" });
  for (const tries of [1, 2]) {
    await user.click(create);
    await expect.poll(() => keys.length).toBe(tries);
    await expect.poll(() => create).toHaveProperty("disabled", false);
  }
  await user.type(screen.getByLabelText(/^Name/), " check");
  await user.click(create);
  await expect.poll(() => keys.length).toBe(3);
  expect(keys[1]).toBe(keys[0]);
  expect(new Set(keys).size).toBe(2);
});
