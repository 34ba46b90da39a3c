/**
 * Resolves the chain of an incident: its row, its alerts, their entities; kept in the incident's partition. By itself
 * while an incident settles and when alerts come late, and whenever somebody asks.
 */
import { isDeepStrictEqual } from "node:util";

import { forEachBounded } from "../domain/bounded.ts";
import { mergeEntities } from "../domain/entities.ts";
import { AppError, notFound } from "../domain/errors.ts";
import {
  enrichmentRequest,
  incidentAudit,
  isOfWorkspace,
  refuseMoved,
} from "../domain/incidents.ts";
import { entityNode, followed, titleNode } from "../domain/incidentsSimilar.ts";
import { changedAt } from "../domain/incidentsFeed.ts";
import { historyOf } from "../domain/incidentsHistory.ts";
import { mayBeMerged } from "../domain/incidentsMerged.ts";
import { isOfSiem, refuseEarlyRetry } from "../domain/incidentsSync.ts";
import { plusMs } from "../domain/time.ts";
import type { Deps } from "../ports/deps.ts";
import { atMost } from "../ports/patience.ts";
import type { SentinelAlert } from "../ports/siem.ts";
import * as incidents from "../repositories/incidents.ts";
import * as enrichments from "../repositories/incidentsEnrichment.ts";
import { find, show, type ShownIncident } from "../repositories/incidentViews.ts";
import * as mentions from "../repositories/incidentsMentions.ts";
import * as providers from "../repositories/providers.ts";
import * as syncState from "../repositories/syncState.ts";
import type {
  EnrichmentRecord,
  IncidentEnrichment,
  IncidentRecord,
  MergedInto,
  SyncFields,
} from "../schemas/incidents.ts";
import { JsonObject } from "../schemas/json.ts";
import type { TimeRange } from "../schemas/kql.ts";
import type { EnrichmentMessage } from "../schemas/messages.ts";
import type { Principal } from "../schemas/principal.ts";
import type { SiemProvider } from "../schemas/providers.ts";

type Needs = Pick<Deps, "blobs" | "clock" | "documents" | "log" | "queue" | "siem">;

const DAY_MS = 86_400_000;
/** Alerts may be older than the incident that they were put into. */
const ALERTS_BEFORE_MS = 14 * DAY_MS;
const ATTEMPTS_MAX = 20;
/** Rows of one incident that its history is told from: the newest. */
const ROWS_MAX = 200;
const MENTIONS_AT_ONCE = 8;
/** A caller waits this long for the workspace, then is told that it goes on. */
const WAIT_MS = 20_000;
const ASKED_AGAIN_MS = 60_000;

/**
 * Reads the incident's alerts afresh and stores them with the merged entities.
 * @returns `isDone` false when it takes longer than `waitMs`: the incident as it is so far. It then goes on, here and,
 *   should this process end, from the queue.
 * @param provider `sentinel`, a `sip_` id or a name, where several workspaces use the number.
 * @throws AppError `not-found`; `siem-unavailable` or `query-timeout` when the workspace does not answer: what was
 *   stored before stays.
 */
export async function enrichIncident(
  deps: Needs,
  principal: Principal,
  number: number,
  provider?: string,
  waitMs: number = WAIT_MS,
): Promise<ShownIncident & { isDone: boolean }> {
  const stored = await find(deps.documents, principal.tenant_id, number, provider);
  const { record } = stored;
  const owner = await providers.read(deps.documents, principal.tenant_id, record.provider_id);
  if (owner === undefined) throw notFound("provider");
  refuseMoved(record, owner.record);
  const work = enrich(deps, owner.record, record, principal);
  const saved = await atMost(waitMs, work);
  if (saved !== undefined) return { ...(await show(deps, saved)), isDone: true };
  work.catch((error: unknown) => {
    const { tenant_id, incident_key } = record;
    deps.log.warn("enrichment.failed-late", { tenant_id, incident_key, error });
  });
  // One message for a minute's requests: who asks again meanwhile adds no work.
  const round = Math.floor(deps.clock.now().getTime() / ASKED_AGAIN_MS);
  const { id, body } = enrichmentRequest(record, round);
  await deps.queue.send("enrichments", [{ id, body: JsonObject.parse(body) }]);
  return { ...(await show(deps, stored)), isDone: false };
}

/**
 * Enriches an incident that settles or got late alerts. What comes out as before writes nothing. A workspace that does
 * not answer leaves it as it is: the next round, or anybody's request, tries again.
 */
export async function enrichSettlingIncident(
  deps: Needs,
  { tenant_id, incident_key }: EnrichmentMessage,
): Promise<void> {
  const stored = await incidents.read(deps.documents, tenant_id, incident_key);
  if (stored === undefined) return;
  const owner = await providers.read(deps.documents, tenant_id, stored.record.provider_id);
  if (owner === undefined || owner.record.status === "inactive") return;
  if (!isOfWorkspace(stored.record, owner.record)) return;
  try {
    refuseEarlyRetry(
      await syncState.read(deps.documents, tenant_id, owner.record.id),
      deps.clock.now(),
    );
    await enrich(deps, owner.record, stored.record, undefined);
  } catch (error) {
    if (!isOfSiem(error)) throw error;
    deps.log.warn("enrichment.put-off", { tenant_id, incident_key, error });
  }
}

/** @param principal `undefined` when nobody asked for it: it is then no act for the audit trail. */
async function enrich(
  deps: Needs,
  provider: SiemProvider,
  record: IncidentRecord,
  principal: Principal | undefined,
): Promise<incidents.StoredIncident> {
  const found = await readChain(deps, provider, record);
  const merged = await readMerge(deps, provider, record);
  await addMentions(deps, record, found);
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    const saved = await save(deps, principal, record, { ...found, merged });
    if (saved !== undefined) return saved;
  }
  throw new AppError("conflict", "The incident changes faster than it can be read; try again.");
}

/**
 * Makes the incident findable by what it names. Before the enrichment is stored, so that what is stored was mentioned;
 * a mention too many, after a crash, is a mention all the same.
 */
async function addMentions(
  deps: Needs,
  record: IncidentRecord,
  found: IncidentEnrichment,
): Promise<void> {
  const { tenant_id, incident_key } = record;
  const previous = await enrichments.readEnrichment(deps, tenant_id, incident_key);
  const known = new Set(previous === undefined ? [] : nodesOf(previous.record));
  const nodes = [...nodesOf(found), titleNode(record.title)].filter((node) => !known.has(node));
  await forEachBounded(nodes, MENTIONS_AT_ONCE, (node) =>
    mentions.add(deps.documents, node, record),
  );
}

const nodesOf = ({ entities }: IncidentEnrichment): string[] =>
  followed(entities).map(({ id }) => entityNode(id));

/** The newest row tells which alerts belong to it; a row that is no longer there leaves what the sync knows. */
async function readChain(
  { clock, siem }: Needs,
  provider: SiemProvider,
  record: IncidentRecord,
): Promise<IncidentEnrichment> {
  const now = clock.now();
  const range = rangeOf(record, now);
  const fresh = await siem.incident(provider, record.number, range);
  const alertIds = [...new Set(fresh?.alert_ids ?? record.alert_ids)];
  const alerts = alertIds.length === 0 ? [] : await siem.alerts(provider, alertIds, range);
  const rows = await siem.incidentRows(provider, record.number, range, ROWS_MAX);
  const { entities, idsByAlert } = mergeEntities(alerts);
  const known = new Set(alerts.map((alert) => alert.id));
  return {
    enriched_at: now.toISOString(),
    alerts: alerts.map((alert) => shown(alert, idsByAlert.get(alert.id) ?? [])),
    entities,
    missing_alert_ids: alertIds.filter((id) => !known.has(id)),
    history: historyOf(rows),
  };
}

/**
 * Which incident took this one over; `undefined` when there is nothing to ask, or no answer: what is known then stays.
 * Defender is another service than the workspace, so its silence keeps nobody from the alerts.
 */
async function readMerge(
  { clock, log, siem }: Needs,
  provider: SiemProvider,
  record: IncidentRecord,
): Promise<MergedInto | null | undefined> {
  if (!mayBeMerged(record)) return undefined;
  try {
    return await siem.mergedInto(provider, record.source_incident_id, rangeOf(record, clock.now()));
  } catch (error) {
    if (!isOfSiem(error)) throw error;
    const { tenant_id, incident_key } = record;
    log.warn("enrichment.merge-unknown", { tenant_id, incident_key, error });
    return undefined;
  }
}

/** `undefined` when the incident or its enrichment changed meanwhile. */
async function save(
  deps: Needs,
  principal: Principal | undefined,
  { tenant_id: tenantId, incident_key: key }: IncidentRecord,
  { merged, ...found }: IncidentEnrichment & { merged: MergedInto | null | undefined },
): Promise<incidents.StoredIncident | undefined> {
  const stored = await incidents.read(deps.documents, tenantId, key);
  if (stored === undefined) throw notFound("incident");
  const previous = await enrichments.readEnrichment(deps, tenantId, key);
  const isNewMerge = merged !== undefined && !isDeepStrictEqual(merged, stored.record.merged_into);
  const isKnown = previous !== undefined && isSame(previous.record, found) && !isNewMerge;
  if (principal === undefined && isKnown) return stored;
  const record: EnrichmentRecord = {
    ...found,
    type: "enrichment",
    id: "enrichment",
    tenant_id: tenantId,
    incident_key: key,
  };
  const now = deps.clock.now();
  const set = {
    updated_at: changedAt(stored.record.updated_at, now),
    sync: syncAfter(stored.record.sync, previous?.record, found),
    ...(isNewMerge && { merged_into: merged }),
  };
  const fields = ["alerts", "entities"];
  const messages =
    principal === undefined
      ? []
      : [incidentAudit(stored, principal, "incident.enrich", fields, now)];
  const outcome = await enrichments.saveEnrichment(
    deps,
    record,
    previous?.etag,
    { etag: stored.etag, set },
    messages,
  );
  return outcome === "done" ? incidents.read(deps.documents, tenantId, key) : undefined;
}

const isSame = (a: IncidentEnrichment, b: IncidentEnrichment): boolean =>
  (["alerts", "entities", "missing_alert_ids", "history"] as const).every((field) =>
    isDeepStrictEqual(a[field], b[field]),
  );

/** Counts that differ from the last enrichment's mean that the incident is still growing. */
function syncAfter(
  sync: SyncFields,
  previous: IncidentEnrichment | undefined,
  found: IncidentEnrichment,
): SyncFields {
  const holds =
    previous === undefined ||
    (previous.alerts.length === found.alerts.length &&
      previous.entities.length === found.entities.length);
  return holds ? sync : { ...sync, settled: false, counts_changed_at: found.enriched_at };
}

function rangeOf(record: IncidentRecord, now: Date): TimeRange {
  const began = [record.created_at, record.first_activity_at ?? record.created_at]
    .map((time) => Date.parse(time))
    .reduce((a, b) => Math.min(a, b));
  return {
    from: plusMs(new Date(began), -ALERTS_BEFORE_MS).toISOString(),
    to: now.toISOString(),
  };
}

function shown(alert: SentinelAlert, entity_ids: string[]): IncidentEnrichment["alerts"][number] {
  const { entities: _entities, ...fields } = alert;
  return { ...fields, stated_severity: alert.stated_severity ?? null, entity_ids };
}
