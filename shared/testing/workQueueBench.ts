/** Test bench of the WorkQueue contract: what an adapter's test provides, and the steps that all its tests share. */
import { afterEach, beforeEach } from "vitest";

import type { ReceivedMessage, WorkQueue } from "../ports/workQueue.ts";
import type { Json } from "../schemas/json.ts";

/** Empty queues of one broker, seen through two connections. */
export interface WorkQueueBench {
  first: WorkQueue;
  second: WorkQueue;
  /** The broker's time. */
  now(): Date;
  /** Moves the broker's time. Absent where nobody can: then what depends on it is skipped. */
  advance?: (ms: number) => void;
  dispose(): Promise<void>;
}

/** Long enough for any delivery; a limit only when a test fails. */
export const SOON_MS = 5_000;
/** How long a receiver waits for what must not come. */
export const QUIET_MS = 150;

/** Opens a bench before each test and gives the steps on its queue `audit`. */
export function useBench(open: () => Promise<WorkQueueBench>) {
  let bench: WorkQueueBench;
  beforeEach(async () => {
    bench = await open();
  });
  afterEach(async () => bench.dispose());

  return {
    queue: (): WorkQueue => bench.first,
    otherConnection: (): WorkQueue => bench.second,
    now: (): number => bench.now().getTime(),
    advance: (ms: number): void => bench.advance?.(ms),
    sendOne: (id: string, body: Json = null) => bench.first.send("audit", [{ id, body }]),
    /** What comes although nothing should. */
    quiet: () => bench.first.receive("audit", 10, QUIET_MS),
    receiveOne: async (): Promise<ReceivedMessage> => {
      const [message] = await bench.first.receive("audit", 1, SOON_MS);
      if (message === undefined) throw new Error("No message came.");
      return message;
    },
  };
}

export type BenchSteps = ReturnType<typeof useBench>;
