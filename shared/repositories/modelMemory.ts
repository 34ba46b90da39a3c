/** What a tenant's earlier investigations know, as lines for a model: labels are ours, values come from logs. */
import { nodeId } from "../domain/graphNames.ts";
import type { DocumentStore } from "../ports/documentStore.ts";
import { type EdgeRecord, GraphType } from "../schemas/graph.ts";
import { SearchQuery } from "../schemas/search.ts";
import { edgesOf, sightingsOf } from "./graph.ts";
import { readEntity } from "./graphNames.ts";
import { findSessions } from "./sessionsSearch.ts";

const EDGES_MAX = 15;
const VERDICTS_MAX = 10;
const SESSIONS_MAX = 8;
/** Of a question, in characters. */
const WORDS_MAX = 500;

interface Line {
  label: string;
  values: string[];
}

/** What is known of the entity itself, then what hangs together with it, newest first. Empty when nothing is. */
export async function entityHistory(
  documents: DocumentStore,
  tenantId: string,
  value: string,
): Promise<Line[]> {
  const lines: Line[] = [];
  const told = new Set<string>();
  for (const type of GraphType.options) {
    const { root, ids, nodes } = await readEntity(documents, tenantId, nodeId(type, value));
    if (told.has(root)) continue;
    told.add(root);
    for (const { node_id, first_seen, last_seen, value: name } of nodes) {
      const limit = { limit: VERDICTS_MAX };
      const seen = await sightingsOf(documents, tenantId, node_id, limit);
      const verdicts = seen.map(({ verdict, at }) => `${verdict} ${at}`);
      const label = `${type}, first seen ${first_seen}, last seen ${last_seen}; sessions: ${verdicts.join(", ") || "none"}`;
      lines.push({ label, values: [name] });
      const edges = await edgesOf(documents, tenantId, node_id, { limit: EDGES_MAX });
      lines.push(...edges.map((edge) => edgeLine(edge, ids)));
    }
  }
  return lines;
}

function edgeLine(
  { relation, from, to, count, last_seen }: EdgeRecord,
  ids: readonly string[],
): Line {
  const other = ids.includes(from) ? to : from;
  const [type = "", ...rest] = other.split(":");
  const label = `${relation} ${type}, ${count} times, last ${last_seen}`;
  return { label, values: [rest.join(":")] };
}

/** Best first. */
export async function pastSessions(
  documents: DocumentStore,
  tenantId: string,
  words: string,
): Promise<Line[]> {
  const q = words.trim().slice(0, WORDS_MAX);
  if (q === "") return [];
  const query = SearchQuery.parse({ q, limit: SESSIONS_MAX });
  const { items } = await findSessions(documents, tenantId, query);
  return items.map(({ verdict, created_at, incident_number, snippets }) => ({
    label: `${created_at}: ${verdict}${incident_number === null ? "" : `, incident ${incident_number}`}`,
    values: snippets.map(({ text }) => text),
  }));
}
