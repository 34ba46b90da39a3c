/** Reads what belongs to an incident or resembles it. */
import {
  candidates,
  entityNode,
  followed,
  isFollowed,
  OCCURRENCES_MAX,
  type Occurrences,
  SIMILAR_MAX,
  similarOf,
  titleNode,
} from "../domain/incidentsSimilar.ts";
import { graphTypeOf } from "../domain/graph.ts";
import { nodeId } from "../domain/graphNames.ts";
import type { DocumentStore } from "../ports/documentStore.ts";
import type { IncidentEntity } from "../schemas/incidents.ts";
import type {
  IncidentEntities,
  IncidentEntitiesQuery,
  SimilarIncidents,
} from "../schemas/incidentsRelated.ts";
import * as graph from "./graph.ts";
import * as incidents from "./incidents.ts";
import { type Bodies, readEnrichment } from "./incidentsEnrichment.ts";
import * as mentions from "./incidentsMentions.ts";

const LATEST_MAX = 5;

/**
 * The incidents that resemble this one most. Bounded whatever is stored: one read of the enrichment, at most 21 queries
 * of one partition each (20 entities and the title, up to 50 small documents), at most 30 point reads.
 */
export async function similar(
  deps: Bodies,
  { record }: incidents.StoredIncident,
): Promise<SimilarIncidents> {
  const { tenant_id, incident_key } = record;
  const { documents } = deps;
  const enrichment = await readEnrichment(deps, tenant_id, incident_key);
  if (enrichment === undefined) return { items: [] };
  const nodes = [
    ...followed(enrichment.record.entities).map((entity) => ({
      entity,
      node: entityNode(entity.id),
    })),
    { entity: undefined, node: titleNode(record.title) },
  ];
  const occurrences = await Promise.all(
    nodes.map(async ({ entity, node }): Promise<Occurrences> => {
      const found = await mentions.of(documents, tenant_id, node, OCCURRENCES_MAX);
      const keys = found.mentions.map(({ mentioned_by }) => mentioned_by);
      return {
        entity,
        others: keys.filter((key) => key !== incident_key),
        isMore: found.isMore,
      };
    }),
  );
  const shown = await Promise.all(
    candidates(occurrences).map(async ({ key, reasons }) => {
      const other = await incidents.read(documents, tenant_id, key);
      return other === undefined ? [] : [similarOf(record, other.record, reasons)];
    }),
  );
  const items = shown.flat().toSorted((a, b) => b.score - a.score || b.number - a.number);
  return { items: items.slice(0, SIMILAR_MAX), compared_at: enrichment.record.enriched_at };
}

/**
 * One page of the incident's entities, each with what other incidents and past investigations tell of it: two queries of
 * one small partition each for every one that is followed.
 */
export async function entities(
  deps: Bodies,
  { record }: incidents.StoredIncident,
  { limit, offset }: IncidentEntitiesQuery,
): Promise<IncidentEntities> {
  const { tenant_id, incident_key } = record;
  const { documents } = deps;
  const enrichment = await readEnrichment(deps, tenant_id, incident_key);
  const all = enrichment?.record.entities ?? [];
  const items = await Promise.all(
    all.slice(offset, offset + limit).map(async (entity) => ({
      ...entity,
      known: isFollowed(entity) ? await knownOf(documents, record, entity) : null,
    })),
  );
  return { items, total: all.length, limit, offset, next_cursor: null };
}

async function knownOf(
  documents: DocumentStore,
  { tenant_id, incident_key }: { tenant_id: string; incident_key: string },
  entity: IncidentEntity,
) {
  const node = entityNode(entity.id);
  const { mentions: all, isMore } = await mentions.of(documents, tenant_id, node, OCCURRENCES_MAX);
  const others = all
    .filter(({ mentioned_by }) => mentioned_by !== incident_key)
    .toSorted((a, b) => Date.parse(b.created_at) - Date.parse(a.created_at));
  const { sessions, hasMore } = await sessionsOf(documents, tenant_id, entity);
  return {
    incidents: others.length,
    is_more: isMore,
    latest: others.slice(0, LATEST_MAX).map(({ number }) => number),
    first_seen_at: others.at(-1)?.created_at ?? null,
    last_seen_at: others[0]?.created_at ?? null,
    sessions,
    has_more_sessions: hasMore,
  };
}

/** The investigations that the knowledge graph knows it from. */
async function sessionsOf(documents: DocumentStore, tenantId: string, entity: IncidentEntity) {
  const type = graphTypeOf(entity.type);
  if (type === undefined) return { sessions: [], hasMore: false };
  const limit = LATEST_MAX + 1;
  const seen = await graph.sightingsOf(documents, tenantId, nodeId(type, entity.value), { limit });
  return {
    sessions: seen.slice(0, LATEST_MAX).map(({ session_id, incident_number, verdict, at }) => ({
      session_id,
      incident_number,
      verdict,
      at,
    })),
    hasMore: seen.length > LATEST_MAX,
  };
}
