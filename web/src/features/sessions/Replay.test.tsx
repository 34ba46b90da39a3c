/** A replay shows in which respects it differs from what was recorded, and who would be asked for it. */
import { screen, within } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";

import { SessionReplay } from "../../../../shared/schemas/sessionReplay.ts";
import { FakeApi } from "../../testing/fakeApi.ts";
import { problem } from "../../testing/problem.ts";
import { renderPage, resetPage } from "../../testing/renderPage.tsx";
import { aSession, REPORT } from "../../testing/sessionFixtures.ts";

let fake: FakeApi;
/** Bodies of the replays that were asked for. */
let asked: Record<string, unknown>[];
const { cost } = aSession();
const both = <T,>(recorded: T, replayed: T = recorded) => ({ recorded, replayed });

const SAME: SessionReplay = {
  session_id: "ses_1",
  is_same: true,
  model: both<string | null>(null),
  verdict: both<SessionReplay["verdict"]["recorded"]>("true_positive"),
  confidence: both<number | null>(0.86),
  check: both<SessionReplay["check"]["recorded"]>("verified"),
  judgements: both<SessionReplay["judgements"]["recorded"]>(null),
  claims: { same: 2, changed: [], gone: [], new: [] },
  cost: both(cost),
  queries: { recorded: 3, missing: 0 },
  exchanges: { recorded: 0, missing: 0 },
  degraded: null,
  report: REPORT,
};

beforeEach(() => {
  resetPage();
  fake = new FakeApi();
  fake.sessions = [aSession()];
  asked = [];
});

function answering(reply: SessionReplay): void {
  fake.answers["POST /api/v1/sessions/ses_1/replay"] = (_url, body) => {
    asked.push(body);
    return Response.json(SessionReplay.parse(reply));
  };
}

const section = async () => within(await screen.findByRole("region", { name: "Replay" }));

test("a replay that is the same says so", async () => {
  answering(SAME);
  const { user } = renderPage(fake, "/sessions/ses_1");
  const replay = await section();
  await user.click(replay.getByRole("button", { name: "Replay it" }));
  expect((await replay.findByRole("status")).textContent).toContain("came out the same");
  expect(asked).toEqual([{}]);
  // Models are for administrators: their list would be refused.
  expect(replay.queryByLabelText("Who judges")).toBeNull();
  expect(fake.requests).not.toContain("GET /api/admin/models");
});

// A claim that is gone without a word would make every replay look like a confirmation.
test("another model's replay shows both verdicts, each claim that differs, and what had no answer", async () => {
  const struck = { id: "c1", text: "Anna signed in.", check: "struck" as const };
  answering({
    ...SAME,
    is_same: false,
    model: both<string | null>(null, "rival"),
    verdict: both<SessionReplay["verdict"]["recorded"]>("true_positive", "undetermined"),
    claims: { same: 1, changed: [], gone: [{ ...struck, check: "verified" }], new: [struck] },
    exchanges: { recorded: 4, missing: 1 },
  });
  fake.me = { ...fake.me, permissions: [...fake.me.permissions, "models:manage"] };
  fake.answers["GET /api/admin/models"] = () =>
    Response.json({ items: [{ model_name: "rival" }], total: 1 });
  const { user } = renderPage(fake, "/sessions/ses_1");
  const replay = await section();
  await user.selectOptions(await replay.findByLabelText("Who judges"), "rival");
  expect(replay.getByText(/paid for/).textContent).toContain("rival is asked anew");
  await user.click(replay.getByRole("button", { name: "Replay it" }));
  expect((await replay.findByRole("status")).textContent).toContain("came out otherwise");
  expect(asked).toEqual([{ model: "rival" }]);
  const row = within(replay.getByRole("row", { name: /Verdict/ }));
  expect(row.getAllByRole("cell").map((cell) => cell.textContent)).toEqual([
    "True positive",
    "Undetermined",
  ]);
  expect(replay.getAllByRole("listitem").map((item) => item.textContent)).toEqual([
    "New: Anna signed in. (struck)",
    "Gone: Anna signed in.",
  ]);
  expect(replay.getByText(/no answer to 1 question/)).toBeDefined();
});

test("a session that has no recording says why", async () => {
  fake.answers["POST /api/v1/sessions/ses_1/replay"] = () =>
    problem(409, "Conflict", "The session has no recording to replay.", "conflict");
  const { user } = renderPage(fake, "/sessions/ses_1");
  const replay = await section();
  await user.click(replay.getByRole("button", { name: "Replay it" }));
  expect((await replay.findByRole("alert")).textContent).toContain("no recording to replay");
});
