/** How much one caller may ask of Log Analytics: 200 requests in 30 seconds, five at once and 200 waiting. */
import type { WireReply } from "./wireReply.ts";
import { serviceError } from "./wireReply.ts";

export interface Throttle {
  /**
   * Runs the work when it is the caller's turn.
   * @param caller who asks: a token's holder
   * @param nowMs what the workspace's clock shows: whoever waits for Retry-After by that clock has waited
   */
  run(caller: string, nowMs: number, work: () => Promise<WireReply>): Promise<WireReply>;
}

export interface Limits {
  readonly requests: number;
  readonly windowMs: number;
  readonly atOnce: number;
  readonly waiting: number;
  readonly waitMs: number;
}

/** Limits of the service (its documentation: service limits, user query throttling). */
export const LOG_ANALYTICS_LIMITS: Limits = {
  requests: 200,
  windowMs: 30_000,
  atOnce: 5,
  waiting: 200,
  waitMs: 180_000,
};

interface Caller {
  /** When the requests of the window came, oldest first. */
  readonly times: number[];
  readonly waiting: ((isTurn: boolean) => void)[];
  running: number;
}

export function createThrottle(limits: Limits): Throttle {
  const callers = new Map<string, Caller>();
  return {
    run: async (name, nowMs, work) => {
      const caller = callers.get(name) ?? { times: [], waiting: [], running: 0 };
      callers.set(name, caller);
      const since = nowMs - limits.windowMs;
      while (caller.times[0] !== undefined && caller.times[0] <= since) caller.times.shift();
      const [oldest] = caller.times;
      if (oldest !== undefined && caller.times.length >= limits.requests)
        return throttled((oldest - since) / 1000);
      caller.times.push(nowMs);
      if (caller.running < limits.atOnce) caller.running += 1;
      else if (!(await turn(caller, limits))) return throttled(limits.windowMs / 1000);
      try {
        return await work();
      } finally {
        // Whoever leaves hands its place over.
        const next = caller.waiting.shift();
        if (next === undefined) caller.running -= 1;
        else next(true);
      }
    },
  };
}

/** Waits for a place; false when there is no room to wait, or it takes too long. */
async function turn({ waiting }: Caller, limits: Limits): Promise<boolean> {
  if (waiting.length >= limits.waiting) return false;
  return new Promise((resolve) => {
    const start = (isTurn: boolean): void => {
      clearTimeout(timer);
      resolve(isTurn);
    };
    const timer = setTimeout(() => {
      waiting.splice(waiting.indexOf(start), 1);
      start(false);
    }, limits.waitMs);
    timer.unref();
    waiting.push(start);
  });
}

const throttled = (seconds: number): WireReply =>
  serviceError(429, "ThrottledError", "Rate limit is exceeded. Try again later.", undefined, {
    "retry-after": String(Math.max(1, Math.ceil(seconds))),
  });
