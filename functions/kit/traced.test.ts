/** What each run tells of itself, whatever becomes of it. */
import { expect, test } from "vitest";

import type { Attributes, Telemetry } from "../../shared/ports/telemetry.ts";
import { testDeps } from "../../shared/testing/deps.ts";
import { inMessageSpan, inTimerSpan } from "./traced.ts";

/** Telemetry that keeps what was counted, and how much of it was sent by a flush. */
function keeping() {
  const counted: Attributes[] = [];
  let sent = 0;
  const telemetry: Telemetry = {
    span: async (_start, work) => await work(() => {}),
    traceparent: () => undefined,
    count: (_counter, attributes) => void counted.push(attributes),
    gauge: () => {},
    flush: async () => void (sent = counted.length),
  };
  return { deps: { ...testDeps(), telemetry }, counted, sent: () => sent };
}

const fails = async (): Promise<never> => {
  throw new Error("No.");
};

// A failure that counts as a success is seen by nobody; what is not sent before the host freezes the process is lost.
test.for([
  [
    "timer",
    (deps: ReturnType<typeof keeping>["deps"], run: () => Promise<void>) =>
      inTimerSpan(deps, "sweep", run),
  ],
  [
    "message",
    (deps: ReturnType<typeof keeping>["deps"], run: () => Promise<void>) =>
      inMessageSpan(deps, { name: "sweep", queue: "graph" }, {}, run),
  ],
] as const)(
  "a run of a %s counts as what it was, and is sent before it ends",
  async ([, inSpan]) => {
    const { deps, counted, sent } = keeping();
    await inSpan(deps, async () => {});
    expect(sent()).toBe(1);
    await expect(inSpan(deps, fails)).rejects.toThrow("No.");
    expect(counted.map(({ function: name, outcome }) => [name, outcome])).toEqual([
      ["sweep", "succeeded"],
      ["sweep", "failed"],
    ]);
    expect(sent()).toBe(2);
  },
);
