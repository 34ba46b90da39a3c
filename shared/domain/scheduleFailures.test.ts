/** Failures in a row under any order of starts and ends, against the words of the rule. */
import * as fc from "fast-check";
import { expect, test } from "vitest";

import type { ScheduleRunRecord } from "../schemas/scheduleRuns.ts";
import { CreateScheduleBody, type ScheduleRecord } from "../schemas/schedules.ts";
import { claimed, requestedRun, type RunEnd, settled } from "./scheduleRuns.ts";
import { newSchedule, resumed } from "./schedules.ts";

const START = Date.parse("2026-01-15T08:00:30Z");
const BODY = CreateScheduleBody.parse({
  name: "Every hour",
  user_query: "Did sign-ins of ana@contoso.example fail in the last hour?",
  frequency: "daily",
  scheduled_time: "08:00",
});
const PLACE = { id: "sch_1", tenant_id: "contoso", created_by: "ana", provider_id: null };

const SCHEDULE = newSchedule(PLACE, BODY, new Date(START));

type Outcome = "good" | "bad" | "platform";
type Step =
  | { kind: "due" | "manual" | "resume" }
  /** One of the runs under way ends, whichever. */
  | { kind: "end"; which: number; outcome: Outcome };

/** A schedule and its runs in the order in which they began; nothing but what the domain decides. */
class Walk {
  now = START;
  schedule: ScheduleRecord = SCHEDULE;
  runs: ScheduleRunRecord[] = [];
  /** What became of the runs since the last time that the schedule was enabled, one letter each. */
  counted = new Map<string, string>();
  told = 0;
  flaws: string[] = [];

  take(step: Step): void {
    // Between two acts a day may pass, or less than a millisecond.
    if (step.kind === "due") this.now += 24 * 3_600_000;
    if (step.kind === "end") this.end(step.which, step.outcome);
    else if (step.kind === "resume") this.resume();
    else this.begin(step.kind);
  }

  private begin(kind: "due" | "manual"): void {
    const at = new Date(this.now);
    const id = `srn_${999 - this.runs.length}`;
    const taken =
      kind === "due" ? claimed(this.schedule, at) : requestedRun(this.schedule, id, null, at);
    if (taken === undefined) return;
    this.schedule = taken.schedule;
    this.runs.push(taken.run);
    this.counted.set(taken.run.id, "o");
  }

  private end(which: number, outcome: Outcome): void {
    const open = this.runs.filter(({ status }) => status === "running");
    const run = open[which % Math.max(1, open.length)];
    if (run === undefined) return;
    const wasActive = this.schedule.status === "ACTIVE";
    const after = settled(this.schedule, run, this.endOf(outcome), {
      runs: this.runs.filter(({ id }) => this.counted.has(id)),
      now: new Date(this.now),
    });
    this.runs = this.runs.map((one) => (one.id === run.id ? after.run : one));
    this.schedule = after.schedule;
    if (this.counted.has(run.id)) this.counted.set(run.id, outcome.charAt(0));
    const disabling = after.messages.filter(({ id }) => id.startsWith("schedule-disabled"));
    this.told += disabling.length;
    const isDisabled = wasActive && after.schedule.status === "FAILED";
    if (disabling.length !== Number(isDisabled)) this.flaws.push("told wrongly");
  }

  private endOf(outcome: Outcome): RunEnd {
    const at = { ended_at: new Date(this.now).toISOString(), session_id: null };
    if (outcome !== "good") {
      const code = outcome === "bad" ? "siem-unavailable" : "stalled";
      return { ...at, status: "failed", error: { code, detail: "No." } };
    }
    const nothing = { new: [], gone: [], changed: [], not_checked: [], verdict: null };
    const changes = { ...nothing, compared_with: null, summary: "" };
    return { ...at, status: "completed", verdict: "undetermined", findings: [], changes };
  }

  private resume(): void {
    this.schedule = resumed(this.schedule, new Date(this.now));
    this.counted.clear();
  }

  /** The rule in words: what came after the last success, platform failures aside. */
  row(): string {
    const all = [...this.counted.values()].join("").replaceAll("p", "");
    return all.slice(all.lastIndexOf("g") + 1);
  }
}

const outcome = fc.constantFrom<Outcome>("bad", "bad", "bad", "bad", "platform", "good");
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<Step>({ kind: "due" }, { kind: "manual" }) },
  {
    weight: 7,
    arbitrary: fc.record({ kind: fc.constant("end" as const), which: fc.nat({ max: 5 }), outcome }),
  },
);

/** The count and the status against the rule. */
function check(walk: Walk): void {
  const row = walk.row();
  const failures = Math.max(0, ...(row.match(/b+/g) ?? []).map(({ length }) => length));
  const { status, consecutive_failures } = walk.schedule;
  if (consecutive_failures !== failures) walk.flaws.push(`${row}: ${consecutive_failures}`);
  if ((status === "FAILED") !== failures >= 5) walk.flaws.push(`${row}: ${status}`);
}

// Counted as runs settle, a success that is late hides failures after it, and the sixth disables instead of the fifth.
test("FAILED when five runs that began one after the other failed, however late each of them ended", () => {
  const property = fc.property(fc.array(step, { minLength: 10, maxLength: 60 }), (steps) => {
    const walk = new Walk();
    for (const each of steps) {
      // What is disabled stays so until it is enabled.
      if (walk.schedule.status === "FAILED") break;
      walk.take(each);
      if (each.kind === "end") check(walk);
    }
    expect(walk.flaws).toEqual([]);
  });
  expect(() => fc.assert(property, { numRuns: 300 })).not.toThrow();
});

test("enabling it counts anew: what began before and fails late disables nothing", () => {
  const some = fc.array(step, { maxLength: 30 });
  const property = fc.property(some, some, (before, after) => {
    const walk = new Walk();
    for (const each of before) walk.take(each);
    walk.take({ kind: "resume" });
    const { told } = walk;
    for (const each of after) if (walk.told === told) walk.take(each);
    expect(walk.told === told || /b{5}/.test(walk.row())).toBe(true);
  });
  expect(() => fc.assert(property, { numRuns: 200 })).not.toThrow();
});

test("runs of one millisecond keep the order in which they began", () => {
  const walk = new Walk();
  for (let n = 0; n < 4; n += 1) walk.take({ kind: "manual" });
  const times = walk.runs.map(({ started_at }) => started_at);
  expect(new Set(times).size).toBe(4);
  expect(times.toSorted()).toEqual(times);
});

test("a run tells of the whole row that it was in", () => {
  const walk = new Walk();
  for (let n = 0; n < 4; n += 1) walk.take({ kind: "manual" });
  // The second ends last: before it one failure, after it two.
  for (const which of [0, 1, 1, 0]) walk.take({ kind: "end", which, outcome: "bad" });
  expect(walk.runs.map((run) => run.consecutive_failures)).toEqual([1, 4, 1, 2]);
  expect(walk.schedule).toMatchObject({ status: "ACTIVE", consecutive_failures: 4 });
});
