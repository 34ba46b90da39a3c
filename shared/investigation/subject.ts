/** What is known at the start: the incident, its alerts and entities, and what the question itself names. */
import { AppError } from "../domain/errors.ts";
import { mergeEntities } from "../domain/entities.ts";
import type { SentinelAlert, Siem } from "../ports/siem.ts";
import type {
  EntityType,
  IncidentEnrichment,
  IncidentEntity,
  IncidentRecord,
} from "../schemas/incidents.ts";
import type { TimeRange } from "../schemas/kql.ts";
import type { SiemProvider } from "../schemas/providers.ts";
import { isInterpreter } from "./data/programs.ts";
import type { Parameter } from "./question.ts";
import type { Known } from "./state.ts";

export interface Subject {
  /** The question of the person who started the session. */
  query: string;
  incident?: IncidentRecord | undefined;
  /** Empty without an incident, or when its alerts could not be read. */
  alerts: readonly Pick<SentinelAlert, "name" | "tactics" | "techniques">[];
  entities: readonly IncidentEntity[];
  /** Why the alerts could not be read. */
  error?: { code: string; detail: string };
  /** They may be read after so many seconds: the workspace limits its requests. */
  waitSeconds?: number;
}

interface AlertSource {
  provider: SiemProvider;
  timespan: TimeRange;
  incident: IncidentRecord | undefined;
  enrichment: IncidentEnrichment | undefined;
}

/** The incident's alerts, or why they could not be read. */
export async function readSubject(
  siem: Siem,
  from: AlertSource & { query: string },
): Promise<Subject> {
  const { query, incident } = from;
  if (incident === undefined) return { query, alerts: [], entities: [] };
  try {
    return { query, incident, ...(await readAlerts(siem, from)) };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { code, detail, retryAfterSeconds: waitSeconds } = error;
    const unread = { query, incident, alerts: [], entities: [], error: { code, detail } };
    return waitSeconds === undefined ? unread : { ...unread, waitSeconds };
  }
}

/**
 * The incident's alerts as its enrichment has them, else read from the workspace; none without an incident.
 * @throws what Siem.alerts throws.
 */
export async function readAlerts(
  siem: Siem,
  { provider, timespan, incident, enrichment }: AlertSource,
): Promise<Pick<Subject, "alerts" | "entities">> {
  if (incident === undefined) return { alerts: [], entities: [] };
  if (enrichment !== undefined) return { alerts: enrichment.alerts, entities: enrichment.entities };
  const alerts = await siem.alerts(provider, incident.alert_ids, timespan);
  return { alerts, entities: mergeEntities(alerts).entities };
}

/** More values than this of one kind say little and make queries slow. */
const VALUES_MAX = 50;
/** Sentinel's own limit for an incident: alerts that are left out would count as those of another. */
const ALERTS_MAX = 150;

const ADDRESS = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g;
const GUID = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi;
const IPV4 = /\b(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)\b/g;
const HASH = /\b(?:[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32})\b/gi;

/** Values by parameter, in the order in which they were named. */
export function knownValues({ query, incident, entities }: Subject): Known {
  let known = nothingKnown();
  const add = (as: Parameter, values: readonly string[]): void => {
    known = withValues(known, as, values);
  };
  add("alertIds", incident?.alert_ids ?? []);
  for (const entity of entities) {
    for (const [as, values] of valuesOf(entity)) add(as, values);
  }
  add("users", found(query, ADDRESS));
  add("ips", found(query, IPV4));
  add("hashes", found(query, HASH));
  return known;
}

type Values = readonly (readonly [as: Parameter, values: readonly string[]])[];

/** What an entity of a type teaches; types that no question takes are left out. */
const TAUGHT_BY: Readonly<
  Partial<Record<EntityType, (entity: IncidentEntity, text: string) => Values>>
> = {
  account: (entity, text) => [
    ["users", found(text, ADDRESS)],
    ["userIds", found(text, GUID)],
    ["accounts", entity.private ? [] : accountNames([entity.value, ...entity.aliases])],
  ],
  mailbox: (_, text) => [["users", found(text, ADDRESS)]],
  ip: (entity) => (entity.private ? [] : [["ips", [entity.value]]]),
  host: (entity) => [
    ["hosts", [entity.value, ...entity.aliases.filter((name) => !OPAQUE_ID.test(name))]],
  ],
  file: (entity) => [["files", fileNames([entity.value])]],
  process: (entity) => [["commands", COMMAND.test(entity.value) ? [entity.value] : []]],
  cloud_application: (entity, text) => {
    const ids = found(text, GUID);
    return ids.length > 0 ? [["apps", ids]] : [["appNames", [entity.value, ...entity.aliases]]];
  },
  domain: (entity) => [["domains", [entity.value]]],
  url: (entity) => [
    ["urls", [entity.value]],
    ["domains", hostOf(entity.value)],
  ],
  file_hash: (_, text) => [["hashes", found(text, HASH)]],
  mail_message: (entity) => [["mailIds", found(entity.value, GUID)]],
  mail_cluster: (_, text) => [["mailIds", found(text, GUID)]],
};

/** A machine's ids in other products: no log of ours names it so. */
const OPAQUE_ID = /^[0-9a-f-]{32,}$|\//i;
/** A command line, where the entity has one, is more than a path or a number. */
const COMMAND = /\s\S/;

/** The part of user names before the domain, as device logs write them. */
const accountNames = (names: readonly string[]): string[] =>
  names.flatMap((name) => {
    const plain = name.includes("@") ? name.split("@")[0] : name.split("\\").at(-1);
    return plain === undefined || /\s/.test(plain) || /^S-\d-/i.test(plain) || OPAQUE_ID.test(plain)
      ? []
      : [plain];
  });

/** Names of files that say something: interpreters and system tools run everywhere. */
const fileNames = (paths: readonly string[]): string[] =>
  paths.map((path) => path.split(/[\\/]/).at(-1) ?? path).filter((name) => !isInterpreter(name));

const valuesOf = (entity: IncidentEntity): Values =>
  TAUGHT_BY[entity.type]?.(entity, [entity.value, ...entity.aliases].join("\n")) ?? [];

/** Adds values that are not known yet, without regard to case; beyond the limit they are left out. */
export function withValues(known: Known, as: Parameter, values: readonly string[]): Known {
  const list = [...known[as]];
  const seen = new Set(list.map((one) => one.toLowerCase()));
  const most = as === "alertIds" ? ALERTS_MAX : VALUES_MAX;
  for (const value of values) {
    const text = value.trim().toLowerCase();
    if (text === "" || seen.has(text) || list.length >= most) continue;
    seen.add(text);
    list.push(text);
  }
  return { ...known, [as]: list };
}

const nothingKnown = (): Known => ({
  users: [],
  userIds: [],
  ips: [],
  hosts: [],
  domains: [],
  urls: [],
  mailIds: [],
  senders: [],
  hashes: [],
  files: [],
  commands: [],
  accounts: [],
  apps: [],
  appNames: [],
  alertIds: [],
});

const found = (text: string, pattern: RegExp): string[] => text.match(pattern) ?? [];

function hostOf(url: string): string[] {
  try {
    return [new URL(url.includes("://") ? url : `https://${url}`).hostname];
  } catch {
    return [];
  }
}
