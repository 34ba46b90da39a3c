/** Limits, follow-ups, opinions and removal of sessions. */
import { expect, test } from "vitest";

import { readSession } from "../repositories/sessions.ts";
import { InvestigationMessage } from "../schemas/messages.ts";
import type { SessionRecord } from "../schemas/sessions.ts";
import { drain, type TestDeps } from "../testing/deps.ts";
import { aPrincipal, TENANT } from "../testing/fixtures.ts";
import {
  answerOf,
  current,
  finished,
  GUESSED,
  investigable,
  start,
  work,
} from "../testing/investigation.ts";
import { advanceInvestigation } from "./advanceInvestigation.ts";
import { cancelInvestigation } from "./cancelInvestigation.ts";
import { giveFeedback, pinSession } from "./changeSession.ts";
import { deleteSession } from "./deleteSession.ts";
import { followUp } from "./followUp.ts";
import { startInvestigation } from "./startInvestigation.ts";

// One person's backlog must not take the workspace's query limit from everybody else.
test("five sessions of one person run at most, and every further one ends in its turn", async () => {
  const deps = await investigable(GUESSED);
  const sessions = [];
  for (let i = 0; i < 12; i += 1) {
    sessions.push(await start(deps));
    deps.clock.advance(1000);
  }
  for (let round = 0; round < 200; round += 1) {
    const messages = await drain(deps.queue, "investigations");
    if (messages.length === 0) break;
    for (const { body } of messages) {
      await advanceInvestigation(deps, InvestigationMessage.parse(body));
      const states = await Promise.all(sessions.map((one) => current(deps, one)));
      expect(states.filter(({ status }) => status === "running").length).toBeLessThanOrEqual(5);
    }
  }
  const states = await Promise.all(sessions.map((one) => current(deps, one)));
  expect(states.map(({ status }) => status)).toEqual(sessions.map(() => "completed"));
});

// Others may have waited longer: places that one person gives back are of no use to them.
test("the end of a session lets its owner's next one begin, however many of others wait", async () => {
  const deps = await investigable(GUESSED);
  const body = { query: "Is this real?", persona: "soc_analyst", provider: "sentinel" } as const;
  const other = aPrincipal("analyst", { id: "another" });
  for (let i = 0; i < 8; i += 1) {
    await startInvestigation(deps, other, { ...body, incident_number: 12345 });
  }
  deps.clock.advance(1000);
  const [ended, waiting] = [await start(deps), await start(deps)];
  await drain(deps.queue, "investigations");
  await cancelInvestigation(deps, aPrincipal(), ended.session_id);
  const woken = (await drain(deps.queue, "investigations")).map(({ body: message }) => message);
  expect(woken).toMatchObject([{ session_id: waiting.session_id }]);
});

test("a follow-up knows the incident, the window and what its parent had found", async () => {
  const deps = await investigable(GUESSED);
  const { session } = await finished(deps, await start(deps));
  const asked: string[] = [];
  deps.siem.answers((query) => {
    asked.push(query.kql);
    return answerOf(GUESSED, query);
  });
  const next = await followUp(deps, aPrincipal(), session.session_id, {
    text: "Did 198.51.100.9 do the same?",
  });
  expect(next).toMatchObject({
    parent_id: session.session_id,
    incident_number: session.incident_number,
    timespan: session.timespan,
  });
  const { report } = await finished(deps, next);
  expect(report.verdict).toBe("true_positive");
  expect(asked.some((kql) => kql.includes("198.51.100.9") && kql.includes("203.0.113.7"))).toBe(
    true,
  );
});

test("a later opinion of the same person takes the place of the first", async () => {
  const deps = await investigable(GUESSED);
  const { session } = await finished(deps, await start(deps));
  const me = aPrincipal();
  await giveFeedback(deps, me, session.session_id, { opinion: "agree", note: "" });
  await giveFeedback(deps, me, session.session_id, {
    opinion: "disagree",
    verdict: "benign_positive",
    note: "A test.",
  });
  await pinSession(deps, me, session.session_id, true);
  const after = await current(deps, session);
  expect(after.pinned).toBe(true);
  expect(after.feedback).toMatchObject([{ opinion: "disagree", verdict: "benign_positive" }]);
});

// A slice that is under way must not bring a removed session back.
test("nothing of a removed session is left, and its message changes nothing", async () => {
  const deps = await investigable(GUESSED);
  const session = await start(deps);
  const [message] = await drain(deps.queue, "investigations");
  const slice = InvestigationMessage.parse(message?.body);
  await advanceInvestigation(deps, slice);
  await deleteSession(deps, aPrincipal(), session.session_id);
  await work(deps);
  await advanceInvestigation(deps, slice);
  expect(await readSession(deps.documents, TENANT, session.session_id)).toBeUndefined();
  expect(await leftOf(deps, session)).toEqual([]);
});

// What was asked of a model quotes the logs; it goes with the session that asked.
test("nothing of a removed session is left after its end, its exchanges with a model included", async () => {
  const deps = await investigable(GUESSED);
  const { session } = await finished(deps, await start(deps));
  const { tenant_id, session_id } = session;
  const exchange = { id: "exchange:0000:0", type: "exchange", tenant_id, session_id };
  const writes = [{ kind: "create", doc: exchange }] as const;
  expect(await deps.documents.batch("sessions", [tenant_id, session_id], writes)).toBe("done");
  expect((await leftOf(deps, session)).length).toBeGreaterThan(5);
  await deleteSession(deps, aPrincipal(), session_id);
  expect(await leftOf(deps, session)).toEqual([]);
});

/** Kinds of the documents that are left, messages apart. */
async function leftOf(deps: TestDeps, { session_id }: SessionRecord): Promise<unknown[]> {
  const partition = [TENANT, session_id];
  const { items } = await deps.documents.query("sessions", { partition, limit: 100 });
  return items.map(({ doc }) => doc["type"]).filter((type) => type !== "outbox");
}
