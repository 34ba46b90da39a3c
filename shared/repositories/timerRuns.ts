/** Last runs of the timers: container `control`, a document for each. */
import { retryOnConflict } from "../domain/retryOnConflict.ts";
import type { DocumentStore, Write } from "../ports/documentStore.ts";
import { KnownTimers, TimerRunRecord } from "../schemas/adminHealth.ts";

const CONTAINER = "control";
const TIMERS_MAX = 200;
const KNOWN = "known-timers";
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

/**
 * Since when each of these timers is known to be part of the program; one that was not known is from now on. Without it a
 * timer that never ran could not be told from one that is new.
 */
export function knownSince(
  documents: DocumentStore,
  names: readonly string[],
  now: Date,
): Promise<ReadonlyMap<string, Date>> {
  const attempt = async () => {
    const stored = await documents.read(CONTAINER, [KNOWN], KNOWN);
    const known = stored === undefined ? {} : KnownTimers.parse(stored.doc).since;
    const added = names.filter((name) => known[name] === undefined);
    // Names that are not asked for stay: another version of the program may run beside this one.
    const since = {
      ...known,
      ...Object.fromEntries(added.map((name) => [name, now.toISOString()] as const)),
    };
    const doc = { id: KNOWN, type: KNOWN, since };
    const write: Write =
      stored === undefined ? { kind: "create", doc } : { kind: "replace", doc, etag: stored.etag };
    if (added.length > 0 && (await documents.batch(CONTAINER, [KNOWN], [write])) === "conflict")
      return "conflict";
    return new Map(names.map((name) => [name, new Date(since[name] ?? now)] as const));
  };
  return retryOnConflict(attempt, { what: "The list of timers", code: "store-unavailable" });
}

const idOf = (name: string): string => `timer-run:${name}`;
