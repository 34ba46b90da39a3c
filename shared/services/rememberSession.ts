/** Puts what a session found into the knowledge graph. Runs at least once; a repeat changes nothing. */
import { connectionsIn, edgeId, mentionedIn, provenanceOf } from "../domain/graph.ts";
import type { Deps } from "../ports/deps.ts";
import { remember } from "../repositories/graph.ts";
import { readSession } from "../repositories/sessions.ts";
import type { GraphMessage } from "../schemas/messages.ts";

export async function rememberSession(
  { documents }: Pick<Deps, "documents">,
  { tenant_id, session_id }: GraphMessage,
): Promise<void> {
  const stored = await readSession(documents, tenant_id, session_id);
  const report = stored?.session.report;
  if (stored === undefined || report === undefined) return;
  const { session } = stored;
  const at = session.completed_at ?? session.created_at;
  const seen = { tenant_id, first_seen: at, last_seen: at };
  const mentioned = mentionedIn(report);
  for (const { node_id, entity_type, value } of mentioned) {
    const provenance = [provenanceOf(session, null)];
    const node = { id: "node", type: "node", aliases: [] } as const;
    await remember(documents, {
      ...node,
      ...seen,
      node_id,
      entity_type,
      value,
      provenance,
      aliases: [],
    });
  }
  for (const connection of connectionsIn(report, mentioned)) {
    const { relation, from, to, evidence_id } = connection;
    const provenance = [provenanceOf(session, evidence_id)];
    for (const node_id of [from, to]) {
      const edge = { id: edgeId(connection), type: "edge", count: 1 } as const;
      await remember(documents, { ...edge, ...seen, node_id, relation, from, to, provenance });
    }
  }
}
