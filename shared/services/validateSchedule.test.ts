import { expect, test } from "vitest";

import { AppError } from "../domain/errors.ts";
import * as models from "../repositories/models.ts";
import { ValidateScheduleBody } from "../schemas/scheduleValidation.ts";
import type { TestDeps } from "../testing/deps.ts";
import { aModel, aPrincipal, TENANT } from "../testing/fixtures.ts";
import { answerOf, investigable } from "../testing/investigation.ts";
import { rememberingAnalyser } from "../testing/rememberingAnalyser.ts";
import { validateSchedule } from "./validateSchedule.ts";

const GOOD =
  "Triage: did more than 10 sign-ins of ana@contoso.example from 203.0.113.7 fail in the last 24 hours?";

const validate = (deps: TestDeps, query: string, persona: "soc_analyst" | "ciso" = "soc_analyst") =>
  validateSchedule(deps, aPrincipal(), ValidateScheduleBody.parse({ query, persona, quick: true }));

const codes = (reply: Awaited<ReturnType<typeof validate>>): string[] =>
  reply.issues.map(({ code }) => code);

/** The fixtures' workspace behind the real parser. */
async function world(script: Parameters<typeof investigable>[0] = {}) {
  const deps = await investigable(script);
  deps.kql = rememberingAnalyser;
  return deps;
}

test("a specific question is valid: its plan compiles against the schema and its tables are counted", async () => {
  const reply = await validate(await world(), GOOD);
  expect(reply).toMatchObject({ valid: true, issues: [], rewritten: GOOD });
  expect(reply.condition).toBe(
    "more than 10 failed sign-ins of ana@contoso.example from 203.0.113.7",
  );
  expect(reply.score).toBeGreaterThan(0.9);
  expect(reply.plan.length).toBeGreaterThan(5);
  expect(reply.plan.every(({ compiles }) => compiles)).toBe(true);
  expect(reply.plan.find(({ tables }) => tables.includes("SigninLogs"))).toMatchObject({
    is_certain: true,
    kql: expect.stringContaining("ana@contoso.example"),
  });
  expect(reply.dry_run).toMatchObject({
    window: { from: "2026-01-14T12:00:00.000Z", to: "2026-01-15T12:00:00.000Z" },
    queries: reply.plan.length,
  });
  expect(reply.dry_run?.tables).toContainEqual({ table: "SigninLogs", state: "rows", rows: 100 });
  expect(reply.dry_run?.rows).toBeGreaterThanOrEqual(100);
});

// What is missing must be said with a question that has it: "be more specific" helps nobody.
test("each missing piece is explained, with the question rewritten so that it is valid", async () => {
  const deps = await world();
  const reply = await validate(deps, "Look for bad stuff");
  expect(reply.valid).toBe(false);
  expect(codes(reply)).toEqual([
    "missing-entities",
    "missing-time-scope",
    "missing-condition",
    "no-questions",
  ]);
  for (const { message, suggestion } of reply.issues) {
    expect(message).not.toBe("");
    expect(suggestion).not.toBe("");
  }
  expect(reply.rewritten).toMatch(/^Look for bad stuff for the user .+ in the last 24 hours, and/);
  expect(await validate(deps, reply.rewritten)).toMatchObject({ valid: true });
});

test.each([
  ["Check for brute force patterns every morning", false],
  ["Search for lateral movement indicators across your environment", false],
  ["Did sign-ins of bo@contoso.example succeed after failures since yesterday?", true],
  ["Which processes on 198.51.100.4 were executed at least 3 times in the past two weeks?", true],
])("%s: valid %s", async (query, valid) => {
  expect(await validate(await world(), query)).toMatchObject({ valid });
});

test("a persona whose report would be another is a warning, and does not make it invalid", async () => {
  const reply = await validate(await world(), GOOD, "ciso");
  expect(reply).toMatchObject({ valid: true });
  expect(reply.issues).toMatchObject([{ code: "persona-mismatch", severity: "warning" }]);
});

test("a table without rows, and one that the workspace lacks, are told: an absence there proves nothing", async () => {
  const empty = { "rows:SigninLogs": { columns: ["Rows:long"], rows: [[0]] } };
  const deps = await world(empty);
  expect(await validate(deps, GOOD)).toMatchObject({
    valid: true,
    issues: [{ code: "empty-table", message: expect.stringContaining("SigninLogs") }],
  });
  deps.siem.answers((query) => {
    if (query.kql.includes("summarize Rows")) throw new AppError("kql-refused", "No such table.");
    return answerOf({}, query);
  });
  expect(new Set(codes(await validate(deps, GOOD)))).toEqual(new Set(["missing-table"]));
});

test("an incident that is not there is an error: every run would fail", async () => {
  const reply = await validate(
    await world(),
    "Was #999 escalated in the last 24 hours by at least 2?",
  );
  expect(reply.valid).toBe(false);
  expect(codes(reply)).toContain("unknown-incident");
});

test("a known incident's own entities are what the plan asks about", async () => {
  const reply = await validate(await world(), "Is #12345 still failing in the last 24 hours?");
  expect(reply.plan.some(({ kql }) => kql.includes("203.0.113.7"))).toBe(true);
});

const down = () => {
  throw new AppError("siem-unavailable", "No answer.");
};

// The page asks while somebody types: a workspace that is down must not turn that into an error page.
test("a workspace that does not answer leaves the words and the plan, and says so", async () => {
  const deps = await world();
  deps.siem.schema = async () => down();
  deps.siem.answers(down);
  const reply = await validate(deps, GOOD);
  expect(reply).toMatchObject({ valid: true, issues: [{ code: "provider-unreachable" }] });
  expect(reply.dry_run).toMatchObject({ rows: null });
  expect(reply.dry_run?.tables.every(({ state }) => state === "unknown")).toBe(true);
});

test("with a model, a question that the rules cannot feed is a warning", async () => {
  const deps = await world();
  const query = "Did admin accounts fail to sign in more than 10 times in the last 24 hours?";
  expect(await validate(deps, query)).toMatchObject({ valid: false });
  await models.change(deps, TENANT, () => ({
    items: [aModel()],
    messages: [],
    result: undefined,
  }));
  const reply = await validate(deps, query);
  expect(reply).toMatchObject({ valid: true });
  // Nor does a log name who is an administrator: the condition is told to have no answer, with an example that has.
  expect(codes(reply)).toEqual(["unanswerable-condition", "no-questions"]);
  const suggestion = reply.issues[0]?.suggestion ?? "";
  const example = await validate(deps, suggestion.slice(suggestion.indexOf("Were there")));
  expect(example.condition).toBe("more than 10 failed sign-ins");
});

test("a query that the parser refuses is named with the parser's words", async () => {
  const deps = await world();
  deps.siem.schema = async () => ({ SigninLogs: { TimeGenerated: "datetime" } });
  const reply = await validate(deps, GOOD);
  expect(reply.plan.some(({ compiles, problem }) => !compiles && problem !== undefined)).toBe(true);
  expect(codes(reply)).toContain("question-refused");
});

test("a costly question is told in rows", async () => {
  const deps = await world();
  const many = { columns: ["Rows:long"], rows: [[50_000_000]] };
  deps.siem.answers((query) => answerOf({ "rows:SigninLogs": many }, query));
  expect(codes(await validate(deps, GOOD))).toEqual(["costly"]);
});

// A slow workspace must not keep the form waiting for every table of a long plan.
test("tables that are not counted within ten seconds stay unknown", async () => {
  const deps = await world();
  deps.siem.answers((query) => {
    deps.clock.advance(6_000);
    return answerOf({}, query);
  });
  const { dry_run } = await validate(deps, GOOD);
  const states = dry_run?.tables.map(({ state }) => state) ?? [];
  expect(new Set(states)).toEqual(new Set(["rows", "unknown"]));
});

test("4,000 characters of anything are judged within a second", async () => {
  const deps = await world();
  for (const text of [
    "a ".repeat(2000),
    "#".repeat(4000),
    "1.".repeat(2000),
    "@a.".repeat(1300),
    "-a1".repeat(1300),
  ]) {
    const started = process.cpuUsage();
    expect(await validate(deps, text)).toMatchObject({ valid: false });
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1000).toBeLessThan(1000);
  }
});
