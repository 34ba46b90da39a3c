/** Which incidents resemble another, and why: shared entities weigh more the rarer they are; then title and tactics. */
import { createHash } from "node:crypto";

import type { IncidentEntity, IncidentRecord } from "../schemas/incidents.ts";
import type { SimilarIncident, SimilarReason } from "../schemas/incidentsRelated.ts";

/** Entities of one incident that are followed to others. */
export const FOLLOWED_MAX = 20;
/** Occurrences that are counted; an entity with more is as good as everywhere. */
export const OCCURRENCES_MAX = 50;
export const CANDIDATES_MAX = 30;
export const SIMILAR_MAX = 10;
const TITLE_WEIGHT = 0.5;
const TACTICS_WEIGHT = 0.25;
/** Everybody's cloud and everybody's resource say nothing about who did something. */
const COMMON_TYPES = new Set<IncidentEntity["type"]>([
  "azure_resource",
  "cloud_application",
  "other",
]);

/** The entities worth following: of strong identity, not private, not everybody's; the ones named least come last. */
export const followed = (entities: readonly IncidentEntity[]): IncidentEntity[] =>
  entities.filter(isFollowed).slice(0, FOLLOWED_MAX);

export const isFollowed = (entity: IncidentEntity): boolean =>
  entity.strong && !entity.private && !COMMON_TYPES.has(entity.type);

/** What all mentions of one entity have in common; fixed length, because values may be long. */
export const entityNode = (entityId: string): string => `entity:${hash(entityId)}`;

/** The node of a title; numbers in it differ from case to case and do not count. */
export const titleNode = (title: string): string =>
  `title:${hash(title.toLowerCase().replaceAll(/\d+/g, "#").replaceAll(/\s+/g, " ").trim())}`;

/** @param incidents in how many incidents it occurs, this one included. */
export const weightOf = (incidents: number): number =>
  rounded(1 / Math.log2(1 + Math.max(1, incidents)));

/** Where a node's other incidents are, as far as they were counted. */
export interface Occurrences {
  /** `undefined` for the title. */
  entity: IncidentEntity | undefined;
  /** Incident keys, this one's left out. */
  others: readonly string[];
  isMore: boolean;
}

/** The reasons for each other incident that shares something; the most similar first, at most CANDIDATES_MAX. */
export function candidates(
  occurrences: readonly Occurrences[],
): { key: string; reasons: SimilarReason[] }[] {
  const reasons = new Map<string, SimilarReason[]>();
  for (const occurrence of occurrences) {
    const reason = reasonOf(occurrence);
    for (const key of occurrence.others) reasons.set(key, [...(reasons.get(key) ?? []), reason]);
  }
  return [...reasons]
    .map(([key, found]) => ({ key, reasons: found }))
    .toSorted((a, b) => total(b.reasons) - total(a.reasons) || (a.key < b.key ? -1 : 1))
    .slice(0, CANDIDATES_MAX);
}

function reasonOf({ entity, others, isMore }: Occurrences): SimilarReason {
  if (entity === undefined) return { kind: "title", weight: TITLE_WEIGHT };
  const { id: entity_id, type, value } = entity;
  const incidents = others.length + 1;
  const weight = weightOf(incidents);
  return { kind: "entity", entity_id, type, value, incidents, is_more: isMore, weight };
}

/** The candidate as it is shown, with what its own fields add. */
export function similarOf(
  incident: Pick<IncidentRecord, "tactics">,
  other: IncidentRecord,
  shared: readonly SimilarReason[],
): SimilarIncident {
  const tactics = other.tactics.filter((tactic) => incident.tactics.includes(tactic));
  const all = new Set([...incident.tactics, ...other.tactics]).size;
  const weight = rounded((TACTICS_WEIGHT * tactics.length) / Math.max(1, all));
  const reasons: SimilarReason[] = [
    ...shared,
    ...(tactics.length === 0 ? [] : [{ kind: "tactics", shared: tactics, weight } as const]),
  ].toSorted((a, b) => b.weight - a.weight);
  const { number, provider_id, title, severity, status, classification, created_at } = other;
  return {
    number,
    provider_id,
    title,
    severity: other.local_severity ?? severity,
    status,
    classification,
    created_at,
    score: rounded(total(reasons)),
    reasons,
  };
}

const total = (reasons: readonly SimilarReason[]): number =>
  reasons.reduce((sum, { weight }) => sum + weight, 0);
const rounded = (value: number): number => Math.round(value * 1000) / 1000;
const hash = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 32);
