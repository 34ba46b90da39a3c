/**
 * Writes changes of an incident to Sentinel: once, whatever gets lost on the way. Word of a change is stored before
 * Sentinel is asked; what may have been done is looked up there before it is done again.
 */
import { AppError, notFound } from "../domain/errors.ts";
import { changedAt } from "../domain/incidentsFeed.ts";
import {
  closingErrors,
  fieldPartsOf,
  mergeWriteback,
  openParts,
  refuseWritebackOff,
} from "../domain/incidentsWriteback.ts";
import {
  claimed,
  failedWith,
  fingerprintOf,
  guidOf,
  markOf,
  newWriteback,
  takenOver,
  writebackAudit,
} from "../domain/incidentsWritebackRecord.ts";
import { retryOnConflict } from "../domain/retryOnConflict.ts";
import type { Deps } from "../ports/deps.ts";
import type { WriteOutcome } from "../ports/incidentWriter.ts";
import * as incidents from "../repositories/incidents.ts";
import { find, isCurrent, show, type ShownIncident } from "../repositories/incidentViews.ts";
import * as writebacks from "../repositories/incidentsWriteback.ts";
import * as providers from "../repositories/providers.ts";
import type { IncidentRecord } from "../schemas/incidents.ts";
import type {
  CurrentIncident,
  IncidentWriteback,
  WritebackRecord,
} from "../schemas/incidentsWriteback.ts";
import type { Principal } from "../schemas/principal.ts";
import type { SiemProvider } from "../schemas/providers.ts";
import type { WritebackPart } from "../schemas/writebackMark.ts";

type Needs = Pick<Deps, "blobs" | "clock" | "documents" | "ids" | "log" | "queue" | "siem">;

export interface WritebackTarget {
  number: number;
  /** `sentinel`, a `sip_` id or a name, where several workspaces use the number. */
  provider?: string | undefined;
  /** The version that the caller saw; `undefined` changes whatever is there. */
  ifMatch: string | undefined;
  /** The same key of the same caller asks for the same write-back: it is done once. Without one the id decides. */
  idempotencyKey: string | undefined;
}

const CONFLICTS_MAX = 5;
/** Answers that got lost, in one run; the next run is the timer's. */
const LOST_MAX = 2;
const PER_RUN = 50;
/** Who lost a race for a write-back asks again when it is done. */
const SOON = { retryAfterSeconds: 5 };

/**
 * @returns `isDone` false when Sentinel did not say whether it has the change: it is looked up and finished by itself.
 * @throws AppError `not-found`; `precondition-failed`; `conflict` when write-back is off, Sentinel refuses, or the
 *   incident keeps changing; `invalid-fields` for what Sentinel would not take; `siem-unavailable`. Nothing was written
 *   then.
 */
export async function writeBackIncident(
  deps: Needs,
  principal: Principal,
  target: WritebackTarget,
  request: IncidentWriteback,
): Promise<ShownIncident & { isDone: boolean }> {
  const { tenant_id } = principal;
  const stored = await find(deps.documents, tenant_id, target.number, target.provider);
  const provider = await providerOf(deps, stored.record);
  refuseWritebackOff(provider);
  const job = await jobOf(deps, principal, stored, target, request);
  if (job.record.state !== "done") await carryOut(deps, provider, stored.record, job, true);
  const after = await incidents.read(deps.documents, tenant_id, stored.record.incident_key);
  const shown = await show(deps, after ?? stored);
  return { ...shown, isDone: job.record.state === "done" || job.etag === undefined };
}

/** Finishes write-backs whose outcome is open, of all tenants: after a crash, or when answers got lost. */
export async function finishWritebacks(deps: Needs): Promise<void> {
  const now = deps.clock.now();
  for (const { record, etag } of await writebacks.leftOpen(deps.documents, now, PER_RUN)) {
    const ids = { tenant_id: record.tenant_id, writeback_id: record.id };
    const address = { tenantId: record.tenant_id, key: record.incident_key };
    const stored = await incidents.read(deps.documents, address.tenantId, address.key);
    if (stored === undefined) continue;
    const job: Job = { record: claimed(record, now), etag, isResumed: true };
    if (!(await save(deps, job))) continue; // Another run has it.
    try {
      const provider = await providerOf(deps, stored.record);
      refuseWritebackOff(provider);
      await carryOut(deps, provider, stored.record, job, false);
      deps.log.info("writeback.finished", { ...ids, state: job.record.state });
    } catch (error) {
      deps.log.warn("writeback.put-off", { ...ids, error });
    }
  }
}

/** A write-back at work; `etag` is undefined until it is stored. */
interface Job {
  record: WritebackRecord;
  etag: string | undefined;
  /** An earlier run may have written something. */
  isResumed: boolean;
}

async function providerOf({ documents }: Needs, record: IncidentRecord): Promise<SiemProvider> {
  const provider = await providers.readInUse(documents, record.tenant_id, record.provider_id);
  if (provider === undefined) throw notFound("provider");
  return provider.record;
}

/**
 * A new one, or the one that the key stands for.
 * @throws AppError `conflict` while another request works on it; `precondition-failed` when the caller saw another version.
 */
async function jobOf(
  deps: Needs,
  by: Principal,
  stored: incidents.StoredIncident,
  { idempotencyKey, ifMatch }: WritebackTarget,
  request: IncidentWriteback,
): Promise<Job> {
  const incident = stored.record;
  const now = deps.clock.now();
  // Where the kit has the request run once, its ids follow from the key: a run after a crash finds what was begun.
  const writebackId =
    idempotencyKey === undefined ? deps.ids.next("wrb") : `wrb_${guidOf(by.id, idempotencyKey)}`;
  const address = { tenantId: by.tenant_id, key: incident.incident_key };
  const known = await writebacks.read(deps.documents, address, writebackId);
  // What has begun is finished whatever changed since: our own word of it makes another version, too.
  const isBeginning = known === undefined || known.record.state === "failed";
  if (isBeginning && ifMatch !== undefined && !(await isCurrent(deps.documents, stored, ifMatch)))
    throw new AppError("precondition-failed", "The incident has changed since it was read.");
  if (known !== undefined) return await resumed(deps, known, request);
  const record = newWriteback(incident, by, writebackId, request, now);
  return { record: claimed(record, now), etag: undefined, isResumed: false };
}

async function resumed(
  deps: Needs,
  { record, etag }: writebacks.StoredWriteback,
  request: IncidentWriteback,
): Promise<Job> {
  if (record.fingerprint !== fingerprintOf(request))
    throw new AppError("invalid-fields", "This Idempotency-Key was used with another body.");
  const now = deps.clock.now();
  if (record.state === "done") return { record, etag, isResumed: true };
  if (record.state === "open" && record.claimed_until > now.toISOString())
    throw new AppError("conflict", "This write-back is being carried out.", {
      retryAfterSeconds: (Date.parse(record.claimed_until) - now.getTime()) / 1000,
    });
  const { error: _error, ...open } = record;
  const job: Job = { record: claimed({ ...open, state: "open" }, now), etag, isResumed: true };
  if (await save(deps, job)) return job;
  throw new AppError("conflict", "This write-back is being carried out.", SOON);
}

/** @param tells whether a failure before anything was written is thrown to who asked. */
async function carryOut(
  deps: Needs,
  provider: SiemProvider,
  incident: IncidentRecord,
  job: Job,
  tells: boolean,
): Promise<void> {
  let current: CurrentIncident | undefined;
  try {
    current = await writeFields(deps, provider, incident, job);
    current = await writeRest(deps, provider, current, job);
    job.record = { ...job.record, state: "done" };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const isNothing = job.record.written.length === 0 && !job.isResumed;
    job.record = failedWith(job.record, error, isNothing, deps.clock.now());
    if (isNothing && tells) {
      if (job.etag !== undefined) await save(deps, job);
      throw error;
    }
  }
  if (job.etag !== undefined) await settle(deps, job, current);
}

/** Stores a step; whether it is still ours to go on with. */
async function save({ documents, clock }: Needs, job: Job): Promise<boolean> {
  const record = { ...job.record, updated_at: clock.now().toISOString() };
  const saved = await writebacks.save(documents, record, job.etag);
  if (saved === "conflict") return false;
  job.record = saved.record;
  job.etag = saved.etag;
  return true;
}

async function saveOrStop(deps: Needs, job: Job): Promise<void> {
  if (await save(deps, job)) return;
  throw new AppError("conflict", "Another request carries out this write-back.", SOON);
}

async function readCurrent(
  { siem }: Needs,
  provider: SiemProvider,
  { number, sentinel }: IncidentRecord,
): Promise<CurrentIncident> {
  const name = sentinel["IncidentName"];
  const at = { number, name: typeof name === "string" && name !== "" ? name : undefined };
  const current = await siem.currentIncident(provider, at);
  if (current?.number === number) return current;
  throw new AppError(
    "conflict",
    `Azure Resource Manager has no incident ${number} in the workspace ${String(provider.workspace_name)}. Check the provider's subscription, resource group and workspace name.`,
  );
}

/** Merges the change into the incident as it is, and again when somebody else was faster. */
async function writeFields(
  deps: Needs,
  provider: SiemProvider,
  incident: IncidentRecord,
  job: Job,
): Promise<CurrentIncident> {
  const { request } = job.record;
  const parts = fieldPartsOf(request);
  let lost = 0;
  for (let attempt = 1; attempt <= CONFLICTS_MAX; attempt += 1) {
    const current = await readCurrent(deps, provider, incident);
    if (parts.every((part) => job.record.written.includes(part))) return current;
    refuseClosing(request, current);
    const { fields, changes } = mergeWriteback(request, current);
    if (changes.length === 0) {
      // Ours when an earlier try had begun: its answer was lost.
      noteWritten(job, parts, job.record.before_etag === null ? undefined : current);
      return current;
    }
    refuseAmbiguous(job, current);
    job.record = { ...job.record, before_etag: current.etag, changes };
    await saveOrStop(deps, job);
    const result = await deps.siem.updateIncident(provider, current, fields);
    if (result.outcome === "done") {
      noteWritten(job, parts, result.incident);
      return result.incident;
    }
    if (result.outcome === "conflict") continue;
    job.isResumed = true;
    lost += 1;
    if (lost === LOST_MAX) throw new AppError("siem-unavailable", result.detail);
  }
  throw new AppError("conflict", "The incident keeps changing in Sentinel; try again.");
}

/** @throws AppError `invalid-fields` that names the pairs which Sentinel takes. */
function refuseClosing(request: IncidentWriteback, current: CurrentIncident): void {
  const errors = closingErrors(request, current);
  if (errors.length > 0) throw new AppError("invalid-fields", errors[0]?.detail ?? "", { errors });
}

/**
 * After a try whose answer was lost: an incident that changed, and not into what was asked, was changed by somebody
 * else, before our change or after it. Writing again could undo what they did.
 */
function refuseAmbiguous({ isResumed, record }: Job, current: CurrentIncident): void {
  if (!isResumed || record.before_etag === null || record.before_etag === current.etag) return;
  throw new AppError(
    "conflict",
    "Somebody changed the incident in Sentinel meanwhile, and it is not certain whether this change came before. Look at it, and write again what is missing.",
  );
}

function noteWritten(
  job: Job,
  parts: readonly WritebackPart[],
  current: CurrentIncident | undefined,
): void {
  const { written, modified_at } = job.record;
  job.record = {
    ...job.record,
    written: [...new Set([...written, ...parts])],
    modified_at: current === undefined ? modified_at : [...modified_at, current.modified_at],
  };
}

/** Comment and task, by ids of ours: sent twice they are there once. */
async function writeRest(
  deps: Needs,
  provider: SiemProvider,
  current: CurrentIncident,
  job: Job,
): Promise<CurrentIncident> {
  const { siem } = deps;
  const { request, comment_id, task_id } = job.record;
  const { comment, task } = request;
  const open = openParts(job.record);
  if (open.length === 0) return current;
  if (job.etag === undefined) await saveOrStop(deps, job);
  if (comment !== undefined && open.includes("comment"))
    await once(job, "comment", () =>
      siem.addComment(provider, current.name, { id: comment_id, message: comment }),
    );
  if (task !== undefined && open.includes("task")) {
    const { title, description } = task;
    const sent = { id: task_id, title, description };
    await once(job, "task", () => siem.addTask(provider, current.name, sent));
  }
  // Both change the incident's time, by which our own rows are recognised.
  const at = { number: current.number, name: current.name };
  const after = await siem.currentIncident(provider, at).catch(() => undefined);
  noteWritten(job, [], after);
  return after ?? current;
}

async function once(
  job: Job,
  part: WritebackPart,
  write: () => Promise<WriteOutcome<object>>,
): Promise<void> {
  let result = await write();
  for (let lost = 1; result.outcome === "uncertain" && lost < LOST_MAX; lost += 1) {
    job.isResumed = true;
    result = await write();
  }
  if (result.outcome === "done") return noteWritten(job, [part], undefined);
  if (result.outcome === "uncertain") throw new AppError("siem-unavailable", result.detail);
  throw new AppError("conflict", `Sentinel has another ${part} under the same id.`);
}

/** Stores how it stands, shows it on the incident, and puts what was written on the audit trail, in one batch. */
async function settle(deps: Needs, job: Job, current: CurrentIncident | undefined): Promise<void> {
  const { record, etag = "" } = job;
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
