/** Edges of the knowledge graph as readers see them: as of a time, names of one entity put together. */
import type { EdgeRecord, GraphEdge, SightingRecord } from "../schemas/graph.ts";
import { remembered } from "./graph.ts";

/**
 * The edge as it was known at a time; without one, as it is known now. Of an edge that more investigations saw later
 * than it keeps, `count` is at least what it was.
 */
export function asKnown(
  { relation, from, to, first_seen, last_seen, count, provenance }: EdgeRecord,
  asOf: string | undefined,
): GraphEdge {
  const edge = { relation, from, to, first_seen };
  if (asOf === undefined || last_seen <= asOf) return { ...edge, last_seen, count, provenance };
  const then = provenance.filter(({ at }) => at <= asOf);
  const last = then[0]?.at ?? first_seen;
  return { ...edge, last_seen: last, count: Math.max(1, then.length), provenance: then };
}

/** The same edge under two names of an end: an investigation that saw both counts once. */
export function together(a: GraphEdge, b: GraphEdge): GraphEdge {
  const seenIn = new Set(a.provenance.map(({ session_id }) => session_id));
  const both = b.provenance.filter(({ session_id }) => seenIn.has(session_id)).length;
  return {
    ...a,
    first_seen: a.first_seen < b.first_seen ? a.first_seen : b.first_seen,
    last_seen: a.last_seen > b.last_seen ? a.last_seen : b.last_seen,
    count: a.count + b.count - both,
    provenance: remembered(a.provenance, b.provenance),
  };
}

/** Each investigation once, newest first. */
export function eachOnce(sightings: readonly SightingRecord[]): SightingRecord[] {
  const bySession = new Map(sightings.map((one) => [one.session_id, one]));
  return [...bySession.values()].toSorted((a, b) => (a.at < b.at ? 1 : -1));
}

/** Leads from an entity to a session that named it. */
export function sessionEdge(from: string, sighting: SightingRecord): GraphEdge {
  const { session_id, incident_number, evidence_id, verdict, at, observed_at } = sighting;
  return {
    relation: "INVESTIGATED_IN",
    from,
    to: `session:${session_id}`,
    first_seen: at,
    last_seen: at,
    count: 1,
    provenance: [{ session_id, incident_number, evidence_id, verdict, at, observed_at }],
  };
}
