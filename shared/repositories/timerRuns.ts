/** Last runs of the timers: container `control`, a document for each. */
import type { DocumentStore, Write } from "../ports/documentStore.ts";
import { TimerRunRecord } from "../schemas/adminHealth.ts";

const CONTAINER = "control";
const TIMERS_MAX = 200;
/** A timer that is gone from the program goes from the list too. */
const KEPT_SECONDS = 45 * 86_400;

export async function read(
  documents: DocumentStore,
  name: string,
): Promise<{ run: TimerRunRecord; etag: string } | undefined> {
  const id = idOf(name);
  const stored = await documents.read(CONTAINER, [id], id);
  return stored && { run: TimerRunRecord.parse(stored.doc), etag: stored.etag };
}

export function save(
  documents: DocumentStore,
  run: Omit<TimerRunRecord, "id" | "type">,
  etag: string | undefined,
): Promise<"done" | "conflict"> {
  const id = idOf(run.name);
  const doc: TimerRunRecord = { ...run, id, type: "timer-run" };
  const ttlSeconds = KEPT_SECONDS;
  const write: Write =
    etag === undefined
      ? { kind: "create", doc, ttlSeconds }
      : { kind: "replace", doc, etag, ttlSeconds };
  return documents.batch(CONTAINER, [id], [write]);
}

/** By name. */
export async function list(documents: DocumentStore): Promise<TimerRunRecord[]> {
  const where = [{ op: "eq", field: "type", value: "timer-run" } as const];
  const page = await documents.query(CONTAINER, { where, limit: TIMERS_MAX });
  return page.items
    .map(({ doc }) => TimerRunRecord.parse(doc))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

const idOf = (name: string): string => `timer-run:${name}`;
