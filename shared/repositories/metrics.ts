/** What the figures are made from: ends of sessions and incidents of a stretch of time, in pages, newest first. */
import { z } from "zod";

import type { DocumentStore, Filter, Query } from "../ports/documentStore.ts";
import { IncidentRecord } from "../schemas/incidents.ts";
import type { JsonObject } from "../schemas/json.ts";
import { SessionOutcome } from "../schemas/metrics.ts";

/** So many of the newest are counted. */
const COUNTED_MAX = 20_000;
const PAGE = 1000;
/** Incidents of sessions that are older than the stretch itself; read one by one. */
const OLDER_MAX = 2000;
const AT_ONCE = 20;

/** What the figures need of an incident. */
export const CountedIncident = IncidentRecord.pick({
  incident_key: true,
  status: true,
  classification: true,
  created_at: true,
  closed_at: true,
}).extend({
  sync: z.looseObject({ acknowledged_at: z.iso.datetime().nullish() }).optional(),
  /** The row as it came; Sentinel writes its first change there. */
  sentinel: z.looseObject({ FirstModifiedTime: z.string().nullish() }).optional(),
});
export type CountedIncident = z.infer<typeof CountedIncident>;

/** @returns `from`: everything since then is among them; later than asked for when there was more. */
export interface Counted<Item> {
  items: Item[];
  from: string;
  truncated: boolean;
}

export async function outcomesSince(
  documents: DocumentStore,
  tenantId: string,
  from: string,
): Promise<Counted<SessionOutcome>> {
  const where = [{ op: "eq", field: "type", value: "outcome" } as const];
  const found = await newestSince(documents, "sessions", { partition: [tenantId], where }, from);
  return { ...found, items: found.docs.map((doc) => SessionOutcome.parse(doc)) };
}

export async function incidentsSince(
  documents: DocumentStore,
  tenantId: string,
  from: string,
): Promise<Counted<CountedIncident>> {
  const where = [{ op: "eq", field: "type", value: "incident" } as const];
  const select = Object.keys(CountedIncident.shape);
  const query = { partition: [tenantId], where, select };
  const found = await newestSince(documents, "incidents", query, from);
  return { ...found, items: found.docs.map((doc) => CountedIncident.parse(doc)) };
}

async function newestSince(
  documents: DocumentStore,
  container: "sessions" | "incidents",
  { where = [], ...query }: Pick<Query, "partition" | "where" | "select">,
  from: string,
): Promise<{ docs: JsonObject[]; from: string; truncated: boolean }> {
  const since: Filter = { op: "range", field: "created_at", from };
  const docs: JsonObject[] = [];
  let cursor: string | undefined;
  do {
    const page = await documents.query(container, {
      ...query,
      where: [...where, since],
      orderBy: { field: "created_at", direction: "desc" },
      limit: PAGE,
      ...(cursor !== undefined && { cursor }),
    });
    docs.push(...page.items.map(({ doc }) => doc));
    ({ cursor } = page);
  } while (cursor !== undefined && docs.length < COUNTED_MAX);
  const truncated = cursor !== undefined;
  const oldest = docs.at(-1)?.["created_at"];
  return { docs, from: truncated && typeof oldest === "string" ? oldest : from, truncated };
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
