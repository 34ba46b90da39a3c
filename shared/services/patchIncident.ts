/** Changes what people note on an incident: notes, local status, assignee, tags, severity. */
import { isDeepStrictEqual } from "node:util";

import { forEachBounded } from "../domain/bounded.ts";
import { AppError, changedMeanwhile } from "../domain/errors.ts";
import { incidentAlert, incidentAudit, isRaised } from "../domain/incidents.ts";
import { changedAt } from "../domain/incidentsFeed.ts";
import type { Deps } from "../ports/deps.ts";
import * as incidents from "../repositories/incidents.ts";
import { find, isCurrent, show, type ShownIncident } from "../repositories/incidentViews.ts";
import type { IncidentPatch, IncidentRecord } from "../schemas/incidents.ts";
import type { IncidentBulk, IncidentBulkReply } from "../schemas/incidentsBulk.ts";
import type { JsonObject } from "../schemas/json.ts";
import type { OutboxMessage } from "../schemas/messages.ts";
import type { Principal } from "../schemas/principal.ts";

type Needs = Pick<Deps, "blobs" | "clock" | "documents" | "log" | "queue">;

export interface PatchTarget {
  number: number;
  /** `sentinel`, a `sip_` id or a name, where several workspaces use the number. */
  provider?: string | undefined;
  /** The version that the caller saw; `undefined` changes whatever is there. */
  ifMatch: string | undefined;
}

/** Races are won within a few attempts; more than this in a row are a fault. */
const ATTEMPTS_MAX = 20;
/** Incidents of one bulk that are changed at the same time. */
const AT_ONCE = 8;
const TAGS_MAX = 50;

/**
 * Sets the given fields and leaves the others alone, also while a sync changes the same incident. What is there
 * already is not written again. A severity that rises to Medium or above tells people, once per incident.
 * @throws AppError `not-found`; `precondition-failed` when the incident is no longer the version of `ifMatch`.
 */
export async function patchIncident(
  deps: Needs,
  principal: Principal,
  target: PatchTarget,
  body: IncidentPatch,
): Promise<ShownIncident> {
  const { stored } = await change(deps, principal, target, () => body);
  return show(deps, stored);
}

/**
 * Changes up to 100 incidents, each by itself: what one of them refuses does not keep the others from changing.
 * @returns one result for each number, in their order; another tenant's number fails as an absent one does.
 */
export async function patchIncidents(
  deps: Needs,
  principal: Principal,
  body: IncidentBulk,
): Promise<IncidentBulkReply> {
  const results = new Map<number, IncidentBulkReply["items"][number]>();
  await forEachBounded(body.numbers, AT_ONCE, async (number) => {
    results.set(number, await resultOf(deps, principal, number, body));
  });
  const items = body.numbers.flatMap((number) => results.get(number) ?? []);
  const count = (result: string): number => items.filter((item) => item.result === result).length;
  return {
    items,
    changed: count("changed"),
    unchanged: count("unchanged"),
    failed: count("failed"),
  };
}

async function resultOf(
  deps: Needs,
  principal: Principal,
  number: number,
  { numbers: _numbers, provider, add_tags, remove_tags, ...fields }: IncidentBulk,
): Promise<IncidentBulkReply["items"][number]> {
  const isTagged = add_tags !== undefined || remove_tags !== undefined;
  try {
    const target = { number, provider, ifMatch: undefined };
    const { isChanged } = await change(deps, principal, target, ({ tags }) => ({
      ...fields,
      ...(isTagged && { tags: retagged(tags, add_tags, remove_tags) }),
    }));
    return { number, result: isChanged ? "changed" : "unchanged" };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { code, detail } = error;
    return { number, result: "failed", error: { code, detail } };
  }
}

/** @throws AppError `invalid-fields` when there are more tags than an incident holds. */
function retagged(tags: string[], add: string[] = [], remove: string[] = []): string[] {
  const after = [...new Set([...tags, ...add])].filter((tag) => !remove.includes(tag));
  if (after.length <= TAGS_MAX) return after;
  throw new AppError("invalid-fields", `An incident has at most ${TAGS_MAX} tags.`);
}

async function change(
  deps: Needs,
  principal: Principal,
  target: PatchTarget,
  bodyFor: (record: IncidentRecord) => IncidentPatch,
): Promise<{ stored: incidents.StoredIncident; isChanged: boolean }> {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    const stored = await find(deps.documents, principal.tenant_id, target.number, target.provider);
    await refuseOutdated(deps, stored, target.ifMatch);
    const body = bodyFor(stored.record);
    const changed = changesOf(stored.record, body);
    if (Object.keys(changed).length === 0) return { stored, isChanged: false };
    const address = { tenantId: principal.tenant_id, key: stored.record.incident_key };
    const alerts = raises(stored.record, body);
    const at = deps.clock.now();
    const updated_at = changedAt(stored.record.updated_at, at);
    const set = {
      ...changed,
      updated_at,
      ...(alerts && { alerted: true }),
      ...acknowledged(stored.record, body, at),
    };
    const messages: OutboxMessage[] = [
      incidentAudit(stored, principal, "incident.patch", Object.keys(changed), at),
      ...(alerts ? [incidentAlert(address.tenantId, address.key, at.toISOString())] : []),
    ];
    const outcome = await incidents.patch(deps, address, stored.etag, set, messages);
    if (outcome === "conflict") continue;
    const after = await incidents.read(deps.documents, address.tenantId, address.key);
    return { stored: after ?? stored, isChanged: true };
  }
  throw new AppError("conflict", "The incident changes faster than it can be read; try again.");
}

async function refuseOutdated(
  { documents }: Needs,
  stored: incidents.StoredIncident,
  ifMatch: string | undefined,
): Promise<void> {
  if (ifMatch === undefined || (await isCurrent(documents, stored, ifMatch))) return;
  throw changedMeanwhile("incident");
}

function changesOf(record: IncidentRecord, body: IncidentPatch): JsonObject {
  const current: Record<string, unknown> = record;
  const changed: JsonObject = {};
  for (const [field, value] of Object.entries(body)) {
    if (value === undefined || isDeepStrictEqual(value, current[field])) continue;
    changed[field] = value;
  }
  return changed;
}

/** Who takes the incident, or moves it on, has acknowledged it; the first time counts. */
function acknowledged(
  { sync }: IncidentRecord,
  { local_status, assigned_to }: IncidentPatch,
  at: Date,
): JsonObject {
  const isTaken =
    (local_status !== undefined && local_status !== "new") || typeof assigned_to === "string";
  if (!isTaken || sync.acknowledged_at !== null) return {};
  return { sync: { ...sync, acknowledged_at: at.toISOString() } };
}

function raises(record: IncidentRecord, { local_severity }: IncidentPatch): boolean {
  if (local_severity === undefined || record.alerted || record.status === "closed") return false;
  return isRaised(record, { severity: record.severity, local_severity });
}
