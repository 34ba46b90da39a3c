/** Which entities a report names: those its claims speak of, and what the alerts name besides. */
import { addressOf } from "../domain/entitiesAddress.ts";
import type { Report } from "../schemas/sessions.ts";
import type { Found } from "./findings.ts";
import { QUESTIONS } from "./data/questions.ts";
import type { Family } from "./question.ts";
import type { InvestigationState } from "./state.ts";

type ReportEntity = Report["entities"][number];

/** Types that a report names only when a claim does: nobody looks up a session, and a command line is in its claim. */
const UNSPOKEN: ReadonlySet<string> = new Set(["other", "process"]);
/** How many of a type a report names without a claim: the messages of one mailing say no more than the first. */
const UNCLAIMED_MAX: Readonly<Record<string, number>> = { mail_message: 1, account: 3 };
const UNCLAIMED_MAX_ELSE = 10;

/** Families that happen on devices: there the alert's host is the scene, also where nothing more was found of it. */
const ON_DEVICES: ReadonlySet<Family> = new Set([
  "malware_host",
  "suspicious_process",
  "lateral_movement",
  "data_exfiltration",
]);

/**
 * Each once; those with claims first. Private addresses are named only when a claim speaks of them; so are addresses of
 * which all questions were answered and gave nothing, and hosts where the case is not one of devices.
 */
export function entitiesOf(state: EntityState, verified: readonly Found[]): ReportEntity[] {
  const entities = claimedBy(verified, namedBy(state));
  const unclaimed = new Map<string, number>();
  const isSilent = silentTypes(entities, state);
  const hasSha256 = state.named.entities.some(({ type, value }) => isSha256(type, value));
  // Alerts give each file's sums by several algorithms: one is enough to look the file up.
  const isOtherSum = (type: string, value: string): boolean =>
    hasSha256 && type === "file_hash" && !isSha256(type, value);
  for (const { type, value } of state.named.entities) {
    const key = entityKey(type, value);
    const before = unclaimed.get(type) ?? 0;
    const isFull = before >= (UNCLAIMED_MAX[type] ?? UNCLAIMED_MAX_ELSE);
    if (isFull || entities.has(key) || !isSpoken(type, value) || isSilent(type)) continue;
    if (isOtherSum(type, value)) continue;
    unclaimed.set(type, before + 1);
    entities.set(key, { type, value, claim_ids: [] });
  }
  return [...entities.values()];
}

const isSha256 = (type: string, value: string): boolean =>
  type === "file_hash" && /^[0-9a-f]{64}$/i.test(value);

type NamedEntity = InvestigationState["named"]["entities"][number];
type EntityState = Pick<
  InvestigationState,
  "families" | "named" | "not_checked" | "not_observable"
>;

/** A case that names nothing by its claims keeps all that its alerts name. */
function silentTypes(
  claimed: ReadonlyMap<string, ReportEntity>,
  { families, not_checked, not_observable }: EntityState,
): (type: string) => boolean {
  const open = new Set([...not_checked, ...not_observable].map(({ question }) => question));
  const isAsked = QUESTIONS.every(
    ({ needs, question }) => !needs.includes("ips") || !open.has(question),
  );
  const isElsewhere = !families.some((family) => ON_DEVICES.has(family));
  return (type) =>
    claimed.size > 0 && ((type === "ip" && isAsked) || (type === "host" && isElsewhere));
}

/** What the alerts name, by every name they have for it. */
function namedBy({ named }: EntityState): Map<string, NamedEntity> {
  const byKey = new Map<string, NamedEntity>();
  for (const entity of named.entities) {
    for (const name of [entity.value, ...(entity.aliases ?? [])]) {
      const key = entityKey(entity.type, name);
      if (!byKey.has(key)) byKey.set(key, entity);
    }
  }
  return byKey;
}

function claimedBy(
  verified: readonly Found[],
  named: ReadonlyMap<string, NamedEntity>,
): Map<string, ReportEntity> {
  const entities = new Map<string, ReportEntity>();
  for (const { claim, finding } of verified) {
    for (const [column, claimed] of Object.entries(finding?.entities ?? {})) {
      const text = claim.refs.find((ref) => ref.column === column)?.value;
      if (typeof text !== "string" || text === "") continue;
      const byAlerts = named.get(entityKey(claimed, text));
      if (finding?.isContext === true && byAlerts === undefined) continue;
      const { type, value } = namedAs(claimed, text, byAlerts);
      const key = entityKey(type, value);
      const known = entities.get(key) ?? { type, value, claim_ids: [] };
      known.claim_ids.push(claim.id);
      entities.set(key, known);
    }
  }
  return entities;
}

/** The alerts' own name says more than a part of it; a file's path says no more than its name. */
const namedAs = (type: string, value: string, byAlerts: NamedEntity | undefined) =>
  byAlerts === undefined || type === "file" ? { type, value } : byAlerts;

const isSpoken = (type: string, value: string): boolean =>
  !UNSPOKEN.has(type) && !(type === "ip" && addressOf(value).isPrivate);

/** A mailbox and its account are one; a file is known by its name wherever it lies. */
function entityKey(type: string, value: string): string {
  const text = value.toLowerCase();
  if (type === "mailbox") return `account:${text}`;
  return `${type}:${type === "file" ? (text.split(/[\\/]/).at(-1) ?? text) : text}`;
}
