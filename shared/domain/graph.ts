/** What a report adds to the knowledge graph: normalized entities, and edges between those of one claim. */
import { createHash } from "node:crypto";

import type { GraphType, Provenance, Relation } from "../schemas/graph.ts";
import type { IncidentEntity } from "../schemas/incidents.ts";
import type { Claim, Report, SessionRecord } from "../schemas/sessions.ts";
import { nodeId } from "./graphNames.ts";

/** A node with more edges than this is followed no further: a proxy, an office, a service account. */
export const HUB_EDGES = 25;
/** Kept on an edge. */
const PROVENANCE_MAX = 50;
/** Entities of one report that are remembered, those with claims first. */
const ENTITIES_MAX = 40;
/** Of one alert, for what it names to hang together. */
const TOGETHER_MAX = 8;

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
  observed_at: string | null;
}

const TYPES: Readonly<Record<string, GraphType>> = {
  account: "user",
  mailbox: "email",
  ip: "ip",
  host: "host",
  domain: "domain",
  url: "url",
  file_hash: "hash",
  file: "process",
};

/** What the graph calls an entity of that type; `undefined` when it keeps none of them. */
export const graphTypeOf = (entityType: string): GraphType | undefined => TYPES[entityType];

/** The entities of a report that the graph has a type for, each once. A mailbox of one's own people is that person. */
export function mentionedIn({ entities }: Report): Mentioned[] {
  const ownDomains = new Set(
    entities.filter(({ type }) => type === "account").map(({ value }) => domainOf(value)),
  );
  const found = new Map<string, Mentioned>();
  for (const { type, value, claim_ids } of entities.toSorted(
    (a, b) => b.claim_ids.length - a.claim_ids.length,
  )) {
    const isOwn = type === "mailbox" && ownDomains.has(domainOf(value));
    const entity_type = isOwn ? "user" : TYPES[type];
    if (entity_type === undefined || value.trim() === "") continue;
    const node_id = nodeId(entity_type, value);
    const claimIds = [...(found.get(node_id)?.claimIds ?? []), ...claim_ids];
    found.set(node_id, { node_id, entity_type, value, claimIds });
  }
  return [...found.values()].slice(0, ENTITIES_MAX);
}

const domainOf = (address: string): string | undefined => address.split("@")[1]?.toLowerCase();

/** Two entities hang together when one verified claim is about both. */
export function connectionsIn(report: Report, mentioned: readonly Mentioned[]): Connection[] {
  const found = new Map<string, Connection>();
  for (const claim of report.claims.filter(({ check }) => check === "verified")) {
    const together = inOrder(
      claim,
      mentioned.filter(({ claimIds }) => claimIds.includes(claim.id)),
    );
    const where = {
      evidence_id: claim.refs[0]?.evidence_id ?? null,
      observed_at: observedAt(report, [claim.id]),
    };
    together.forEach((a, i) =>
      together.slice(i + 1).forEach((b) => {
        const connection = { ...relationOf(a, b), ...where };
        if (!found.has(edgeId(connection))) found.set(edgeId(connection), connection);
      }),
    );
  }
  return [...found.values()];
}

/**
 * Entities of the report that one alert names together hang together, whatever the claims say; how is not known.
 * Alerts that name very many say little.
 */
export function connectionsOfAlerts(
  entities: readonly IncidentEntity[],
  mentioned: readonly Mentioned[],
): Connection[] {
  const byAlert = new Map<string, Set<string>>();
  for (const { type, value, aliases, sources } of entities) {
    const names = new Set([value, ...aliases].map((name) => `${TYPES[type] ?? ""}:${name}`));
    const own = mentioned.filter((one) => names.has(`${one.entity_type}:${one.value}`));
    for (const { alert_id } of sources) {
      const ids = byAlert.get(alert_id) ?? new Set();
      for (const { node_id } of own) ids.add(node_id);
      byAlert.set(alert_id, ids);
    }
  }
  const found = new Map<string, Connection>();
  for (const ids of byAlert.values()) {
    if (ids.size > TOGETHER_MAX) continue;
    const sorted = [...ids].toSorted();
    sorted.forEach((from, i) =>
      sorted.slice(i + 1).forEach((to) => {
        const edge = { relation: "ASSOCIATED_WITH", from, to } as const;
        found.set(edgeId(edge), { ...edge, evidence_id: null, observed_at: null });
      }),
    );
  }
  return [...found.values()];
}

/** When the newest of what the claims are about happened, by the report's timeline; null when that does not say. */
export function observedAt({ timeline }: Report, claimIds: readonly string[]): string | null {
  const times = timeline
    .filter(({ claim_ids }) => claim_ids.some((id) => claimIds.includes(id)))
    .map(({ at }) => at);
  return times.toSorted().at(-1) ?? null;
}

/** As the claim names them: the source of a connection comes before its destination. */
function inOrder({ refs }: Claim, mentioned: readonly Mentioned[]): Mentioned[] {
  const placeOf = ({ value }: Mentioned): number => {
    const at = refs.findIndex((ref) => ref.value === value);
    return at === -1 ? refs.length : at;
  };
  return mentioned.toSorted((a, b) => placeOf(a) - placeOf(b));
}

const RELATIONS: readonly (readonly [GraphType, GraphType, Relation])[] = [
  ["user", "ip", "SIGNED_IN_FROM"],
  ["host", "ip", "CONNECTED_TO"],
  ["process", "ip", "CONNECTED_TO"],
  ["ip", "ip", "CONNECTED_TO"],
  ["host", "host", "CONNECTED_TO"],
  ["domain", "ip", "RESOLVED_TO"],
  ["process", "host", "RAN_ON"],
  ["process", "url", "DOWNLOADED_FROM"],
  ["hash", "url", "DOWNLOADED_FROM"],
  ["process", "domain", "DOWNLOADED_FROM"],
  ["hash", "domain", "DOWNLOADED_FROM"],
  ["host", "domain", "COMMUNICATED_WITH"],
  ["host", "url", "COMMUNICATED_WITH"],
  ["email", "user", "COMMUNICATED_WITH"],
];

function relationOf(a: Mentioned, b: Mentioned): Pick<Connection, "relation" | "from" | "to"> {
  for (const [from, to, relation] of RELATIONS) {
    for (const [one, other] of [
      [a, b],
      [b, a],
    ] as const) {
      if (one.entity_type === from && other.entity_type === to) {
        return { relation, from: one.node_id, to: other.node_id };
      }
    }
  }
  const [from = "", to = ""] = [a.node_id, b.node_id].toSorted();
  return { relation: "ASSOCIATED_WITH", from, to };
}

/** The same edge has the same id at both ends, and in every run. */
export const edgeId = ({ relation, from, to }: Pick<Connection, "relation" | "from" | "to">) =>
  `edge:${createHash("sha256")
    .update(JSON.stringify([relation, from, to]))
    .digest("hex")
    .slice(0, 40)}`;

/** Both, newest first, each session once. Of more than are kept the oldest stays: it tells since when. */
export function remembered(a: readonly Provenance[], b: readonly Provenance[]): Provenance[] {
  const bySession = new Map([...a, ...b].map((one) => [one.session_id, one]));
  const all = [...bySession.values()].toSorted((x, y) => (x.at < y.at ? 1 : -1));
  const oldest = all.at(-1);
  if (all.length <= PROVENANCE_MAX || oldest === undefined) return all;
  return [...all.slice(0, PROVENANCE_MAX - 1), oldest];
}

/** Share of the investigations that found an attack, 0 to 1. What everything is connected to takes little part in it. */
export function riskOf(verdicts: readonly string[], edges: number): number {
  if (verdicts.length === 0) return 0;
  const attacks = verdicts.filter((verdict) => verdict === "true_positive").length;
  const damping = edges > HUB_EDGES ? HUB_EDGES / edges : 1;
  return Math.round((attacks / verdicts.length) * damping * 1000) / 1000;
}

export const provenanceOf = (
  session: SessionRecord,
  at: Pick<Connection, "evidence_id" | "observed_at">,
): Provenance => ({
  session_id: session.session_id,
  incident_number: session.incident_number ?? null,
  evidence_id: at.evidence_id,
  verdict: session.report?.verdict ?? "undetermined",
  at: session.completed_at ?? session.created_at,
  observed_at: at.observed_at,
});
