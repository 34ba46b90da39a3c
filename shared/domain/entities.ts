/** Entities of an incident's alerts, merged: one entry for each thing, whoever named it and however. */
import type { IncidentEntity } from "../schemas/incidents.ts";
import type { Json } from "../schemas/json.ts";
import { entityNodes } from "./entitiesDocument.ts";
import { identify, type Identity } from "./entitiesIdentity.ts";
import { shortened } from "./shortened.ts";

/** The part of an alert that this reads. */
interface AlertEntities {
  id: string;
  entities: readonly Json[];
}

interface Mention {
  identity: Identity;
  alertId: string;
  path: string;
}

/** Longer values are cut: a command line may fill a document. */
const VALUE_MAX = 2000;
const ALIASES_MAX = 20;
/** Where a value stood: enough to find it again in the alerts, and less of it the more there is in all. */
const SOURCES_MAX = 50;
const SOURCES_MIN = 2;
const SOURCES_IN_ALL = 5000;

/**
 * All entities of the alerts, in the order in which they are first named, and the entity ids of each alert.
 * Two mentions are one entity when they share a strong identifier, or when their type and value are the same.
 */
export function mergeEntities(alerts: readonly AlertEntities[]): {
  entities: IncidentEntity[];
  idsByAlert: Map<string, string[]>;
} {
  const groups = grouped(alerts.flatMap(mentionsOf));
  const perEntity = Math.floor(SOURCES_IN_ALL / Math.max(1, groups.length));
  const sourcesMax = Math.min(SOURCES_MAX, Math.max(SOURCES_MIN, perEntity));
  const entities: IncidentEntity[] = [];
  const idsByAlert = new Map<string, string[]>();
  for (const mentions of groups) {
    const entity = entityOf(mentions, sourcesMax);
    entities.push(entity);
    for (const alertId of new Set(mentions.map((mention) => mention.alertId))) {
      const ids = idsByAlert.get(alertId);
      if (ids === undefined) idsByAlert.set(alertId, [entity.id]);
      else ids.push(entity.id);
    }
  }
  return { entities, idsByAlert };
}

function mentionsOf({ id, entities }: AlertEntities): Mention[] {
  return entityNodes(entities).flatMap((node) => {
    const identity = identify(node);
    return identity === undefined ? [] : [{ identity, alertId: id, path: node.path }];
  });
}

/** Mentions that belong together, by union of all that share a key or an id. */
function grouped(mentions: readonly Mention[]): Mention[][] {
  const parents = mentions.map((_, i) => i);
  const rootOf = (i: number): number => {
    let root = i;
    while (parents[root] !== root) root = parents[root] ?? root;
    for (let at = i; at !== root;) {
      const next = parents[at] ?? root;
      parents[at] = root;
      at = next;
    }
    return root;
  };
  const union = (a: number, b: number): void => {
    const [first, second] = [rootOf(a), rootOf(b)].toSorted((x, y) => x - y);
    if (first !== undefined && second !== undefined) parents[second] = first;
  };
  const firstWith = new Map<string, number>();
  for (const [i, { identity }] of mentions.entries()) {
    const { type, keys, values } = identity;
    const shared = [...keys.map((key) => `${type} ${key}`), `${type}:${values[0] ?? ""}`];
    for (const key of shared.map((text) => text.toLowerCase())) {
      const other = firstWith.get(key);
      if (other === undefined) firstWith.set(key, i);
      else union(other, i);
    }
  }
  const groups = new Map<number, Mention[]>();
  for (const [i, mention] of mentions.entries()) {
    const group = groups.get(rootOf(i));
    if (group === undefined) groups.set(rootOf(i), [mention]);
    else group.push(mention);
  }
  return [...groups.values()];
}

/** Named by the strongest mention's first value; the other names are aliases. */
function entityOf(mentions: readonly Mention[], sourcesMax: number): IncidentEntity {
  const best = mentions.reduce((a, b) => (b.identity.keys.length > a.identity.keys.length ? b : a));
  const { type } = best.identity;
  const value = cut(best.identity.values[0] ?? "");
  const bestFirst = [best, ...mentions.filter((mention) => mention !== best)];
  const aliases = aliasesOf(bestFirst, value).slice(0, ALIASES_MAX);
  return {
    id: `${type}:${value}`.toLowerCase(),
    type,
    value,
    aliases: aliases.map(({ name }) => name),
    strong: mentions.some(({ identity }) => identity.keys.length > 0),
    private: mentions.some(({ identity }) => identity.isPrivate),
    sources: bestFirst.slice(0, sourcesMax).map(sourceOf),
    alias_sources: aliases.map(({ mention }) => sourceOf(mention)),
  };
}

/** Every other name once, whatever its case, with the first mention that gives it. */
function aliasesOf(
  mentions: readonly Mention[],
  value: string,
): { name: string; mention: Mention }[] {
  const found = new Map<string, { name: string; mention: Mention }>();
  for (const mention of mentions) {
    for (const name of mention.identity.values.map(cut)) {
      const key = name.toLowerCase();
      if (!found.has(key)) found.set(key, { name, mention });
    }
  }
  found.delete(value.toLowerCase());
  return [...found.values()];
}

const sourceOf = ({ alertId, path }: Mention): IncidentEntity["sources"][number] => ({
  alert_id: alertId,
  path,
});

const cut = (text: string): string => shortened(text, VALUE_MAX);
