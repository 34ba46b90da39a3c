/** Puts what a session found into the search index and the knowledge graph. Runs at least once; a repeat changes nothing. */
import {
  type Connection,
  connectionsIn,
  connectionsOfAlerts,
  edgeId,
  type Mentioned,
  mentionedIn,
  observedAt,
  provenanceOf,
} from "../domain/graph.ts";
import { namesTogether } from "../domain/graphAliases.ts";
import { isTelling, nodeId } from "../domain/graphNames.ts";
import type { Deps } from "../ports/deps.ts";
import { rememberEdge, rememberEntity } from "../repositories/graph.ts";
import { joinNames } from "../repositories/graphNames.ts";
import { readEnrichment } from "../repositories/incidentsEnrichment.ts";
import { allEvidence } from "../repositories/sessionEvidence.ts";
import { readSession } from "../repositories/sessions.ts";
import { indexSession } from "../repositories/sessionsSearch.ts";
import type { IncidentEntity } from "../schemas/incidents.ts";
import type { GraphMessage } from "../schemas/messages.ts";
import type { Report, SessionRecord } from "../schemas/sessions.ts";

type Needs = Pick<Deps, "blobs" | "documents">;

export async function rememberSession(
  deps: Needs,
  { tenant_id, session_id }: GraphMessage,
): Promise<void> {
  const stored = await readSession(deps.documents, tenant_id, session_id);
  const report = stored?.session.report;
  if (stored === undefined || report === undefined) return;
  const { documents } = deps;
  const { session } = stored;
  await indexSession(documents, tenant_id, session_id);
  const mentioned = mentionedIn(report);
  for (const { node_id, entity_type, value, claimIds } of mentioned) {
    const evidence_id =
      report.claims.find(({ id }) => claimIds.includes(id))?.refs[0]?.evidence_id ?? null;
    const where = { evidence_id, observed_at: observedAt(report, claimIds) };
    const node = { tenant_id, node_id, entity_type, value };
    await rememberEntity(documents, node, provenanceOf(session, where));
  }
  const entities = await entitiesOf(deps, session);
  await joinAll(deps, session, mentioned, entities);
  for (const connection of connections(report, mentioned, entities)) {
    const { relation, from, to } = connection;
    for (const node_id of [from, to]) {
      const edge = { id: edgeId(connection), tenant_id, node_id, relation, from, to };
      await rememberEdge(documents, edge, provenanceOf(session, connection));
    }
  }
}

/** What the incident's alerts name; nothing without an incident, or before it was enriched. */
async function entitiesOf(
  deps: Needs,
  { tenant_id, incident_key }: SessionRecord,
): Promise<readonly IncidentEntity[]> {
  if (incident_key === undefined) return [];
  return (await readEnrichment(deps, tenant_id, incident_key))?.record.entities ?? [];
}

/** Those of claims, and of alerts between entities that no claim speaks of together. */
function connections(
  report: Report,
  mentioned: readonly Mentioned[],
  entities: readonly IncidentEntity[],
): Connection[] {
  const claimed = connectionsIn(report, mentioned);
  const pairs = new Set(claimed.map(({ from, to }) => JSON.stringify([from, to].toSorted())));
  const others = connectionsOfAlerts(entities, mentioned).filter(
    ({ from, to }) => !pairs.has(JSON.stringify([from, to])),
  );
  return [...claimed, ...others];
}

/** Joins names that the incident's alerts, or the rows of evidence, have together. */
async function joinAll(
  deps: Needs,
  session: SessionRecord,
  mentioned: readonly Mentioned[],
  entities: readonly IncidentEntity[],
): Promise<void> {
  const { tenant_id } = session;
  const at = session.completed_at ?? session.created_at;
  const evidence = await allEvidence(deps, session);
  // A person and the mailbox of that name are one.
  const mailboxes = mentioned
    .filter(({ entity_type, value }) => entity_type === "user" && value.includes("@"))
    .filter(({ value }) => isTelling("user", value))
    .map(({ node_id, value }) => [
      { node_id, value },
      { node_id: nodeId("email", value), value },
    ]);
  const groups = [...mailboxes, ...namesTogether(entities, evidence)];
  for (const [first, ...others] of groups) {
    for (const other of others) {
      if (first !== undefined) await joinNames(deps.documents, tenant_id, [first, other], at);
    }
  }
}
