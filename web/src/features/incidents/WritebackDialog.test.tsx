/** Writing back to Sentinel never goes over what somebody else did since the reader looked. */
import { screen, within } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";

import { FakeApi } from "../../testing/fakeApi.ts";
import { anIncident } from "../../testing/fixtures.ts";
import { problem } from "../../testing/problem.ts";
import { renderPage, resetPage } from "../../testing/renderPage.tsx";

const WRITEBACK = "POST /api/v1/incidents/4711/writeback";
const { provider_id, provider } = anIncident();

interface Sent {
  version: string | null;
  key: string | null;
}

let fake: FakeApi;
/** What was written, and what was refused, in order. */
let written: Sent[];
let refused: Sent[];
let version: string;

beforeEach(() => {
  resetPage();
  fake = new FakeApi();
  [written, refused, version] = [[], [], '"1"'];
  fake.me = { ...fake.me, permissions: [...fake.me.permissions, "incidents:writeback"] };
  fake.syncs = [
    { provider_id, provider, is_default: true, writeback_enabled: true, last_synced_at: null },
  ];
  fake.answers[WRITEBACK] = (_url, _body, headers) => {
    const sent = { version: headers.get("if-match"), key: headers.get("idempotency-key") };
    if (sent.version !== version) {
      refused.push(sent);
      return problem(412, "Changed meanwhile", "It has changed.", "precondition-failed");
    }
    written.push(sent);
    return Response.json(fake.incidents[0]);
  };
});

/** The open dialog with a comment in it. */
async function commenting() {
  const page = renderPage(fake, "/incidents/4711");
  await page.user.click(await screen.findByRole("button", { name: "Write back…" }));
  const dialog = within(await screen.findByRole("dialog"));
  await page.user.type(dialog.getByLabelText("Comment"), "Confirmed.");
  return { ...page, dialog, send: dialog.getByRole("button", { name: "Write to Sentinel" }) };
}

function changedBy(changes: Parameters<FakeApi["change"]>[1]): void {
  fake.change(4711, changes);
  version = '"2"';
}

test("a change in Sentinel since the dialog opened is shown beside the old state, and nothing is written until that is decided", async () => {
  const { user, dialog, send } = await commenting();
  changedBy({ status: "closed" });
  await user.click(send);
  const conflict = await dialog.findByRole("alert");
  expect(conflict.textContent).toMatch(/as you saw it\s*New.*as it is now\s*Closed/i);
  expect(written).toEqual([]);
  expect(send).toHaveProperty("disabled", true);
  await user.click(within(conflict).getByRole("button", { name: "Write mine all the same" }));
  await expect.poll(() => screen.queryByRole("dialog")).toBeNull();
  expect(written).toMatchObject([{ version: '"2"' }]);
});

// In a window 800 px high the dialog ends above the versions and both buttons: nothing seems to have happened.
test("a conflict is brought into sight with the focus, and so is the next one", async () => {
  const shown: Element[] = [];
  const scroll = vi.spyOn(Element.prototype, "scrollIntoView").mockImplementation(function (
    this: Element,
  ) {
    shown.push(this);
  });
  try {
    const { user, dialog, send } = await commenting();
    changedBy({ status: "closed" });
    await user.click(send);
    const first = await dialog.findByRole("alert");
    expect(document.activeElement).toBe(first);
    expect(shown).toEqual([first]);
    fake.change(4711, { status: "active" });
    version = '"3"';
    await user.click(within(first).getByRole("button", { name: "Write mine all the same" }));
    await expect.poll(() => dialog.getByRole("alert").textContent).toMatch(/Active/);
    expect(document.activeElement).toBe(dialog.getByRole("alert"));
    expect(shown.at(-1)).toBe(dialog.getByRole("alert"));
  } finally {
    scroll.mockRestore();
  }
});

// The tags are replaced as a whole: written without a look they take away what somebody has just set.
test.each([
  [{ labels: ["vip", "phish"] }, /Labels: as you saw it.*Labels: as it is now\s*vip, phish/],
  [{ title: "RENAMED it_is" }, /Title: as you saw it.*Title: as it is now\s*RENAMED it_is/],
])("a change of %j in Sentinel is shown before anything is written", async (changes, shown) => {
  const { user, dialog, send } = await commenting();
  changedBy(changes);
  await user.click(send);
  expect((await dialog.findByRole("alert")).textContent).toMatch(shown);
  expect(written).toEqual([]);
});

// Behind the last field it read as that field's own fault.
test("that nothing is chosen is said beside the button that was pressed, in place of what changes", async () => {
  const { user, dialog, send } = await commenting();
  await user.clear(dialog.getByLabelText("Comment"));
  expect(dialog.getByRole("status").textContent).toBe("Nothing changes yet.");
  await user.click(send);
  expect(dialog.getByRole("status").textContent).toBe("Choose at least one change.");
  expect(dialog.getAllByText("Choose at least one change.")).toHaveLength(1);
});

test("leaving it as it is writes nothing", async () => {
  const { user, dialog, send } = await commenting();
  changedBy({ severity: "low" });
  await user.click(send);
  await user.click(await dialog.findByRole("button", { name: "Leave it as it is" }));
  expect(screen.queryByRole("dialog")).toBeNull();
  expect(written).toEqual([]);
});

// Notes and every sync make a newer version; asking each time would teach people to click it away.
test("a newer version that is the same in Sentinel asks nobody, and a lost reply is asked for under the same key", async () => {
  const { user, dialog, send } = await commenting();
  changedBy({ notes: "Called Anna." });
  const answer = fake.answers[WRITEBACK];
  fake.answers[WRITEBACK] = (...request) => {
    const reply = answer?.(...request);
    if (written.length !== 1 || reply?.status !== 200) return reply ?? Response.error();
    return problem(502, "Bad gateway", "The reply was lost.", "");
  };
  await user.click(send);
  await user.click(await dialog.findByRole("button", { name: "Try again" }));
  await expect.poll(() => screen.queryByRole("dialog")).toBeNull();
  expect(refused).toMatchObject([{ version: '"1"' }]);
  expect(new Set(written.map(({ key }) => key)).size).toBe(1);
  expect(written).toHaveLength(2);
});
