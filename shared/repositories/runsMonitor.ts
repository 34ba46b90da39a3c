/** Where the monitor of runs stopped when its time was over: container `control`, one document. */
import { z } from "zod";

import type { DocumentStore, Write } from "../ports/documentStore.ts";

/** A partition of schedules, and the page in it to go on with; without a cursor its first one. */
export interface MonitorPosition {
  shard: string;
  cursor: string | undefined;
}

const CONTAINER = "control";
const ID = "runs-monitor";
/** A place that is as old as this is worth nothing. */
const KEPT_SECONDS = 86_400;

const Doc = z.object({ shard: z.string(), cursor: z.string().optional() });

/** `undefined` when it came to the end. */
export async function read(documents: DocumentStore): Promise<MonitorPosition | undefined> {
  const stored = await documents.read(CONTAINER, [ID], ID);
  if (stored === undefined) return undefined;
  const { shard, cursor } = Doc.parse(stored.doc);
  return { shard, cursor };
}

/** A race with another monitor is nothing: either place is a good one. @param position `undefined` when it came to the end. */
export async function save(
  documents: DocumentStore,
  position: MonitorPosition | undefined,
): Promise<void> {
  const stored = await documents.read(CONTAINER, [ID], ID);
  if (position === undefined) {
    if (stored === undefined) return;
    await documents.batch(CONTAINER, [ID], [{ kind: "delete", id: ID }]);
    return;
  }
  const { shard, cursor } = position;
  const doc = { id: ID, type: "runs-monitor", shard, ...(cursor !== undefined && { cursor }) };
  const ttlSeconds = KEPT_SECONDS;
  const write: Write =
    stored === undefined
      ? { kind: "create", doc, ttlSeconds }
      : { kind: "replace", doc, etag: stored.etag, ttlSeconds };
  await documents.batch(CONTAINER, [ID], [write]);
}
