/** A session is run again from what was recorded of it: the same comes out, or the difference is shown. */
import { afterAll, beforeAll, expect, test } from "vitest";

import { exchangesOf } from "../repositories/modelExchanges.ts";
import * as models from "../repositories/models.ts";
import { readSession } from "../repositories/sessions.ts";
import { UNKNOWN_ABILITIES } from "../schemas/models.ts";
import { OpenAiDouble } from "../testing/doubles/openAi/server.ts";
import { aModel, TENANT } from "../testing/fixtures.ts";
import { GUESSED, investigable, start, work } from "../testing/investigation.ts";
import {
  analyst,
  FAILURES,
  finishing,
  HONEST,
  investigableWith,
  judging,
  setModels,
  THIN,
  workedOut,
} from "../testing/modelSession.ts";
import { replaySession } from "./replaySession.ts";

const double = new OpenAiDouble();
beforeAll(() => double.start());
afterAll(() => double.stop());

/** Looks into the stores and asks the workspace before it hands anything in. */
const CURIOUS = analyst(
  [
    {
      kind: "tools",
      calls: [
        { name: "get_incident", arguments: {} },
        { name: "search_past", arguments: { words: "ana" } },
      ],
    },
    finishing("true_positive", [FAILURES]),
  ],
  judging("true_positive", ["clm_m1"]),
);

test("the rules' session comes out the same, without a question to the workspace", async () => {
  const deps = await investigable(GUESSED);
  const { session_id } = await workedOut(deps);
  const asked = deps.siem.calls.length;
  const replay = await replaySession(deps, TENANT, session_id, {});
  expect(replay).toMatchObject({
    is_same: true,
    verdict: { recorded: "true_positive", replayed: "true_positive" },
    queries: { missing: 0 },
    exchanges: { recorded: 0, missing: 0 },
    claims: { changed: [], gone: [], new: [] },
  });
  expect(replay.claims.same).toBe(replay.report.claims.length);
  expect(deps.siem.calls.length).toBe(asked);
});

// Otherwise a replay would be paid for, and differ by whatever the model says today.
test("a model's session comes out the same from its stored answers, and the model is not asked", async () => {
  double.does(CURIOUS);
  const prices = { input_per_million: 2, output_per_million: 10 };
  const deps = await investigableWith(double, THIN, { prices });
  const { session_id } = await workedOut(deps);
  const [asked, paid] = [deps.siem.calls.length, double.calls.length];
  // From here on every request would be counted, and fail.
  double.does(() => ({ kind: "status", status: 500 }));
  const replay = await replaySession(deps, TENANT, session_id, {});
  expect(replay).toMatchObject({
    is_same: true,
    model: { recorded: "judge", replayed: "judge" },
    judgements: { recorded: { agree: 3, of: 3 }, replayed: { agree: 3, of: 3 } },
    exchanges: { recorded: 5, missing: 0 },
    queries: { missing: 0 },
    degraded: null,
  });
  expect(replay.cost.replayed.usd).toBe(replay.cost.recorded.usd);
  expect(paid).toBe(5);
  expect(double.calls.length).toBe(0);
  expect(deps.siem.calls.length).toBe(asked);
});

// Hashes that hung on how an answer travels would make recordings of an older version, or of another endpoint, unreadable.
test("streamed or whole, the same questions have the same hashes and make the same report", async () => {
  const prices = { input_per_million: 2, output_per_million: 10 };
  const runs = [];
  for (const streaming of ["with_usage", "none"] as const) {
    double.does(CURIOUS);
    const abilities = { ...UNKNOWN_ABILITIES, streaming };
    const deps = await investigableWith(double, THIN, { prices, abilities });
    const { session_id, report, spent, ...session } = await workedOut(deps);
    expect(double.calls.map(({ body }) => body.stream ?? false)).toEqual(
      double.calls.map(() => streaming === "with_usage"),
    );
    const recorded = await exchangesOf(deps.documents, {
      session_id,
      tenant_id: session.tenant_id,
    });
    const { is_same, exchanges } = await replaySession(deps, TENANT, session_id, {});
    expect({ is_same, exchanges }).toEqual({
      is_same: true,
      exchanges: { recorded: 5, missing: 0 },
    });
    runs.push({ hashes: recorded.map(({ prompt_hash }) => prompt_hash), report, spent });
  }
  expect(runs[0]?.hashes.length).toBe(5);
  expect(runs[1]).toEqual(runs[0]);
});

test("another model is asked about the same evidence, and the difference is shown", async () => {
  double.does(HONEST);
  const deps = await investigableWith(double, THIN);
  const { session_id } = await workedOut(deps);
  const before = await readSession(deps.documents, TENANT, session_id);
  const asked = deps.siem.calls.length;
  await setModels(deps, [
    aModel({ api_base: double.url }),
    aModel({ api_base: double.url, model_name: "rival", is_default: false }),
  ]);
  double.does(analyst([finishing("undetermined", [])], judging("undetermined", ["clm_1"])));
  const replay = await replaySession(deps, TENANT, session_id, { model: "rival" });
  expect(replay).toMatchObject({
    is_same: false,
    model: { recorded: "judge", replayed: "rival" },
    verdict: { recorded: "true_positive", replayed: "undetermined" },
  });
  expect(replay.claims.gone.map(({ id }) => id)).toEqual(["clm_m1"]);
  expect(deps.siem.calls.length).toBe(asked);
  expect(await readSession(deps.documents, TENANT, session_id)).toEqual(before);
});

test("a session of the rules can be replayed with a model that it never had", async () => {
  const deps = await investigableWith(double, THIN, { is_default: false });
  await models.change(deps, TENANT, () => ({
    items: [aModel({ api_base: double.url, is_default: false })],
    messages: [],
    result: 0,
  }));
  double.does(HONEST);
  const { session_id } = await workedOut(deps);
  const replay = await replaySession(deps, TENANT, session_id, { model: "judge" });
  expect(replay).toMatchObject({
    model: { recorded: null, replayed: "judge" },
    verdict: { recorded: "undetermined", replayed: "true_positive" },
  });
});

test("a stored answer that does not fit what would be asked now counts as missing, and the rules' report stands", async () => {
  double.does(HONEST);
  const deps = await investigableWith(double, THIN);
  const { session_id } = await workedOut(deps);
  // A model with less room is asked less.
  await setModels(deps, [aModel({ api_base: double.url, context_tokens: 4_000 })]);
  const query = deps.documents.query.bind(deps.documents);
  deps.documents.query = async (container, of) => {
    const page = await query(container, of);
    const items = page.items.map((item) => {
      const isThird = item.doc["type"] === "exchange" && item.doc["turn"] === 3;
      return isThird ? { ...item, doc: { ...item.doc, prompt_hash: "another" } } : item;
    });
    return { ...page, items };
  };
  const replay = await replaySession(deps, TENANT, session_id, {});
  expect(replay).toMatchObject({
    is_same: false,
    exchanges: { recorded: 4, missing: 1 },
    degraded: { code: "model-unavailable" },
  });
});

test("what has no recording is refused in words", async () => {
  const deps = await investigable(THIN);
  const session = await start(deps);
  const replay = (id: string, body = {}) => replaySession(deps, TENANT, id, body);
  await expect(replay(session.session_id)).rejects.toMatchObject({ code: "conflict" });
  await expect(replay("ses_none")).rejects.toMatchObject({ code: "not-found" });
  await expect(replaySession(deps, "fabrikam", session.session_id, {})).rejects.toMatchObject({
    code: "not-found",
  });
  await work(deps);
  await expect(replay(session.session_id, { model: "nobody" })).rejects.toMatchObject({
    code: "invalid-fields",
  });
});
