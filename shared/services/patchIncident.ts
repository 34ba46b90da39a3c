/** Changes what people note on an incident: notes, local status, assignee, tags, severity. */
import { isDeepStrictEqual } from "node:util";

import { AppError } from "../domain/errors.ts";
import { incidentAlert, incidentAudit, isRaised } from "../domain/incidents.ts";
import type { Deps } from "../ports/deps.ts";
import * as incidents from "../repositories/incidents.ts";
import { find, isCurrent, show, type ShownIncident } from "../repositories/incidentViews.ts";
import type { IncidentPatch, IncidentRecord } from "../schemas/incidents.ts";
import type { JsonObject } from "../schemas/json.ts";
import type { OutboxMessage } from "../schemas/messages.ts";
import type { Principal } from "../schemas/principal.ts";

type Needs = Pick<Deps, "clock" | "documents" | "log" | "queue">;

export interface PatchTarget {
  number: number;
  /** `sentinel`, a `sip_` id or a name, where several workspaces use the number. */
  provider?: string | undefined;
  /** The version that the caller saw; `undefined` changes whatever is there. */
  ifMatch: string | undefined;
}

/** Races are won within a few attempts; more than this in a row are a fault. */
const ATTEMPTS_MAX = 20;

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
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    const stored = await find(deps.documents, principal.tenant_id, target.number, target.provider);
    await refuseOutdated(deps, stored, target.ifMatch);
    const changed = changesOf(stored.record, body);
    if (Object.keys(changed).length === 0) return show(deps, stored);
    const address = { tenantId: principal.tenant_id, key: stored.record.incident_key };
    const alerts = raises(stored.record, body);
    const at = deps.clock.now();
    const set = { ...changed, updated_at: at.toISOString(), ...(alerts && { alerted: true }) };
    const messages: OutboxMessage[] = [
      incidentAudit(stored, principal, "incident.patch", Object.keys(changed), at),
      ...(alerts ? [incidentAlert(address.tenantId, address.key, at.toISOString())] : []),
    ];
    const outcome = await incidents.patch(deps, address, stored.etag, set, messages);
    if (outcome === "conflict") continue;
    const after = await incidents.read(deps.documents, address.tenantId, address.key);
    return show(deps, after ?? stored);
  }
  throw new AppError("conflict", "The incident changes faster than it can be read; try again.");
}

async function refuseOutdated(
  { documents }: Needs,
  stored: incidents.StoredIncident,
  ifMatch: string | undefined,
): Promise<void> {
  if (ifMatch === undefined || (await isCurrent(documents, stored, ifMatch))) return;
  throw new AppError("precondition-failed", "The incident has changed since it was read.");
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

function raises(record: IncidentRecord, { local_severity }: IncidentPatch): boolean {
  if (local_severity === undefined || record.alerted || record.status === "closed") return false;
  return isRaised(record, { severity: record.severity, local_severity });
}
