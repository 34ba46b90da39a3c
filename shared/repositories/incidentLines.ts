/**
 * Lines of the incident list. A line is made, checked and written as JSON once for each version of an incident: the same
 * hundred incidents are listed again and again, and most of what a list costs is this.
 */
import { isSettled } from "../domain/incidents.ts";
import { summaryOf } from "../domain/incidentViews.ts";
import type { Deps } from "../ports/deps.ts";
import type { DocumentStore, Query, Stored } from "../ports/documentStore.ts";
import { IncidentRecord, IncidentSummary } from "../schemas/incidents.ts";
import { page } from "./incidents.ts";
import * as syncState from "./syncState.ts";

interface IncidentLine {
  summary: IncidentSummary;
  /** The summary as it is sent. */
  json: string;
}

/**
 * One version of one incident, without Sentinel's row, which may be large; and its lines by whether it counts as settled,
 * which is the passing of time and no change.
 */
interface Known {
  /** `sync` as it is stored. */
  summary: IncidentSummary;
  settled: IncidentLine | undefined;
  unsettled: IncidentLine | undefined;
}

/** Some thirty pages of a hundred; about 10 MB. The one that was made first goes first. */
const KNOWN_MAX = 3_000;
/** By tenant, incident and etag: another version is another entry, so that none can be out of date. */
const knownOf = new WeakMap<DocumentStore, Map<string, Known>>();

/** One page of the tenant's incidents, in the order of the query. */
export async function listLines(
  { clock, documents }: Pick<Deps, "clock" | "documents">,
  tenantId: string,
  query: Omit<Query, "partition">,
): Promise<{ items: IncidentLine[]; cursor: string | undefined }> {
  const { found, cursor } = await versions(documents, tenantId, query);
  const now = clock.now();
  // How far a provider's syncs have come matters only to incidents that time has not settled yet.
  const open = found.filter(({ summary }) => !isSettled(summary.sync, undefined, now));
  const ids = [...new Set(open.map(({ summary }) => summary.provider_id))];
  const states = await Promise.all(ids.map((id) => syncState.read(documents, tenantId, id)));
  const syncedAt = new Map(states.map((state) => [state?.provider_id, state?.last_success_at]));
  return {
    items: found.map((known) => {
      const { provider_id, sync } = known.summary;
      return lineOf(known, isSettled(sync, syncedAt.get(provider_id), now));
    }),
    cursor,
  };
}

/** Asks first which versions they are: only where one is new, the documents are read as well. */
async function versions(
  documents: DocumentStore,
  tenantId: string,
  query: Omit<Query, "partition">,
): Promise<{ found: Known[]; cursor: string | undefined }> {
  const known = linesOf(documents);
  const select = ["incident_key"];
  const { items, cursor } = await page(documents, tenantId, { ...query, select });
  const found = items.map((stored) => known.get(versionKey(tenantId, stored)));
  const isKnown = found.every((one) => one !== undefined);
  if (isKnown) return { found, cursor };
  const read = await page(documents, tenantId, query);
  return {
    found: read.items.map((stored) => versionOf(known, tenantId, stored)),
    cursor: read.cursor,
  };
}

function linesOf(documents: DocumentStore): Map<string, Known> {
  const known = knownOf.get(documents) ?? new Map<string, Known>();
  knownOf.set(documents, known);
  return known;
}

const versionKey = (tenantId: string, { doc, etag }: Stored): string =>
  JSON.stringify([tenantId, doc["incident_key"], etag]);

function versionOf(known: Map<string, Known>, tenantId: string, stored: Stored): Known {
  const key = versionKey(tenantId, stored);
  const found = known.get(key);
  if (found !== undefined) return found;
  const record = IncidentRecord.parse(stored.doc);
  const summary = IncidentSummary.parse(summaryOf(record, record.sync.settled));
  const fresh = { summary, settled: undefined, unsettled: undefined };
  known.set(key, fresh);
  const [oldest] = known.keys();
  if (known.size > KNOWN_MAX && oldest !== undefined) known.delete(oldest);
  return fresh;
}

function lineOf(known: Known, settled: boolean): IncidentLine {
  const state = settled ? "settled" : "unsettled";
  return (known[state] ??= written(known.summary, settled));
}

function written(stored: IncidentSummary, settled: boolean): IncidentLine {
  const summary = { ...stored, sync: { ...stored.sync, settled } };
  return { summary, json: JSON.stringify(summary) };
}
