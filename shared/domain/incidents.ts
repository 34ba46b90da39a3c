/** Decisions about incidents: what a sync changes, whom it concerns, when an incident has settled. */
import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";

import type { z } from "zod";

import { IncidentRecord, type SentinelIncident, type SyncFields } from "../schemas/incidents.ts";
import type { JsonObject } from "../schemas/json.ts";
import type { OutboxMessage } from "../schemas/messages.ts";
import type { Principal } from "../schemas/principal.ts";
import type { SiemProvider } from "../schemas/providers.ts";
import { Severity } from "../schemas/severity.ts";
import { changeAudit } from "./audit.ts";
import { AppError } from "./errors.ts";
import { mayBeMerged } from "./incidentsMerged.ts";
import { messageId } from "./messageId.ts";

/** On a provider's first sync only incidents this fresh tell anybody. */
const FRESH_MS = 60 * 60_000;
/** An incident whose counts have held this long has settled, whatever the syncs saw. */
const SETTLED_AFTER_MS = 15 * 60_000;

/** What a sync needs to know of an incident that is stored. */
export const KnownIncident = IncidentRecord.pick({
  last_modified_at: true,
  severity: true,
  local_severity: true,
  status: true,
  alert_ids: true,
  alert_count: true,
  alerted: true,
  sync: true,
});
export type KnownIncident = z.infer<typeof KnownIncident>;

/** What tells a sync that a row brings nothing new. Indexed, so that thousands are cheap to read. */
export const IncidentVersion = IncidentRecord.pick({
  incident_key: true,
  last_modified_at: true,
  status: true,
  severity: true,
});
export type IncidentVersion = z.infer<typeof IncidentVersion>;

/** What is needed to have an incident enriched. */
export const SettlingIncident = IncidentRecord.pick({
  tenant_id: true,
  incident_key: true,
  alert_ids: true,
});
export type SettlingIncident = z.infer<typeof SettlingIncident>;

/** What a run of the sync knows besides the rows. */
export interface SyncContext {
  provider: Pick<SiemProvider, "id" | "name" | "tenant_id" | "workspace_id">;
  /** When this run began; every record it writes carries it. */
  startedAt: Date;
  /** No sync of this provider has ended well so far. */
  isFirstSync: boolean;
  /** When the last sync that ended well began. */
  lastSuccessAt: string | undefined;
}

export type IncidentChange =
  | { kind: "unchanged" }
  | ({ kind: "arrived"; record: IncidentRecord } & Causes)
  | ({ kind: "updated"; set: JsonObject } & Causes);

/** What a change causes besides itself. */
interface Causes {
  /** People are told. */
  alerts: boolean;
  /** The alerts and entities are read. */
  enriches: boolean;
}

/** Unique among the tenant's incidents; numbers repeat across workspaces. */
export const incidentKey = (workspaceId: string, number: number): string =>
  `${workspaceId}:${number}`;

/** Whether the provider still leads to the incident's workspace: in another one its number is another incident's. */
export const isOfWorkspace = (
  { incident_key, number }: Pick<IncidentRecord, "incident_key" | "number">,
  { workspace_id }: Pick<SiemProvider, "workspace_id">,
): boolean => incident_key === incidentKey(workspace_id, number);

/** @throws AppError `conflict` for an incident of a workspace that its provider no longer leads to, or that was deleted. */
export function refuseMoved(incident: IncidentRecord, provider: SiemProvider): void {
  const isDeleted = provider.status === "inactive";
  if (isOfWorkspace(incident, provider) && !isDeleted) return;
  const why = isDeleted ? "was deleted" : "leads to another workspace since";
  throw new AppError(
    "conflict",
    `The provider ${provider.name} ${why}; incident ${incident.number} stays as it was last synchronised.`,
  );
}

export const isAtLeast = (severity: Severity, least: Severity): boolean =>
  Severity.options.indexOf(severity) >= Severity.options.indexOf(least);

/** The severity that counts: what an analyst set, else Sentinel's. */
export const effectiveSeverity = (incident: {
  severity: Severity;
  local_severity: Severity | null;
}): Severity => incident.local_severity ?? incident.severity;

/** Decides what a row of Sentinel's changes in the store. A row that is older than what is known changes nothing. */
export function decideChange(
  incoming: SentinelIncident,
  stored: { known: KnownIncident; doc: JsonObject } | undefined,
  context: SyncContext,
): IncidentChange {
  if (stored === undefined) return arrived(incoming, context);
  const { known, doc } = stored;
  if (Date.parse(incoming.last_modified_at) < Date.parse(known.last_modified_at)) {
    return { kind: "unchanged" };
  }
  const changed = Object.entries(incoming).filter(
    ([field, value]) => !isDeepStrictEqual(value, doc[field]),
  );
  if (changed.length === 0) return { kind: "unchanged" };
  const after = { severity: incoming.severity, local_severity: known.local_severity };
  const alerts = !known.alerted && incoming.status !== "closed" && isRaised(known, after);
  const at = context.startedAt.toISOString();
  const set: JsonObject = {
    ...Object.fromEntries(changed),
    sync: syncAfter(incoming, known, context),
    updated_at: at,
    ...(isRenamed(doc, context.provider) && { provider: context.provider.name }),
    ...(alerts && { alerted: true }),
  };
  const enriches = lateAlerts(incoming, known) > 0 || isLeftEmpty(incoming, known);
  return { kind: "updated", set, alerts, enriches };
}

/** Another provider that leads to the same workspace gives the incident no name. */
const isRenamed = (doc: JsonObject, { id, name }: SyncContext["provider"]): boolean =>
  doc["provider_id"] === id && doc["provider"] !== name;

/** Whether the severity that counts rises to Medium or above (seed 000: those notify). */
export const isRaised = (
  from: Parameters<typeof effectiveSeverity>[0],
  to: Parameters<typeof effectiveSeverity>[0],
): boolean =>
  !isAtLeast(effectiveSeverity(from), "medium") && isAtLeast(effectiveSeverity(to), "medium");

/** The message that tells people of an incident. Its id is the incident's, so that it tells once. */
export const incidentAlert = (tenantId: string, key: string, at: string): OutboxMessage => ({
  id: messageId("incident-alert", tenantId, key),
  queue: "notifications",
  body: { tenant_id: tenantId, event: "incident-alert", subject_id: key, at },
});

/**
 * When an incident's counts last changed so long ago, it is enriched again: once while it settles, once when it has
 * settled. Alerts become visible in SecurityAlert later than the incident that names them.
 */
export const SETTLING_ROUNDS_MS = [SETTLED_AFTER_MS / 3, SETTLED_AFTER_MS] as const;
/** Only incidents that were created this short before are enriched again by themselves. */
export const SETTLING_FRESH_MS = FRESH_MS;

/**
 * The message that has an incident enriched by itself.
 * @param round 0 for a change of its alerts, then one for each of SETTLING_ROUNDS_MS.
 */
export function enrichmentRequest(
  {
    tenant_id,
    incident_key,
    alert_ids,
  }: Pick<IncidentRecord, "tenant_id" | "incident_key" | "alert_ids">,
  round: number,
): OutboxMessage {
  const alerts = createHash("sha256").update(JSON.stringify(alert_ids.toSorted())).digest("hex");
  const id = messageId("enrich", tenant_id, incident_key, alerts.slice(0, 16), String(round));
  return { id, queue: "enrichments", body: { tenant_id, incident_key } };
}

/**
 * What the audit trail says of a person's change. Its id follows from the version that was changed: a version is
 * changed once, so a repeated append is recognised.
 */
export function incidentAudit(
  { record, etag }: { record: IncidentRecord; etag: string },
  by: Pick<Principal, "id" | "kind" | "tenant_id"> & { name?: string },
  action: "incident.patch" | "incident.enrich",
  fields: string[],
  at: Date,
): OutboxMessage {
  return changeAudit(by, action, { id: record.incident_key, version: etag }, fields, at);
}

/**
 * Whether the counts of alerts and entities have held over two syncs or for 15 minutes. Follows from times, so that
 * syncs that change nothing write nothing.
 * @param lastSuccessAt when the provider's last sync that ended well began.
 */
export function isSettled(sync: SyncFields, lastSuccessAt: string | undefined, now: Date): boolean {
  if (sync.settled) return true;
  const since = Date.parse(sync.counts_changed_at);
  if (now.getTime() - since >= SETTLED_AFTER_MS) return true;
  return lastSuccessAt !== undefined && Date.parse(lastSuccessAt) > since;
}

function arrived(incoming: SentinelIncident, context: SyncContext): IncidentChange {
  const { provider, startedAt, isFirstSync } = context;
  const at = startedAt.toISOString();
  const isFresh = startedAt.getTime() - Date.parse(incoming.created_at) <= FRESH_MS;
  const alerts =
    isAtLeast(incoming.severity, "medium") &&
    incoming.status !== "closed" &&
    (!isFirstSync || isFresh);
  const record: IncidentRecord = {
    ...incoming,
    notes: "",
    local_status: "new",
    assigned_to: null,
    tags: [],
    local_severity: null,
    type: "incident",
    id: "incident",
    tenant_id: provider.tenant_id,
    incident_key: incidentKey(provider.workspace_id, incoming.number),
    provider_id: provider.id,
    provider: provider.name,
    sync: {
      first_seen_at: at,
      last_synced_at: at,
      settled: false,
      late_alerts: 0,
      counts_changed_at: at,
      reopened_at: null,
      acknowledged_at: null,
    },
    alerted: alerts,
    writeback: null,
    merged_into: null,
    updated_at: at,
  };
  const isFilled = incoming.status !== "closed" && incoming.alert_ids.length > 0;
  const isPhantom = incoming.alert_ids.length === 0 && mayBeMerged(incoming);
  const enriches = (isFilled && (!isFirstSync || isFresh)) || isPhantom;
  return { kind: "arrived", record, alerts, enriches };
}

/** Defender took the alerts away: it may have merged the incident into another one, which is then asked for. */
const isLeftEmpty = (incoming: SentinelIncident, known: KnownIncident): boolean =>
  incoming.alert_ids.length === 0 && known.alert_ids.length > 0;

/** How many alerts came since the incident was last seen. */
function lateAlerts(incoming: SentinelIncident, known: KnownIncident): number {
  const seen = new Set(known.alert_ids);
  return incoming.alert_ids.filter((id) => !seen.has(id)).length;
}

/** Sentinel's rows leave FirstModifiedTime empty as a rule: the change away from new is what a sync sees. */
function acknowledgementOf(incoming: SentinelIncident, known: KnownIncident): string | null {
  const isTaken = known.status === "new" && incoming.status !== "new";
  return known.sync.acknowledged_at ?? (isTaken ? incoming.last_modified_at : null);
}

function syncAfter(
  incoming: SentinelIncident,
  known: KnownIncident,
  { startedAt, lastSuccessAt }: SyncContext,
): SyncFields {
  const at = startedAt.toISOString();
  const late = lateAlerts(incoming, known);
  const holds = late === 0 && incoming.alert_count === known.alert_count;
  return {
    first_seen_at: known.sync.first_seen_at,
    last_synced_at: at,
    settled: holds && isSettled(known.sync, lastSuccessAt, startedAt),
    late_alerts: known.sync.late_alerts + late,
    counts_changed_at: holds ? known.sync.counts_changed_at : at,
    // Defender reopens an incident by itself when alerts join it.
    reopened_at:
      known.status === "closed" && incoming.status !== "closed" ? at : known.sync.reopened_at,
    acknowledged_at: acknowledgementOf(incoming, known),
  };
}
