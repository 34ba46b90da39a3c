/**
 * Writes changes of an incident to Sentinel: once, whatever gets lost on the way. Word of a change is stored before
 * Sentinel is asked; what may have been done is looked up there before it is done again.
 */
import { AppError, changedMeanwhile, notFound } from "../domain/errors.ts";
import { refuseMoved } from "../domain/incidents.ts";
import {
  fieldPartsOf,
  mergeWriteback,
  openParts,
  refuseClosing,
  refuseWritebackOff,
} from "../domain/incidentsWriteback.ts";
import {
  claimed,
  failedWith,
  fingerprintOf,
  newWriteback,
  refuseAmbiguous,
  withWritten,
  writebackIdOf,
} from "../domain/incidentsWritebackRecord.ts";
import type { Deps } from "../ports/deps.ts";
import type { WriteOutcome } from "../ports/incidentWriter.ts";
import * as incidents from "../repositories/incidents.ts";
import { find, isCurrent, show, type ShownIncident } from "../repositories/incidentViews.ts";
import * as writebacks from "../repositories/incidentsWriteback.ts";
import * as jobs from "../repositories/incidentsWritebackJob.ts";
import * as providers from "../repositories/providers.ts";
import type { IncidentRecord } from "../schemas/incidents.ts";
import type { CurrentIncident, IncidentWriteback } from "../schemas/incidentsWriteback.ts";
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
    const job: jobs.Job = { record: claimed(record, now), etag, isResumed: true };
    if (!(await jobs.save(deps, job))) continue; // Another run has it.
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

async function providerOf({ documents }: Needs, record: IncidentRecord): Promise<SiemProvider> {
  const provider = await providers.readInUse(documents, record.tenant_id, record.provider_id);
  if (provider === undefined) throw notFound("provider");
  refuseMoved(record, provider.record);
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
): Promise<jobs.Job> {
  const incident = stored.record;
  const now = deps.clock.now();
  // Where the kit has the request run once, its ids follow from the key: a run after a crash finds what was begun.
  const writebackId =
    idempotencyKey === undefined ? deps.ids.next("wrb") : writebackIdOf(by.id, idempotencyKey);
  const address = { tenantId: by.tenant_id, key: incident.incident_key };
  const known = await writebacks.read(deps.documents, address, writebackId);
  // What has begun is finished whatever changed since: our own word of it makes another version, too.
  const isBeginning = known === undefined || known.record.state === "failed";
  if (isBeginning && ifMatch !== undefined && !(await isCurrent(deps.documents, stored, ifMatch)))
    throw changedMeanwhile("incident");
  if (known !== undefined) return await resumed(deps, known, request);
  const record = newWriteback(incident, by, writebackId, request, now);
  return { record: claimed(record, now), etag: undefined, isResumed: false };
}

async function resumed(
  deps: Needs,
  { record, etag }: writebacks.StoredWriteback,
  request: IncidentWriteback,
): Promise<jobs.Job> {
  if (record.fingerprint !== fingerprintOf(request))
    throw new AppError("invalid-fields", "This Idempotency-Key was used with another body.");
  const now = deps.clock.now();
  if (record.state === "done") return { record, etag, isResumed: true };
  if (record.state === "open" && record.claimed_until > now.toISOString())
    throw new AppError("conflict", "This write-back is being carried out.", {
      retryAfterSeconds: (Date.parse(record.claimed_until) - now.getTime()) / 1000,
    });
  const { error: _error, ...open } = record;
  const job: jobs.Job = { record: claimed({ ...open, state: "open" }, now), etag, isResumed: true };
  if (await jobs.save(deps, job)) return job;
  throw new AppError("conflict", "This write-back is being carried out.", jobs.SOON);
}

/** @param tells whether a failure before anything was written is thrown to who asked. */
async function carryOut(
  deps: Needs,
  provider: SiemProvider,
  incident: IncidentRecord,
  job: jobs.Job,
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
      if (job.etag !== undefined) await jobs.save(deps, job);
      throw error;
    }
  }
  if (job.etag !== undefined) await jobs.settle(deps, job, current);
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
  job: jobs.Job,
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
      job.record = withWritten(
        job.record,
        parts,
        job.record.before_etag === null ? undefined : current,
      );
      return current;
    }
    if (job.isResumed) refuseAmbiguous(job.record, current);
    job.record = { ...job.record, before_etag: current.etag, changes };
    await jobs.saveOrStop(deps, job);
    const result = await deps.siem.updateIncident(provider, current, fields);
    if (result.outcome === "done") {
      job.record = withWritten(job.record, parts, result.incident);
      return result.incident;
    }
    if (result.outcome === "conflict") continue;
    job.isResumed = true;
    lost += 1;
    if (lost === LOST_MAX) throw new AppError("siem-unavailable", result.detail);
  }
  throw new AppError("conflict", "The incident keeps changing in Sentinel; try again.");
}

/** Comment and task, by ids of ours: sent twice they are there once. */
async function writeRest(
  deps: Needs,
  provider: SiemProvider,
  current: CurrentIncident,
  job: jobs.Job,
): Promise<CurrentIncident> {
  const { siem } = deps;
  const { request, comment_id, task_id } = job.record;
  const { comment, task } = request;
  const open = openParts(job.record);
  if (open.length === 0) return current;
  if (job.etag === undefined) await jobs.saveOrStop(deps, job);
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
  job.record = withWritten(job.record, [], after);
  return after ?? current;
}

async function once(
  job: jobs.Job,
  part: WritebackPart,
  write: () => Promise<WriteOutcome<object>>,
): Promise<void> {
  let result = await write();
  for (let lost = 1; result.outcome === "uncertain" && lost < LOST_MAX; lost += 1) {
    job.isResumed = true;
    result = await write();
  }
  if (result.outcome === "done") {
    job.record = withWritten(job.record, [part], undefined);
    return;
  }
  if (result.outcome === "uncertain") throw new AppError("siem-unavailable", result.detail);
  throw new AppError("conflict", `Sentinel has another ${part} under the same id.`);
}
