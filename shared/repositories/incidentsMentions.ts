/** Which incidents mention an entity or a title: container `incidents`, one partition (tenant_id, node) each. */
import type { DocumentStore } from "../ports/documentStore.ts";
import { Mention } from "../schemas/incidentsRelated.ts";

const CONTAINER = "incidents";
/**
 * Ids begin with the time up to here, so that the order of ids, which costs nothing, has the newest first: a node that
 * everybody mentions has as many documents as there are incidents, and sorting them takes seconds.
 */
const LATEST_MS = 9_999_999_999_999;

/** Adds the mention; one that is there already stays. */
export async function add(
  documents: DocumentStore,
  node: string,
  incident: { tenant_id: string; incident_key: string; number: number; created_at: string },
): Promise<void> {
  const { tenant_id, incident_key: mentioned_by, number, created_at } = incident;
  const age = String(LATEST_MS - Date.parse(created_at)).padStart(13, "0");
  const id = `mention:${age}:${mentioned_by}`;
  const doc = {
    type: "mention",
    id,
    tenant_id,
    incident_key: node,
    mentioned_by,
    number,
    created_at,
  };
  await documents.batch(CONTAINER, [tenant_id, node], [{ kind: "create", doc }]);
}

/** The newest mentions of a node, and whether there are more: one query in one partition. */
export async function of(
  documents: DocumentStore,
  tenantId: string,
  node: string,
  limit: number,
): Promise<{ mentions: Mention[]; isMore: boolean }> {
  const { items, cursor } = await documents.query(CONTAINER, {
    partition: [tenantId, node],
    where: [{ op: "eq", field: "type", value: "mention" }],
    limit,
  });
  return { mentions: items.map(({ doc }) => Mention.parse(doc)), isMore: cursor !== undefined };
}
