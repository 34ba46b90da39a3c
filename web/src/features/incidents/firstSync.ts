/** Whether a workspace is being read for the first time. */
import type { SyncOfProvider } from "./queries.ts";

/** None has been read yet, and none of them has failed: the incidents are on their way. */
export const isFirstSyncRunning = (syncs: readonly SyncOfProvider[]): boolean =>
  syncs.length > 0 &&
  syncs.every(({ last_synced_at, error }) => last_synced_at === null && error === undefined);
