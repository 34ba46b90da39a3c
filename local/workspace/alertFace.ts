/**
 * What products write into an alert with no rule behind it, as recordings show: which entity they call compromised, and
 * how often they list one again. The same in every family and for every truth, so that neither tells them apart.
 */
import type { Random } from "./random.ts";
import type { Entity } from "./rows/entityDocument.ts";

/** Recorded alerts list up to a dozen entities again, as references to the first use. */
const REPEATS_MAX = 12;

interface Face {
  readonly compromised: string;
  readonly entities: readonly Entity[];
}

export function variedFace({ compromised, entities }: Face, random: Random): Face {
  const known = nestedIn(entities);
  const repeats = random.sample(known, random.int(0, Math.min(REPEATS_MAX, known.length)));
  const again = random.sample(known, random.int(0, known.length));
  return {
    compromised: random.pick([compromised, shortened(compromised), ...namesIn(known), "", ""]),
    entities: [...entities, ...repeats, ...again].slice(0, entities.length + REPEATS_MAX),
  };
}

/** `anna` of `anna@contoso.example`, `ws-17` of `ws-17.contoso.example`. */
const shortened = (name: string): string => name.split(/[@.]/)[0] ?? name;

const isEntity = (part: unknown): part is Entity =>
  typeof part === "object" && part !== null && "Type" in part && typeof part.Type === "string";

/** Every entity once, those inside of others included. */
function nestedIn(entities: readonly Entity[]): Entity[] {
  const found = new Set<Entity>();
  const visit = (part: unknown): void => {
    if (Array.isArray(part)) for (const item of part) visit(item);
    if (!isEntity(part) || found.has(part)) return;
    found.add(part);
    for (const item of Object.values(part)) visit(item);
  };
  visit(entities);
  return [...found];
}

/** What accounts and hosts are called: a product may take either for the one that is compromised. */
const namesIn = (entities: readonly Entity[]): string[] =>
  entities.flatMap((entity) => {
    const name = entity.Type === "host" ? entity["FQDN"] : entity["UserPrincipalName"];
    return typeof name === "string" ? [name] : [];
  });
