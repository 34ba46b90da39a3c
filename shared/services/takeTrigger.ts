/** Has the incident that a playbook's call names investigated once, fetching it from Sentinel when no sync has brought it yet. */
import { AppError, notFound } from "../domain/errors.ts";
import { retryOnConflict } from "../domain/retryOnConflict.ts";
import { refuseWritebackOff } from "../domain/incidentsWriteback.ts";
import {
  providersFor,
  subjectOf,
  triggeredSessionId,
  type TriggerSubject,
} from "../domain/sentinelTrigger.ts";
import { before } from "../domain/time.ts";
import type { Deps } from "../ports/deps.ts";
import { incidentKey, type SyncContext } from "../domain/incidents.ts";
import { ofWorkspace } from "../domain/incidentsSync.ts";
import * as incidents from "../repositories/incidents.ts";
import { takePage, type Taking } from "../repositories/incidentsTaking.ts";
import * as providers from "../repositories/providers.ts";
import { readSession } from "../repositories/sessions.ts";
import * as syncState from "../repositories/syncState.ts";
import type { IncidentRecord, SentinelIncident } from "../schemas/incidents.ts";
import type { StartInvestigationBody } from "../schemas/investigations.ts";
import type { Principal } from "../schemas/principal.ts";
import type { SiemProvider } from "../schemas/providers.ts";
import type { SentinelTrigger, SentinelTriggerQuery } from "../schemas/sentinelTrigger.ts";
import type { ReportTo, SessionRecord } from "../schemas/sessions.ts";

type Needs = Pick<Deps, "clock" | "documents" | "log" | "queue" | "siem">;

/** Workspaces keep no incident longer than anybody looks for it. */
const FETCH_BACK = "P90D";
/** Sentinel names an incident before Log Analytics shows it: usually within this many seconds. */
const NOT_YET_SECONDS = 30;
/** Failed sessions of one event that may be asked for again. */
const ATTEMPTS_MAX = 50;
const STARTS_MAX = 3;

/** What a call comes to: a session that is there already, or what is needed to start one. */
type Taken =
  | { kind: "known"; session: SessionRecord }
  | { kind: "new"; sessionId: string; incident: IncidentRecord };

/** Starts an investigation whose id is known beforehand; the service that people's own starts go through. */
export type StartTriggered = (
  start: Pick<StartInvestigationBody, "query" | "persona" | "provider" | "incident_number">,
  of: { sessionId: string; reportTo?: ReportTo },
) => Promise<SessionRecord>;

/**
 * The event's one session. Of calls that come at the same time one starts it, and the others find it.
 * @throws AppError `not-found` when no workspace of the tenant has the incident; `siem-unavailable`, with a time to
 *   wait, when Sentinel has it and Log Analytics does not show it yet, or neither answers; `forbidden` or `conflict` when
 *   a report is to be written back and may not be. Nothing was stored of a session then.
 */
export async function takeTrigger(
  deps: Needs,
  principal: Principal,
  trigger: SentinelTrigger,
  query: SentinelTriggerQuery,
  start: StartTriggered,
): Promise<SessionRecord> {
  const attempt = async (): Promise<SessionRecord | "conflict"> => {
    const found = await take(deps, principal, trigger, query);
    if (found.kind === "known") return found.session;
    const { number, provider_id } = found.incident;
    const { id, kind, name } = principal;
    const { persona, write_back: parts } = query;
    const about = `Investigate incident #${number}.`;
    try {
      return await start(
        { query: about, persona, provider: provider_id, incident_number: number },
        {
          sessionId: found.sessionId,
          ...(parts !== undefined && { reportTo: { parts, by: { id, kind, name } } }),
        },
      );
    } catch (error) {
      if (error instanceof AppError && error.code === "conflict") return "conflict";
      throw error;
    }
  };
  return retryOnConflict(attempt, { what: "The session", attemptsMax: STARTS_MAX });
}

async function take(
  deps: Needs,
  principal: Principal,
  trigger: SentinelTrigger,
  { provider, write_back }: Pick<SentinelTriggerQuery, "provider" | "write_back">,
): Promise<Taken> {
  const writesBack = write_back !== undefined;
  if (writesBack && !principal.permissions.includes("incidents:writeback"))
    throw new AppError("forbidden", "write_back needs the permission incidents:writeback.");
  const subject = subjectOf(trigger);
  if (subject.event.length > 0) {
    const known = await sessionOf(deps, principal.tenant_id, subject.event);
    if (known.session !== undefined) return { kind: "known", session: known.session };
  }
  const incident = await incidentOf(deps, principal.tenant_id, subject, provider);
  if (writesBack) await refuseUnwritable(deps, incident);
  const { incident_key, last_modified_at } = incident;
  const event =
    subject.event.length > 0 ? subject.event : ["incident", incident_key, last_modified_at];
  const { sessionId, session } = await sessionOf(deps, principal.tenant_id, event);
  return session === undefined ? { kind: "new", sessionId, incident } : { kind: "known", session };
}

/** The event's session that stands, or the id of the one to start: what failed or was cancelled may be asked again. */
async function sessionOf(
  { documents }: Needs,
  tenantId: string,
  event: readonly string[],
): Promise<{ sessionId: string; session: SessionRecord | undefined }> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const sessionId = triggeredSessionId(tenantId, event, attempt);
    const session = (await readSession(documents, tenantId, sessionId))?.session;
    if (session?.status !== "failed" && session?.status !== "cancelled")
      return { sessionId, session };
  }
  throw new AppError("conflict", "This event's investigation has failed too often.");
}

async function refuseUnwritable({ documents }: Needs, incident: IncidentRecord): Promise<void> {
  const owner = await providers.readInUse(documents, incident.tenant_id, incident.provider_id);
  if (owner === undefined) throw notFound("provider");
  refuseWritebackOff(owner.record);
}

/** As it is stored; brought over first when it is not. */
async function incidentOf(
  deps: Needs,
  tenantId: string,
  subject: TriggerSubject,
  named: string | undefined,
): Promise<IncidentRecord> {
  for (const provider of await candidatesOf(deps, tenantId, subject, named)) {
    const found =
      (await storedOf(deps, provider, subject)) ?? (await fetched(deps, provider, subject));
    if (found !== undefined) return found;
  }
  throw notFound("incident");
}

async function candidatesOf(
  { documents }: Needs,
  tenantId: string,
  subject: TriggerSubject,
  named: string | undefined,
): Promise<SiemProvider[]> {
  if (subject.arm === undefined || named !== undefined) {
    const provider = await providers.find(documents, tenantId, named);
    if (provider === undefined) throw notFound("provider");
    return [provider];
  }
  return providersFor(subject, await providers.list(documents, tenantId));
}

/** By the number that the call says; an incident of that number and another name is not the one. */
async function storedOf(
  { documents }: Needs,
  provider: SiemProvider,
  { number, arm }: TriggerSubject,
): Promise<IncidentRecord | undefined> {
  if (number === undefined) return undefined;
  const key = incidentKey(provider.workspace_id, number);
  const record = (await incidents.read(documents, provider.tenant_id, key))?.record;
  if (record === undefined || arm === undefined) return record;
  const name = record.sentinel["IncidentName"];
  return typeof name === "string" && name.toLowerCase() === arm.name.toLowerCase()
    ? record
    : undefined;
}

async function fetched(
  deps: Needs,
  provider: SiemProvider,
  { number, arm }: TriggerSubject,
): Promise<IncidentRecord | undefined> {
  const now = deps.clock.now();
  const range = { from: before(now, FETCH_BACK).toISOString(), to: now.toISOString() };
  const incident =
    arm !== undefined
      ? await deps.siem.incidentNamed(provider, arm.name, range)
      : number === undefined
        ? undefined
        : await deps.siem.incident(provider, number, range);
  if (incident !== undefined) return taken(deps, provider, incident, now);
  await refuseNotYet(deps, provider, { number, arm });
  return undefined;
}

/**
 * What the next sync would take it over with, so that people are told of it as that one would have told them. What
 * changed before the first sync's window comes with no sync: as in a first one, it tells nobody when it is old.
 */
async function contextOf(
  { documents }: Needs,
  provider: SiemProvider,
  incident: SentinelIncident,
  startedAt: Date,
): Promise<SyncContext> {
  const stored = await syncState.read(documents, provider.tenant_id, provider.id);
  const state = stored && ofWorkspace(stored, provider);
  const lastSuccessAt = state?.last_success_at;
  const isBefore = incident.last_modified_at < (state?.covered_from ?? "");
  return {
    provider,
    startedAt,
    isFirstSync: lastSuccessAt === undefined || isBefore,
    lastSuccessAt,
  };
}

/** Takes over this one incident as a sync would. */
async function taken(
  deps: Needs,
  provider: SiemProvider,
  incident: SentinelIncident,
  startedAt: Date,
): Promise<IncidentRecord> {
  const taking: Taking = {
    context: await contextOf(deps, provider, incident, startedAt),
    onChange: () => {},
    known: [],
    failed: [],
    taken: [],
  };
  await takePage(deps, taking, [incident]);
  const key = incidentKey(provider.workspace_id, incident.number);
  const stored = await incidents.read(deps.documents, provider.tenant_id, key);
  if (stored !== undefined) return stored.record;
  const reason = taking.failed[0]?.reason ?? "It is gone.";
  throw new AppError("conflict", `The incident cannot be taken over: ${reason}`);
}

/** @throws AppError `siem-unavailable` when Resource Manager has the incident already. */
async function refuseNotYet(
  { siem }: Needs,
  provider: SiemProvider,
  { number, arm }: Pick<TriggerSubject, "number" | "arm">,
): Promise<void> {
  if (provider.subscription_id === null) return;
  const at = { number: number ?? 0, name: arm?.name };
  const current = await siem.currentIncident(provider, at);
  if (current === undefined || (arm === undefined && current.number !== number)) return;
  throw new AppError(
    "siem-unavailable",
    `Sentinel has incident ${current.number}, and Log Analytics does not show it yet. Try again.`,
    { retryAfterSeconds: NOT_YET_SECONDS },
  );
}
