/** Takes pages of Sentinel's rows over into the store: what changed, one batch an incident; strange rows set aside. */
import { ZodError } from "zod";

import { forEachBounded, nextTurn } from "../domain/bounded.ts";
import { AppError, type ErrorCode } from "../domain/errors.ts";
import {
  decideChange,
  enrichmentRequest,
  incidentAlert,
  incidentKey,
  type SyncContext,
} from "../domain/incidents.ts";
import { changedAt } from "../domain/incidentsFeed.ts";
import {
  identityOf,
  isSameIncident,
  SET_ASIDE_MAX,
  setAsideRow,
} from "../domain/incidentsSetAside.ts";
import { retryOnConflict } from "../domain/retryOnConflict.ts";
import type { Deps } from "../ports/deps.ts";
import type { SentinelIncident } from "../schemas/incidents.ts";
import type { JsonObject } from "../schemas/json.ts";
import type { SetAsideRow } from "../schemas/setAsideRows.ts";
import * as incidents from "./incidents.ts";

type Needs = Pick<Deps, "clock" | "documents" | "log" | "queue">;

const WRITES_AT_ONCE = 8;
/** After this many writes in a row other work gets a turn: an embedded store never waits by itself. */
const WRITES_PER_TURN = 64;
/** What a store says of a document that it will never take. */
const OF_ROW: readonly ErrorCode[] = ["too-large", "invalid-fields"];

const TOO_LARGE =
  "The row is larger than the 2 MB that are kept of an incident; look at it in Sentinel.";

/** One run's rows: what could not be taken over, and what could after it had been set aside. */
export interface Taking {
  context: SyncContext;
  /** Called for each incident that arrived or changed. */
  onChange: () => void;
  /** The rows that were set aside before this run. */
  known: readonly SetAsideRow[];
  failed: SetAsideRow[];
  taken: Pick<SetAsideRow, "name" | "number">[];
}

/** @throws whatever is not the row's fault: then the run as a whole has failed, and no row may be passed over for it. */
export async function takePage(
  deps: Needs,
  taking: Taking,
  page: readonly SentinelIncident[],
): Promise<void> {
  const { tenant_id, workspace_id } = taking.context.provider;
  const numbers = page.map((incident) => incident.number);
  const versions = await incidents.readVersions(deps.documents, tenant_id, numbers);
  const candidates = page.filter((incident) => {
    const version = versions.get(incidentKey(workspace_id, incident.number));
    return (
      version?.last_modified_at !== incident.last_modified_at ||
      version.status !== incident.status ||
      version.severity !== incident.severity
    );
  });
  let writes = 0;
  await forEachBounded(candidates, WRITES_AT_ONCE, async (incident) => {
    const isKnown = versions.has(incidentKey(workspace_id, incident.number));
    await takeOrSetAside(deps, taking, incident, isKnown);
    writes += 1;
    if (writes % WRITES_PER_TURN === 0) await nextTurn();
  });
}

/** Keeps a row that cannot be taken over, and says so in the log. */
export function setAside(deps: Needs, taking: Taking, row: JsonObject, reason: string): void {
  const { id: provider_id, tenant_id } = taking.context.provider;
  const kept = setAsideRow(row, reason, deps.clock.now());
  // One more than is kept tells that there are more.
  if (taking.failed.length <= SET_ASIDE_MAX) taking.failed.push(kept);
  deps.log.error("sync.row-set-aside", { tenant_id, provider_id, number: kept.number, reason });
}

async function takeOrSetAside(
  deps: Needs,
  taking: Taking,
  incident: SentinelIncident,
  isKnown: boolean,
): Promise<void> {
  const identity = { ...identityOf(incident.sentinel), number: incident.number };
  try {
    if (await take(deps, taking.context, incident, isKnown)) taking.onChange();
    if (taking.known.some((row) => isSameIncident(row, identity))) taking.taken.push(identity);
  } catch (error) {
    const reason = faultOfRow(error);
    if (reason === undefined) throw error;
    setAside(deps, taking, { ...incident.sentinel, ...numbered(incident) }, reason);
  }
}

const numbered = ({ number, last_modified_at }: SentinelIncident): JsonObject => ({
  IncidentNumber: number,
  LastModifiedTime: last_modified_at,
});

/**
 * Why a row cannot be taken over, in words that may be shown; `undefined` when the failure is not the row's: then
 * the sync as a whole failed, and no row may be passed over for it.
 */
function faultOfRow(error: unknown): string | undefined {
  if (error instanceof ZodError) return "The row cannot be read.";
  if (!(error instanceof AppError) || !OF_ROW.includes(error.code)) return undefined;
  return error.code === "too-large" ? TOO_LARGE : error.detail;
}

/** Takes one row over; whether it changed anything. A change that races with another is decided anew on what is there. */
async function take(
  deps: Needs,
  context: SyncContext,
  incoming: SentinelIncident,
  isKnown: boolean,
): Promise<boolean> {
  const tenantId = context.provider.tenant_id;
  const key = incidentKey(context.provider.workspace_id, incoming.number);
  let mayBeKnown = isKnown;
  const attempt = async (): Promise<boolean | "conflict"> => {
    const stored = mayBeKnown
      ? await incidents.readKnown(deps.documents, tenantId, key)
      : undefined;
    const change = decideChange(incoming, stored, context);
    if (change.kind === "unchanged") return false;
    // The run began minutes ago, perhaps: whoever follows changes goes by when each was made.
    const updated_at = changedAt(stored?.doc["updated_at"], deps.clock.now());
    const at = deps.clock.now().toISOString();
    const subject = { tenant_id: tenantId, incident_key: key, alert_ids: incoming.alert_ids };
    const messages = [
      ...(change.alerts ? [incidentAlert(tenantId, key, at)] : []),
      ...(change.enriches ? [enrichmentRequest(subject, 0)] : []),
    ];
    const outcome =
      change.kind === "arrived"
        ? await incidents.create(deps, { ...change.record, updated_at }, messages)
        : await incidents.patch(
            deps,
            { tenantId, key },
            stored?.etag ?? "",
            { ...change.set, updated_at },
            messages,
          );
    mayBeKnown = true;
    return outcome === "done" ? true : "conflict";
  };
  // Not `conflict`: that says that another sync is running, and this is a failure.
  return retryOnConflict(attempt, {
    what: `Incident ${incoming.number}`,
    code: "store-unavailable",
  });
}
