/** The Sentinel adapter while the simulated services fail: each failure is named, and is over when it is over. */
import { expect, test } from "vitest";

import type { SentinelIncident } from "../../shared/schemas/incidents.ts";
import type { FaultSpec } from "./faults.ts";
import { failure, openSentinel } from "./openSentinel.ts";
import { lastDays } from "./testTenant.ts";

const { clock, tenant, faults, provider, newSiem, sync, query } = await openSentinel();

const FAILURES: readonly [string, FaultSpec, string, RegExp][] = [
  ["401", { target: "loganalytics", kind: "status", status: 401 }, "siem-unavailable", /401/],
  [
    "an expired token",
    { target: "loganalytics", kind: "expired_token" },
    "siem-unavailable",
    /token/,
  ],
  ["403", { target: "loganalytics", kind: "status", status: 403 }, "siem-unavailable", /role/],
  [
    "404",
    { target: "loganalytics", kind: "status", status: 404 },
    "siem-unavailable",
    /workspace id/,
  ],
  [
    "429",
    { target: "loganalytics", kind: "status", status: 429, retry_after: 77 },
    "siem-unavailable",
    /77 seconds/,
  ],
  ["500", { target: "loganalytics", kind: "status", status: 500 }, "siem-unavailable", /500/],
  [
    "503 with a wait",
    { target: "loganalytics", kind: "status", status: 503, retry_after: 9 },
    "siem-unavailable",
    /9 seconds/,
  ],
  ["504", { target: "loganalytics", kind: "status", status: 504 }, "query-timeout", /504/],
  [
    "a cut connection",
    { target: "loganalytics", kind: "disconnect" },
    "siem-unavailable",
    /ECONNRESET/,
  ],
  ["half an answer", { target: "loganalytics", kind: "truncated" }, "siem-unavailable", /cut off/],
  [
    "a partial error",
    { target: "loganalytics", kind: "partial" },
    "siem-unavailable",
    /only in part/,
  ],
  [
    "a missing table",
    { target: "loganalytics", kind: "missing_table" },
    "siem-unavailable",
    /SecurityIncident/,
  ],
  [
    "an expired secret",
    { target: "login", kind: "error_code", code: "AADSTS7000222" },
    "siem-unavailable",
    /AADSTS7000222.*expired/,
  ],
  [
    "Entra ID failing",
    { target: "login", kind: "status", status: 500 },
    "siem-unavailable",
    /Entra/,
  ],
  ["Entra ID unreachable", { target: "login", kind: "disconnect" }, "siem-unavailable", /./],
];

// What an administrator reads on the provider's health comes from here, and recovery must need nobody.
test.each(FAILURES)(
  "%s is named, takes no rows, and is over when it is over",
  async (_, fault, code, words) => {
    const own = newSiem();
    try {
      if (fault.target === "loganalytics") await own.incident(provider, 101, lastDays(clock, 1));
      faults.add(fault);
      const pages: unknown[] = [];
      const error = await failure(
        (async () => {
          for await (const page of own.changedIncidents(provider, lastDays(clock, 31), 10))
            pages.push(page);
        })(),
      );
      expect(error.code).toBe(code);
      expect(error.detail).toMatch(words);
      expect(error.retryAfterSeconds).toBe(fault.retry_after);
      expect(pages).toEqual([]);
    } finally {
      faults.clear();
    }
    expect((await sync({ over: own })).length).toBeGreaterThan(55);
  },
);

test("a failure that passes quickly is retried without anybody noticing", async () => {
  const before = await sync();
  for (const kind of ["disconnect", "status"] as const) {
    faults.add({ target: "loganalytics", kind, count: 2 });
    expect(await sync()).toEqual(before);
    expect(faults.list()).toEqual([]);
  }
});

const byNumber = (incidents: SentinelIncident[]) =>
  incidents
    .map((incident) => ({ ...incident, sentinel: {} }))
    .toSorted((a, b) => a.number - b.number);

test("columns that move, rows that come in another order: the same incidents", async () => {
  const before = byNumber(await sync());
  for (const kind of ["schema_drift", "out_of_order"] as const) {
    faults.add({ target: "loganalytics", kind });
    try {
      expect(byNumber(await sync())).toEqual(before);
    } finally {
      faults.clear();
    }
  }
});

test("rows that arrive late are there when the delay is over", async () => {
  tenant.playStory({ family: "signin_attack", truth: "false_positive" });
  const newest = (await sync()).at(-1)?.number;
  faults.add({ target: "loganalytics", kind: "late_rows", delay_ms: 3_600_000 });
  const late = await sync();
  faults.clear();
  expect(late.map(({ number }) => number)).not.toContain(newest);
  expect((await sync()).map(({ number }) => number)).toContain(newest);
});

test("a partial answer to somebody else's query is marked, not refused", async () => {
  faults.add({ target: "loganalytics", kind: "partial" });
  try {
    const result = await query("SigninLogs | take 10");
    expect(result.partial_error).toContain("PartialError");
    expect(result.rows).toHaveLength(5);
  } finally {
    faults.clear();
  }
});

test("a query that takes too long ends at its own limit", async () => {
  faults.add({ target: "loganalytics", kind: "latency", delay_ms: 60_000 });
  try {
    expect((await failure(query("print 1", 20))).code).toBe("query-timeout");
  } finally {
    faults.clear();
  }
});
