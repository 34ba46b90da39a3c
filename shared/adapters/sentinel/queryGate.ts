/**
 * Lets few queries of this process into a workspace at a time, the sync first: who waits here asks the budget that all
 * instances share for nothing.
 */

export interface QueryGate {
  /** Waits for a free place in the workspace, then runs the work. */
  enter<T>(workspaceId: string, isSync: boolean, work: () => Promise<T>): Promise<T>;
}

interface Lane {
  running: number;
  readonly syncs: (() => void)[];
  readonly others: (() => void)[];
}

export function createQueryGate(limit = 4): QueryGate {
  const lanes = new Map<string, Lane>();
  const laneOf = (workspaceId: string): Lane => {
    const lane = lanes.get(workspaceId) ?? { running: 0, syncs: [], others: [] };
    lanes.set(workspaceId, lane);
    return lane;
  };
  return {
    enter: async (workspaceId, isSync, work) => {
      const lane = laneOf(workspaceId);
      if (lane.running < limit) lane.running += 1;
      // Whoever leaves hands its place over, so the count stays as it is.
      else await new Promise<void>((resolve) => (isSync ? lane.syncs : lane.others).push(resolve));
      try {
        return await work();
      } finally {
        const next = lane.syncs.shift() ?? lane.others.shift();
        if (next !== undefined) next();
        else if (--lane.running === 0) lanes.delete(workspaceId);
      }
    },
  };
}
