/**
 * The triage questions and public question pairs: all but the known defects of that data analyse clean, pass the policy
 * and run, and a wrong column in one of them is caught.
 */
import { existsSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";

import { analyse } from "../../shared/kql/analyse.ts";
import { kqlConstants, kqlDatetime, kqlDynamic, kqlLong } from "../../shared/kql/constants.ts";
import { compileQuery } from "../../shared/kql/engine/compile.ts";
import { createMemoryTables } from "../../shared/kql/engine/memoryTables.ts";
import { BUILT_IN_SCHEMA } from "../../shared/kql/schema.ts";
import type { WorkspaceSchema } from "../../shared/schemas/kql.ts";
import {
  DATA,
  Triage,
  lines,
  misspelt,
  pairQueries,
  pairSchema,
  read,
  triageQueries,
} from "./kqlQuestions.ts";

const hasData = existsSync(DATA);
const NOW = new Date("2024-07-20T00:00:00Z");

const Row = z.record(z.string(), z.unknown());

/** The questions' parameters, about the users and addresses of the recorded sign-ins. */
function constantsOf(signins: readonly Record<string, unknown>[]): string {
  const values = (column: string) =>
    kqlDynamic([...new Set(signins.map((row) => z.string().catch("").parse(row[column])))]);
  const none = kqlDynamic([]);
  return kqlConstants({
    _start: kqlDatetime(new Date("2024-06-20T00:00:00Z")),
    _end: kqlDatetime(NOW),
    _base: kqlDatetime(new Date("2024-06-01T00:00:00Z")),
    _users: values("UserPrincipalName"),
    _accounts: values("AlternateSignInName"),
    _userIds: values("UserId"),
    _ips: values("IPAddress"),
    _hosts: none,
    _hashes: none,
    _files: none,
    _urls: none,
    _mailIds: none,
    _senders: none,
    _incident: kqlLong(20),
  });
}

/** Queries of the public pairs that name what their own schema lacks, or compare a bool with a text. */
const DEFECTS = [0, 30, 63, 95, 98, 104, 107, 128, 148, 166];
/** Clean, and not run by the engine. */
const NOT_RUN: readonly number[] = [];

interface Question {
  readonly query: string;
  readonly schema: WorkspaceSchema;
}

/** A question that was analysed. */
interface Judged extends Question {
  readonly ok: boolean;
  readonly policy: readonly unknown[];
  readonly ms: number;
}

function judged({ query, schema }: Question): Judged {
  const start = performance.now();
  const { ok, policy } = analyse(query, schema);
  return { query, schema, ok, policy, ms: performance.now() - start };
}

const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.floor(share * (sorted.length - 1))] ?? 0;

describe.skipIf(!hasData)("the questions of the product", () => {
  let pairs: Judged[] = [];
  let clean: Judged[] = [];
  let times: number[] = [];
  beforeAll(() => {
    const schema = pairSchema();
    pairs = pairQueries().map((query) => judged({ query, schema }));
    const triage = triageQueries().map((query) => judged({ query, schema: BUILT_IN_SCHEMA }));
    const all = [...pairs, ...triage];
    clean = all.filter(({ ok }) => ok);
    times = all.map(({ ms }) => ms).toSorted((a, b) => a - b);
  }, 180_000);

  // The rule-based investigator asks these; one that fails is a gap in every report of its family.
  test("all 92 triage questions are clean, allowed, and run over recorded rows", () => {
    const { questions } = Triage.parse(JSON.parse(read("triage/triage-seed.json")));
    const source = createMemoryTables(BUILT_IN_SCHEMA);
    for (const table of ["SecurityIncident", "SecurityAlert", "SigninLogs"])
      expect(
        source.append(
          table,
          lines(`sentinel/${table}.rows.jsonl`).map((row) => Row.parse(row)),
        ),
      ).toEqual([]);
    const prologue = constantsOf(
      lines("sentinel/SigninLogs.rows.jsonl").map((row) => Row.parse(row)),
    );
    let rows = 0;
    for (const { id, kql } of questions) {
      const text = prologue + kql;
      const { ok, policy } = analyse(text, BUILT_IN_SCHEMA);
      expect({ id, ok, policy }).toEqual({ id, ok: true, policy: [] });
      const run = compileQuery(text, BUILT_IN_SCHEMA).run(source, { now: NOW });
      if (run.rows.length > 0) rows += 1;
    }
    console.log(`triage questions: ${questions.length} ran, ${rows} gave rows`);
    expect(questions.length).toBe(92);
    expect(rows).toBeGreaterThan(10);
  });

  test("the public pairs are clean and run, but for the known defects", () => {
    const source = createMemoryTables(pairs[0]?.schema ?? {});
    const defects: number[] = [];
    const notRun: number[] = [];
    pairs.forEach(({ query, schema, ok }, index) => {
      if (!ok) defects.push(index);
      else if (!runs(query, schema, source)) notRun.push(index);
    });
    console.log(
      `question pairs: ${pairs.length}, ${defects.length} defects, ${notRun.length} not run`,
    );
    expect(defects).toEqual(DEFECTS);
    expect(notRun).toEqual(NOT_RUN);
  });

  // A policy that stops analysts at work gets switched off.
  test("the clean ones pass, and how long each takes is printed", () => {
    const refused = clean.filter(({ policy }) => policy.length > 0);
    console.log(
      `clean questions: ${clean.length}, ${clean.length - refused.length} pass the policy; analysis p50 ` +
        `${percentile(times, 0.5).toFixed(1)} ms, p99 ${percentile(times, 0.99).toFixed(1)} ms`,
    );
    expect(clean.length).toBeGreaterThanOrEqual(279);
    expect(clean.length - refused.length).toBeGreaterThanOrEqual(275);
  });

  // A model that invents a column must hear of it before the query runs, not get an empty table. One column of each
  // question, another one from question to question; the bench misspells all of them.
  test("a misspelt column of every question is caught", () => {
    const texts = clean.flatMap(({ query, schema }, index) => {
      const all = misspelt(query, schema);
      const text = all[index % Math.max(1, all.length)];
      return text === undefined ? [] : [{ text, schema }];
    });
    const missed = texts.filter(({ text, schema }) => analyse(text, schema).ok);
    console.log(`misspelt columns: ${texts.length} tried, ${texts.length - missed.length} caught`);
    expect(texts.length).toBeGreaterThan(250);
    expect(missed).toEqual([]);
  }, 180_000);
});

function runs(
  query: string,
  schema: WorkspaceSchema,
  source: ReturnType<typeof createMemoryTables>,
): boolean {
  try {
    compileQuery(query, schema).run(source, { now: NOW });
    return true;
  } catch {
    return false;
  }
}
