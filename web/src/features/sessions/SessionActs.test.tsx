/** What a reader does with an investigation reaches the server as meant. */
import { screen, waitFor } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";

import type { SessionView } from "../../../../shared/schemas/sessions.ts";
import { FakeApi } from "../../testing/fakeApi.ts";
import { aSession, REPORT } from "../../testing/sessionFixtures.ts";
import { problem } from "../../testing/problem.ts";
import { renderPage, resetPage } from "../../testing/renderPage.tsx";
import { reportMarkdown } from "./reportMarkdown.ts";

let fake: FakeApi;
beforeEach(() => {
  resetPage();
  fake = new FakeApi();
  fake.sessions = [aSession(), aSession({ id: "ses_2" })];
});

test("a follow-up question leads to its own session; a refused one stays typed", async () => {
  fake.fault = (method) =>
    method === "POST" ? problem(503, "Unavailable", "Not now.", "unavailable") : undefined;
  const { user, address } = renderPage(fake, "/sessions/ses_1");
  const box = await screen.findByRole("textbox", { name: "Follow-up question" });
  await user.type(box, "Did mail leave?");
  await user.click(screen.getByRole("button", { name: "Ask" }));
  await screen.findByText("Not now.");
  expect(box).toHaveProperty("value", "Did mail leave?");
  fake.fault = undefined;
  await user.click(screen.getByRole("button", { name: "Ask" }));
  await waitFor(() => expect(address()).toBe("/sessions/ses_2"));
  expect(fake.acts).toEqual([{ act: "message", body: { text: "Did mail leave?" } }]);
});

test("pinning shows, and disagreeing says what the verdict should have been", async () => {
  const { user } = renderPage(fake, "/sessions/ses_1");
  await user.click(await screen.findByRole("button", { name: "Pin" }));
  await screen.findByRole("button", { name: "Unpin" });
  await user.selectOptions(
    screen.getByRole("combobox", { name: "If not, it was" }),
    "benign_positive",
  );
  await user.click(screen.getByRole("button", { name: "Disagree" }));
  await screen.findByText("Thank you, noted.");
  expect(fake.acts.at(-1)).toEqual({
    act: "feedback",
    body: { opinion: "disagree", verdict: "benign_positive" },
  });
});

test("a viewer can take the report along and change nothing", async () => {
  fake.me = {
    ...fake.me,
    roles: ["viewer"],
    permissions: ["incidents:read", "investigations:read"],
  };
  renderPage(fake, "/sessions/ses_1");
  await screen.findByRole("button", { name: "Save Markdown" });
  for (const name of ["Pin", "Ask", "Agree"]) {
    expect(screen.queryByRole("button", { name })).toBeNull();
  }
});

// A title from a log must not become a link or an image in a ticket.
test("Markdown keeps text from outside inert and says which claims were struck", () => {
  const [first, ...rest] = REPORT.claims;
  const hostile = { ...first!, text: "![x](https://evil.example)\n# big" };
  const text = reportMarkdown(aSession({ report: { ...REPORT, claims: [hostile, ...rest] } }));
  expect(text).not.toContain("![x](");
  expect(text).not.toContain("https://evil");
  expect(text).not.toMatch(/^# big/m);
  expect(text).toContain("struck: The evidence has 2 rows, not 9\\.");
});

const ENDED: readonly (readonly [string, Partial<SessionView>])[] = [
  [
    "failed",
    { status: "failed", report: null, error: { code: "siem-unavailable", detail: "Down." } },
  ],
  ["was stopped", { status: "cancelled", report: null }],
  ["lost its model", { degraded: { code: "model-timeout", reason: "It did not answer." } }],
];

test.each(ENDED)(
  "what %s is run again with the same request, and the new one names it",
  async (_, ended) => {
    const started: unknown[] = [];
    fake.sessions = [
      aSession({ lookback: "P3D", persona: "ciso", ...ended }),
      aSession({ id: "ses_2", rerun_of: "ses_1" }),
    ];
    fake.answers["POST /api/v1/investigations/start"] = (_url, body) => {
      started.push(body);
      return Response.json({ session_id: "ses_2", status: "active" }, { status: 202 });
    };
    const { user, address } = renderPage(fake, "/sessions/ses_1");
    await user.click(await screen.findByRole("button", { name: "Run again" }));
    await screen.findByRole("link", { name: "runs another again" });
    expect(address()).toBe("/sessions/ses_2");
    expect(started).toEqual([
      {
        query: "Investigate incident #4711",
        persona: "ciso",
        provider: "sip_1",
        incident_number: 4711,
        timespan: "P3D",
        rerun_of: "ses_1",
      },
    ]);
  },
);

test("what ended well is not run again by a slip", async () => {
  renderPage(fake, "/sessions/ses_1");
  await screen.findByRole("button", { name: "Pin" });
  expect(screen.queryByRole("button", { name: "Run again" })).toBeNull();
});
