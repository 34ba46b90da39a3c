/** Two people at one schedule: neither's change is lost unseen, and a run that begins meanwhile disturbs nobody. */
import { screen, within } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";

import type { ScheduleView } from "../../../../shared/schemas/schedules.ts";
import { FakeApi } from "../../testing/fakeApi.ts";
import { problem } from "../../testing/problem.ts";
import { renderPage, resetPage } from "../../testing/renderPage.tsx";
import { aSchedule, IN_A_DAY, JUDGED, SCHEDULER } from "../../testing/scheduleFixtures.ts";

const PATH = "/api/v1/schedules/sch_1";

let fake: FakeApi;
let stored: ScheduleView;
let version: number;
let patches: Record<string, unknown>[];

beforeEach(() => {
  resetPage();
  [stored, version, patches] = [aSchedule(), 1, []];
  fake = new FakeApi();
  fake.me = SCHEDULER;
  const shown = () => Response.json(stored, { headers: { etag: `"${version}"` } });
  fake.answers = {
    [`GET ${PATH}`]: shown,
    [`GET ${PATH}/runs`]: () => Response.json({ items: [], limit: 50 }),
    "POST /api/v1/schedules/validate": () => Response.json(JUDGED),
    "POST /api/v1/schedules/preview": () => Response.json({ next_runs: [IN_A_DAY] }),
    [`PATCH ${PATH}`]: (_url, body, headers) => {
      if (headers.get("if-match") !== `"${version}"`) {
        return problem(412, "Changed meanwhile", "It has changed.", "precondition-failed");
      }
      patches.push(body);
      stored = { ...stored, ...body };
      return shown();
    },
  };
});

/** Somebody else's change, or a run's. */
function change(changes: Partial<ScheduleView>): void {
  stored = { ...stored, ...changes };
  version += 1;
}

/** The form with " of mine" behind the name, saved after `changes` of somebody else. */
async function saveAfter(changes: Partial<ScheduleView>) {
  const { user } = renderPage(fake, "/schedules/sch_1?edit=true");
  await user.type(await screen.findByLabelText(/^Name/), " of mine");
  change(changes);
  await user.click(screen.getByRole("button", { name: "Save" }));
  return user;
}

// A schedule moves with each of its runs: who edits one that runs often could otherwise never save.
test("a run that began meanwhile is no conflict", async () => {
  await saveAfter({ last_run_status: "running" });
  await screen.findByRole("heading", { name: "Morning check of mine" });
  expect(patches).toEqual([{ name: "Morning check of mine" }]);
});

test("another person's change is shown, and one's own goes on top of it only when asked", async () => {
  const user = await saveAfter({ scheduled_time: "09:30" });
  const conflict = await screen.findByRole("alert");
  expect(conflict.textContent).toMatch(/as you opened it\s*08:00.*as it is now\s*09:30/);
  expect(patches).toEqual([]);
  await user.click(within(conflict).getByRole("button", { name: "Keep mine" }));
  await screen.findByRole("heading", { name: "Morning check of mine" });
  expect(stored).toMatchObject({ name: "Morning check of mine", scheduled_time: "09:30" });
});

test("taking theirs fills the form with what is stored", async () => {
  const user = await saveAfter({ scheduled_time: "09:30" });
  await user.click(await screen.findByRole("button", { name: "Take theirs" }));
  expect(screen.getByLabelText(/^Name/)).toHaveProperty("value", "Morning check");
  expect(screen.getByLabelText(/^At/)).toHaveProperty("value", "09:30");
  expect(patches).toEqual([]);
});
