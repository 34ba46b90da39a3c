/** Faults: what they strike, how often, and how they are refused. */
import { expect, test } from "vitest";

import { createFaults, FaultSpec } from "./faults.ts";

test("a fault strikes its target as often as it says, then it is gone", () => {
  const faults = createFaults();
  faults.add({ target: "login", kind: "disconnect", count: 2 });
  expect(faults.strike("loganalytics")).toEqual([]);
  expect([1, 2, 3].map(() => faults.strike("login").length)).toEqual([1, 1, 0]);
  expect(faults.list()).toEqual([]);
});

/** How often each of twelve requests is struck. */
function strikes(share: number): number[] {
  const faults = createFaults();
  faults.add({ target: "loganalytics", kind: "status", share });
  return Array.from({ length: 12 }, () => faults.strike("loganalytics").length);
}

test("a share strikes evenly, the same in every run", () => {
  expect(strikes(0.25)).toEqual([0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1]);
  expect(strikes(0.25)).toEqual(strikes(0.25));
  expect(strikes(1)).toEqual(Array.from({ length: 12 }, () => 1));
});

test("faults are listed with how often they struck, and cleared together", () => {
  const faults = createFaults();
  faults.add(FaultSpec.parse({ target: "loganalytics", kind: "latency", delay_ms: 5 }));
  faults.strike("loganalytics");
  expect(faults.list()).toMatchObject([{ kind: "latency", seen: 1, struck: 1 }]);
  faults.clear();
  expect(faults.list()).toEqual([]);
});

test.each([
  [{ target: "printer", kind: "status" }, "target", /loganalytics, graph, arm, login, model/],
  [{ target: "webhook", kind: "missing_table" }, "kind", /status, latency/],
  [{ target: "arm", kind: "late_rows" }, "kind", /status, latency/],
  [{ target: "login", kind: "partial" }, "kind", /status, latency/],
  [{ target: "loganalytics", kind: "explode" }, "kind", /./],
  [{ target: "loganalytics", kind: "status", share: 2 }, "share", /./],
])("%o is refused by name", (body, field, detail) => {
  const { error } = FaultSpec.safeParse(body);
  expect(error?.issues).toMatchObject([{ path: [field], message: expect.stringMatching(detail) }]);
});
