/** A write-back at work: each step is stored before the next, by one run at a time, and its end together with its incident. */
import { AppError } from "../domain/errors.ts";
import { changedAt } from "../domain/incidentsFeed.ts";
import { markOf, takenOver, writebackAudit } from "../domain/incidentsWritebackRecord.ts";
import { retryOnConflict } from "../domain/retryOnConflict.ts";
import type { Deps } from "../ports/deps.ts";
import type { CurrentIncident, WritebackRecord } from "../schemas/incidentsWriteback.ts";
import * as incidents from "./incidents.ts";
import * as writebacks from "./incidentsWriteback.ts";

type Needs = Pick<Deps, "clock" | "documents" | "log" | "queue">;

/** `etag` is undefined until it is stored. */
export interface Job {
  record: WritebackRecord;
  etag: string | undefined;
  /** An earlier run may have written something. */
  isResumed: boolean;
}

/** Who lost a race for a write-back asks again when it is done. */
export const SOON = { retryAfterSeconds: 5 };

/** Stores a step; whether it is still ours to go on with. */
export async function save({ documents, clock }: Needs, job: Job): Promise<boolean> {
  const record = { ...job.record, updated_at: clock.now().toISOString() };
  const saved = await writebacks.save(documents, record, job.etag);
  if (saved === "conflict") return false;
  job.record = saved.record;
  job.etag = saved.etag;
  return true;
}

/** @throws AppError `conflict` when another run has taken it over. */
export async function saveOrStop(deps: Needs, job: Job): Promise<void> {
  if (await save(deps, job)) return;
  throw new AppError("conflict", "Another request carries out this write-back.", SOON);
}

/** Stores how it stands, shows it on the incident, and puts what was written on the audit trail, in one batch. */
export async function settle(
  deps: Needs,
  { record, etag = "" }: Job,
  current: CurrentIncident | undefined,
): Promise<void> {
  const address = { tenantId: record.tenant_id, key: record.incident_key };
  const attempt = async (): Promise<"done" | "conflict"> => {
    const stored = await incidents.read(deps.documents, address.tenantId, address.key);
    if (stored === undefined) return "done";
    const now = deps.clock.now();
    const set = {
      ...(current !== undefined && takenOver(stored.record, current)),
      writeback: markOf(record, now),
      updated_at: changedAt(stored.record.updated_at, now),
    };
    const messages = record.state === "open" ? [] : writebackAudit(record, now);
    const incident = { etag: stored.etag, set };
    const outcome = await writebacks.saveWithIncident(deps, { record, etag }, incident, messages);
    if (outcome === "done") return "done";
    const latest = await writebacks.read(deps.documents, address, record.id);
    // Somebody else has taken it over: it is theirs to tell.
    return latest?.etag === etag ? "conflict" : "done";
  };
  await retryOnConflict(attempt, { what: `Incident ${record.number}`, code: "store-unavailable" });
}
