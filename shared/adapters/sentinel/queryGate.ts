/**
 * Lets few queries of this process into a workspace at a time: who waits here asks the budget that all instances share
 * for nothing. The sync goes first; then people's hunts, which never hold every place; then everything else.
 */
import { AppError } from "../../domain/errors.ts";

/** `hunt`: a person waits for the answer. */
export type QueryKind = "sync" | "hunt" | "other";

export interface QueryGate {
  /**
   * Waits for a free place in the workspace, then runs the work.
   * @throws AppError `rate-limited` for a hunt that found no place in time.
   */
  enter<T>(workspaceId: string, kind: QueryKind, work: () => Promise<T>): Promise<T>;
}

export interface QueryGateLimits {
  readonly places?: number;
  /** How many of the places hunts may hold. */
  readonly hunts?: number;
  readonly huntWaitMs?: number;
}

interface Lane {
  running: number;
  hunts: number;
  readonly waiting: Record<QueryKind, (() => void)[]>;
}

/** What somebody who is told to come back should wait. */
const RETRY_SECONDS = 10;

export function createQueryGate({
  places = 4,
  hunts = 3,
  huntWaitMs = 30_000,
}: QueryGateLimits = {}): QueryGate {
  const lanes = new Map<string, Lane>();
  const laneOf = (workspaceId: string): Lane => {
    const lane = lanes.get(workspaceId) ?? {
      running: 0,
      hunts: 0,
      waiting: { sync: [], hunt: [], other: [] },
    };
    lanes.set(workspaceId, lane);
    return lane;
  };
  const admit = (lane: Lane): void => {
    const { sync, hunt, other } = lane.waiting;
    while (lane.running < places) {
      // The newest hunt first: who asked last still looks at the page, the oldest may be given up.
      const next = sync.shift() ?? (lane.hunts < hunts ? hunt.pop() : undefined) ?? other.shift();
      if (next === undefined) return;
      next();
    }
  };
  return {
    enter: async (workspaceId, kind, work) => {
      const lane = laneOf(workspaceId);
      const turn = place(lane, kind, kind === "hunt" ? huntWaitMs : undefined);
      admit(lane);
      await turn;
      try {
        return await work();
      } finally {
        lane.running -= 1;
        if (kind === "hunt") lane.hunts -= 1;
        admit(lane);
        if (lane.running === 0 && lane.waiting.hunt.length === 0) lanes.delete(workspaceId);
      }
    },
  };
}

/** Settles when the lane lets the caller in. */
const place = (lane: Lane, kind: QueryKind, waitMs: number | undefined): Promise<void> =>
  new Promise((resolve, reject) => {
    const queue = lane.waiting[kind];
    const start = (): void => {
      clearTimeout(timer);
      lane.running += 1;
      if (kind === "hunt") lane.hunts += 1;
      resolve();
    };
    const giveUp = (): void => {
      queue.splice(queue.indexOf(start), 1);
      reject(noPlace());
    };
    const timer = waitMs === undefined ? undefined : setTimeout(giveUp, waitMs);
    queue.push(start);
  });

const noPlace = (): AppError =>
  new AppError(
    "rate-limited",
    "Too many queries run on this workspace at once. Try again when they have ended.",
    { retryAfterSeconds: RETRY_SECONDS },
  );
