/** Circuits in the memory of one process: another one, or the next, finds out by itself with one call to each receiver. */
import type { CallOutcome, Circuits, Pass } from "../../ports/circuits.ts";
import type { Clock } from "../../ports/clock.ts";
import { atMost } from "../../ports/patience.ts";

/** Calls at once to a receiver that answers: as many as an instance has workers, or half of them when it takes its time. */
const CALLS_WHEN_FAST = 4;
const CALLS_WHEN_SLOW = 2;
const FAST_MS = 100;
/** A call that takes longer than this, and than its receiver's usual time some times over, may hang: no more is risked on it. */
const DOUBTFUL_MS = 250;
const DOUBTFUL_TIMES = 4;
/** Channels end every call before this: what seems to take longer is a clock that was moved, or a machine that slept. */
const LONGEST_CALL_MS = 15_000;
/** Share of the newest call in what is taken for a receiver's usual time. */
const NEWEST = 0.3;
/** What comes meanwhile asks again after so long. */
const DOUBTFUL_AGAIN_MS = 5_000;
/** Failures in a row after which a receiver is left alone. One call that hangs is enough. */
const FAILURES_MAX = 5;
const FIRST_REST_MS = { failed: 10_000, hung: 30_000 } as const;
const LONGEST_REST_MS = 300_000;
/** Between two places in the line of a receiver that is not well: bounds what its backlog costs, however long it is. */
const PACE_MS = 100;
const FASTEST_PACE_MS = 10;
const LONGEST_LINE_MS = 3_600_000;
/** Receivers that are remembered; the one that was asked for longest ago is forgotten first. */
const RECEIVERS_MAX = 10_000;
/** How long a worker waits for a call. */
const PATIENCE_MS = 500;
/** Calls that go on without a worker. */
const LOOSE_MAX = 200;

export interface CircuitsOptions {
  clock: Clock;
  /** How long a worker waits for a call, in real time; half a second unless told. */
  patienceMs?: number;
}

interface Circuit {
  callsMax: number;
  calls: Set<{ startedAt: number }>;
  /** Answered the last time. */
  isProven: boolean;
  latencyMs: number;
  failures: number;
  hangs: number;
  restedAt: number;
  restUntil: number;
  /** When the last of those who were sent away comes again. */
  lineEnd: number;
}

export function createCircuits({ clock, patienceMs = PATIENCE_MS }: CircuitsOptions): Circuits {
  const known = new Map<string, Circuit>();
  const now = (): number => clock.now().getTime();
  let loose = 0;
  return {
    enter(receiver, callsMax = CALLS_WHEN_SLOW) {
      const circuit = remembered(known, receiver, callsMax);
      const at = now();
      if (circuit.restUntil > at || circuit.calls.size >= mostCalls(circuit, at)) {
        const isAnswering = circuit.isProven && circuit.restUntil <= at;
        return { againMs: placeInLine(circuit, at) - at, isAnswering };
      }
      return entered(circuit, now);
    },
    restOf(receiver) {
      const circuit = known.get(receiver);
      const at = now();
      if (circuit === undefined || circuit.restUntil <= at) return undefined;
      return placeInLine(circuit, at) - at;
    },
    forget(receiver) {
      known.delete(receiver);
    },
    async endsSoon(work) {
      if (loose >= LOOSE_MAX) {
        await work;
        return true;
      }
      loose += 1;
      // However it ends, and whoever still waits for it then.
      void work.catch(() => undefined).finally(() => (loose -= 1));
      return (
        (await atMost(
          patienceMs,
          work.then(() => true),
        )) ?? false
      );
    },
  };
}

function remembered(known: Map<string, Circuit>, receiver: string, callsMax: number): Circuit {
  const circuit = known.get(receiver) ?? {
    callsMax,
    calls: new Set(),
    isProven: false,
    latencyMs: 0,
    failures: 0,
    hangs: 0,
    restedAt: 0,
    restUntil: 0,
    lineEnd: 0,
  };
  known.delete(receiver);
  known.set(receiver, circuit);
  const oldest = known.keys().next().value;
  if (known.size > RECEIVERS_MAX && oldest !== undefined) known.delete(oldest);
  return circuit;
}

function isDoubtful({ calls, latencyMs }: Circuit, at: number): boolean {
  const usual = Math.max(DOUBTFUL_MS, DOUBTFUL_TIMES * latencyMs);
  return [...calls].some(({ startedAt }) => at - startedAt > usual);
}

function mostCalls(circuit: Circuit, at: number): number {
  if (!circuit.isProven) return 1;
  const { callsMax, latencyMs } = circuit;
  if (isDoubtful(circuit, at)) return CALLS_WHEN_SLOW;
  return latencyMs < FAST_MS ? Math.max(CALLS_WHEN_FAST, callsMax) : callsMax;
}

function placeInLine(circuit: Circuit, at: number): number {
  const doubtful = isDoubtful(circuit, at);
  const isWell = circuit.isProven && !doubtful;
  const pace = isWell ? Math.max(FASTEST_PACE_MS, circuit.latencyMs / circuit.callsMax) : PACE_MS;
  const from = Math.max(
    at,
    circuit.restUntil,
    circuit.lineEnd,
    doubtful ? at + DOUBTFUL_AGAIN_MS : 0,
  );
  circuit.lineEnd = Math.ceil(Math.min(from + pace, at + LONGEST_LINE_MS));
  return circuit.lineEnd;
}

function entered(circuit: Circuit, now: () => number): Pass {
  const call = { startedAt: now() };
  circuit.calls.add(call);
  return {
    end(outcome, leaveAloneMs = 0) {
      if (!circuit.calls.delete(call) || outcome === "not-made") return;
      const at = now();
      if (outcome === "answered") {
        const took = Math.min(at - call.startedAt, LONGEST_CALL_MS);
        circuit.latencyMs = circuit.isProven
          ? circuit.latencyMs * (1 - NEWEST) + took * NEWEST
          : took;
        Object.assign(circuit, { isProven: true, failures: 0, hangs: 0, restUntil: 0 });
        return;
      }
      circuit.isProven = false;
      // Of several calls that fail together the first says it all.
      if (call.startedAt >= circuit.restedAt) leaveAlone(circuit, outcome, leaveAloneMs, at);
    },
  };
}

function leaveAlone(
  circuit: Circuit,
  outcome: Extract<CallOutcome, "failed" | "hung">,
  askedMs: number,
  at: number,
): void {
  circuit.failures += 1;
  if (outcome === "hung") circuit.hangs += 1;
  const times = outcome === "hung" ? circuit.hangs : circuit.failures - FAILURES_MAX + 1;
  const own = times < 1 ? 0 : FIRST_REST_MS[outcome] * 2 ** (times - 1);
  const rest = Math.min(Math.max(own, askedMs), LONGEST_REST_MS);
  if (rest === 0) return;
  circuit.restedAt = at;
  circuit.restUntil = at + rest;
}
