/** What a report adds to the knowledge graph: normalized entities, and edges between those of one claim. */
import { createHash } from "node:crypto";

import type { GraphType, Provenance, Relation } from "../schemas/graph.ts";
import type { Report, SessionRecord } from "../schemas/sessions.ts";

/** A node with more edges than this is followed no further: a proxy, an office, a service account. */
export const HUB_EDGES = 25;
export const PROVENANCE_MAX = 50;
/** Entities of one report that are remembered, those with claims first. */
const ENTITIES_MAX = 40;

export interface Mentioned {
  node_id: string;
  entity_type: GraphType;
  value: string;
  claimIds: readonly string[];
}

export interface Connection {
  relation: Relation;
  from: string;
  to: string;
  evidence_id: string | null;
}

const TYPES: Readonly<Record<string, GraphType>> = {
  account: "user",
  mailbox: "user",
  ip: "ip",
  host: "host",
  domain: "domain",
  url: "url",
  file_hash: "hash",
  file: "process",
};

export const nodeId = (type: GraphType, value: string): string => `${type}:${value.toLowerCase()}`;

/** The entities of a report that the graph has a type for. */
export const mentionedIn = ({ entities }: Report): Mentioned[] =>
  entities
    .toSorted((a, b) => b.claim_ids.length - a.claim_ids.length)
    .flatMap(({ type, value, claim_ids }) => {
      const entity_type = TYPES[type];
      if (entity_type === undefined) return [];
      return [{ node_id: nodeId(entity_type, value), entity_type, value, claimIds: claim_ids }];
    })
    .slice(0, ENTITIES_MAX);

/** Two entities hang together when one verified claim is about both. */
export function connectionsIn(report: Report, mentioned: readonly Mentioned[]): Connection[] {
  const found = new Map<string, Connection>();
  for (const claim of report.claims.filter(({ check }) => check === "verified")) {
    const together = mentioned.filter(({ claimIds }) => claimIds.includes(claim.id));
    together.forEach((a, i) =>
      together.slice(i + 1).forEach((b) => {
        const connection = connectionOf(a, b, claim.refs[0]?.evidence_id ?? null);
        found.set(edgeId(connection), connection);
      }),
    );
  }
  return [...found.values()];
}

const RELATIONS: readonly (readonly [GraphType, GraphType, Relation])[] = [
  ["user", "ip", "SIGNED_IN_FROM"],
  ["host", "ip", "CONNECTED_TO"],
  ["process", "host", "RAN_ON"],
  ["host", "domain", "COMMUNICATED_WITH"],
  ["host", "url", "COMMUNICATED_WITH"],
];

function connectionOf(a: Mentioned, b: Mentioned, evidence_id: string | null): Connection {
  for (const [from, to, relation] of RELATIONS) {
    for (const [one, other] of [
      [a, b],
      [b, a],
    ] as const) {
      if (one.entity_type === from && other.entity_type === to) {
        return { relation, from: one.node_id, to: other.node_id, evidence_id };
      }
    }
  }
  const [from, to] = [a.node_id, b.node_id].toSorted();
  return { relation: "ASSOCIATED_WITH", from: from ?? "", to: to ?? "", evidence_id };
}

/** The same edge has the same id at both ends, and in every run. */
export const edgeId = ({ relation, from, to }: Connection): string =>
  `edge:${createHash("sha256")
    .update(JSON.stringify([relation, from, to]))
    .digest("hex")
    .slice(0, 40)}`;

/** The provenance with one more session in it; the same list when it was there: a repeat changes nothing. */
export const remembered = (known: readonly Provenance[], more: Provenance): Provenance[] =>
  known.some(({ session_id }) => session_id === more.session_id)
    ? [...known]
    : [more, ...known].slice(0, PROVENANCE_MAX);

export const provenanceOf = (session: SessionRecord, evidence_id: string | null): Provenance => ({
  session_id: session.session_id,
  incident_number: session.incident_number ?? null,
  evidence_id,
  verdict: session.report?.verdict ?? "undetermined",
  at: session.completed_at ?? session.created_at,
});
