/** What the figures are made from: ends of sessions and incidents of a stretch of time, kept in memory and caught up. */
import { z } from "zod";

import type { Deps } from "../ports/deps.ts";
import type { DocumentStore, Filter, Query } from "../ports/documentStore.ts";
import { IncidentRecord } from "../schemas/incidents.ts";
import type { JsonObject } from "../schemas/json.ts";
import { SessionOutcome } from "../schemas/metrics.ts";

/** So many of the newest are counted. */
const COUNTED_MAX = 20_000;
/** With what arrives, more gather in memory; then they are read anew. */
const KEPT_MAX = 24_000;
const PAGE = 1000;
/** Changes are asked for again from so long before the newest one: clocks differ, and writes overtake each other. */
const OVERLAP_MS = 300_000;
/** Lists of each kind in memory, up to 15 MB each; the one that was asked for longest ago goes first. */
const LISTS_MAX = 10;
/** Incidents of sessions that are older than the stretch itself; read one by one. */
const OLDER_MAX = 2000;
const AT_ONCE = 20;

/** What the figures need of an incident. */
export const CountedIncident = IncidentRecord.pick({
  incident_key: true,
  status: true,
  classification: true,
  created_at: true,
  updated_at: true,
  closed_at: true,
}).extend({
  sync: z.object({ acknowledged_at: z.iso.datetime().nullish() }).optional(),
  /** The row as it came; Sentinel writes its first change there. */
  sentinel: z.object({ FirstModifiedTime: z.string().nullish() }).optional(),
});
export type CountedIncident = z.infer<typeof CountedIncident>;

/** @returns `from`: everything since then is among them; later than asked for when there was more. */
export interface Counted<Of> {
  items: Of[];
  from: string;
  truncated: boolean;
}

interface Item {
  created_at: string;
  updated_at?: string | undefined;
}

/** What one kind of documents is called, and how it is read. */
interface Kind<Of extends Item> {
  container: "sessions" | "incidents";
  type: string;
  keyOf(item: Of): string;
  parse(doc: JsonObject): Of;
  select?: readonly string[];
  /** What is in memory, by tenant. */
  readonly kept: WeakMap<DocumentStore, Map<string, Kept<Of>>>;
}

/** Everything since `from`, by key, as it was at `readAt`. */
interface Kept<Of> {
  items: ReadonlyMap<string, Of>;
  from: string;
  truncated: boolean;
  readAt: string;
}

const OUTCOMES: Kind<SessionOutcome> = {
  container: "sessions",
  type: "outcome",
  keyOf: ({ session_id }) => session_id,
  parse: (doc) => SessionOutcome.parse(doc),
  kept: new WeakMap(),
};
const INCIDENTS: Kind<CountedIncident> = {
  container: "incidents",
  type: "incident",
  keyOf: ({ incident_key }) => incident_key,
  parse: (doc) => CountedIncident.parse(doc),
  select: Object.keys(CountedIncident.shape),
  kept: new WeakMap(),
};

type Needs = Pick<Deps, "clock" | "documents">;

export const outcomesSince = (
  deps: Needs,
  tenantId: string,
  from: string,
): Promise<Counted<SessionOutcome>> => countedSince(deps, tenantId, from, OUTCOMES);

export const incidentsSince = (
  deps: Needs,
  tenantId: string,
  from: string,
): Promise<Counted<CountedIncident>> => countedSince(deps, tenantId, from, INCIDENTS);

/**
 * Reads what changed since the last time, and everything when that is not enough. The store's count tells whether something
 * was deleted: what is in memory is never another truth than the store's.
 */
async function countedSince<Of extends Item>(
  { clock, documents }: Needs,
  tenantId: string,
  from: string,
  kind: Kind<Of>,
): Promise<Counted<Of>> {
  const lists = kind.kept.get(documents) ?? new Map<string, Kept<Of>>();
  kind.kept.set(documents, lists);
  const known = lists.get(tenantId);
  const asked = { documents, tenantId, kind, from, readAt: clock.now().toISOString() };
  const kept = (known && (await catchUp(asked, known))) ?? (await readAll(asked));
  lists.delete(tenantId);
  lists.set(tenantId, kept);
  const [oldest] = lists.keys();
  if (lists.size > LISTS_MAX && oldest !== undefined) lists.delete(oldest);
  const truncated = kept.truncated && kept.from > from;
  const since = truncated ? kept.from : from;
  const items = [...kept.items.values()].filter(({ created_at }) => created_at >= since);
  return { items, from: since, truncated };
}

interface Asked<Of extends Item> {
  documents: DocumentStore;
  tenantId: string;
  kind: Kind<Of>;
  from: string;
  readAt: string;
}

/** @returns `undefined` when what is known does not reach back so far, or is no longer what the store has. */
async function catchUp<Of extends Item>(
  { documents, tenantId, kind, from, readAt }: Asked<Of>,
  known: Kept<Of>,
): Promise<Kept<Of> | undefined> {
  if (known.from > from && !known.truncated) return undefined;
  const items = new Map(known.items);
  const newest = [...items.values()].reduce((max, one) => later(max, one.updated_at), "");
  const until = newest !== "" && newest < known.readAt ? newest : known.readAt;
  const since = new Date(Date.parse(until) - OVERLAP_MS).toISOString();
  const changes = await documents.query(kind.container, {
    ...queryOf(tenantId, kind, { op: "range", field: "updated_at", from: since }),
    orderBy: { field: "updated_at", direction: "desc" },
    limit: PAGE,
  });
  if (changes.cursor !== undefined) return undefined;
  for (const { doc } of changes.items) {
    const item = kind.parse(doc);
    if (item.created_at >= known.from) items.set(kind.keyOf(item), item);
  }
  const all: Filter = { op: "range", field: "created_at", from: known.from };
  const count = await documents.count(kind.container, queryOf(tenantId, kind, all));
  return count === items.size && count <= KEPT_MAX ? { ...known, items, readAt } : undefined;
}

const later = (a: string, b: string | undefined): string => (b !== undefined && b > a ? b : a);

const queryOf = <Of extends Item>(
  tenantId: string,
  { type, select }: Kind<Of>,
  filter: Filter,
): Pick<Query, "partition" | "where" | "select"> => ({
  partition: [tenantId],
  where: [{ op: "eq", field: "type", value: type }, filter],
  ...(select !== undefined && { select }),
});

async function readAll<Of extends Item>({
  documents,
  tenantId,
  kind,
  from,
  readAt,
}: Asked<Of>): Promise<Kept<Of>> {
  const items = new Map<string, Of>();
  let cursor: string | undefined;
  do {
    const page = await documents.query(kind.container, {
      ...queryOf(tenantId, kind, { op: "range", field: "created_at", from }),
      orderBy: { field: "created_at", direction: "desc" },
      limit: PAGE,
      ...(cursor !== undefined && { cursor }),
    });
    for (const { doc } of page.items) {
      const item = kind.parse(doc);
      items.set(kind.keyOf(item), item);
    }
    ({ cursor } = page);
  } while (cursor !== undefined && items.size < COUNTED_MAX);
  const oldest = cursor === undefined ? undefined : [...items.values()].at(-1)?.created_at;
  return { items, from: oldest ?? from, truncated: oldest !== undefined, readAt };
}

/** Those of the keys that are there, at most 2,000. */
export async function incidentsOf(
  documents: DocumentStore,
  tenantId: string,
  keys: readonly string[],
): Promise<CountedIncident[]> {
  const found: CountedIncident[] = [];
  const wanted = keys.slice(0, OLDER_MAX);
  for (let at = 0; at < wanted.length; at += AT_ONCE) {
    const stored = await Promise.all(
      wanted
        .slice(at, at + AT_ONCE)
        .map((key) => documents.read("incidents", [tenantId, key], "incident")),
    );
    for (const one of stored) if (one !== undefined) found.push(CountedIncident.parse(one.doc));
  }
  return found;
}
