/** Looks at a run of a schedule: starts its session, or settles the run by what became of the session. */
import { AppError } from "../domain/errors.ts";
import { retryOnConflict } from "../domain/retryOnConflict.ts";
import { changesSince, runFindings } from "../domain/scheduleChanges.ts";
import { type RunEnd, sessionIdOf, settled } from "../domain/scheduleRuns.ts";
import { isOver } from "../domain/sessions.ts";
import { timeScopeIn } from "../domain/timeScope.ts";
import type { Deps } from "../ports/deps.ts";
import * as scheduleRuns from "../repositories/scheduleRuns.ts";
import * as schedules from "../repositories/schedules.ts";
import { readSession } from "../repositories/sessions.ts";
import { RunCondition } from "../schemas/conditions.ts";
import type { AuditEntry } from "../schemas/audit.ts";
import type { ScheduleRunMessage } from "../schemas/messages.ts";
import type { ScheduleRunRecord } from "../schemas/scheduleRuns.ts";
import type { ScheduleRecord } from "../schemas/schedules.ts";
import type { SessionRecord } from "../schemas/sessions.ts";

type Needs = Pick<Deps, "clock" | "documents" | "log" | "queue">;

/** Who a run's session is started by. */
interface Starter {
  tenant_id: string;
  id: string;
  name: string;
  kind: AuditEntry["actor_kind"];
}

/** What a run's session is started with. */
interface Start {
  query: string;
  persona: ScheduleRecord["persona"];
  provider: string;
  timespan?: string;
  model?: string;
  require_model: boolean;
}

/** Starts an investigation whose id is known beforehand; the service that people's own starts go through. */
export type StartSession = (
  starter: Starter,
  body: Start,
  of: { sessionId: string; schedule: { id: string; run_id: string } },
) => Promise<unknown>;

/**
 * Who starts sessions that nobody asked for: all schedules of a tenant share the places of one user, so that they keep
 * neither people nor the workspace waiting.
 */
const SCHEDULES = { id: "schedules", name: "Schedules", kind: "system" } as const;
/** A start that has failed for so long will not succeed, in milliseconds. */
const START_PATIENCE_MS = 60 * 60_000;

/** Failures of a start that another try would repeat. */
const ISSUES_OF_THE_SCHEDULE = new Set(["not-found", "invalid-fields"]);

/**
 * Does nothing for a run that is settled, or whose session is under way.
 * @throws what is the platform's failure: the message is then tried again, and the monitor after it.
 */
export async function advanceScheduledRun(
  deps: Needs,
  message: ScheduleRunMessage,
  startSession: StartSession,
): Promise<void> {
  const stored = await scheduleRuns.read(deps.documents, message);
  if (stored === undefined || stored.run.status !== "running") return;
  const { run } = stored;
  const session = await readSession(deps.documents, run.tenant_id, sessionIdOf(run.id));
  if (session !== undefined) {
    if (isOver(session.session.status))
      await settle(deps, message, await endOf(deps, session.session));
    else if (run.session_id === null) await noteSession(deps, stored);
  } else if (run.session_id !== null) {
    await settle(deps, message, failure(deps, run.session_id, REMOVED));
  } else {
    await start(deps, stored, startSession);
  }
}

const REMOVED = { code: "session-removed", detail: "Its session was removed before it ended." };
const DELETED = { code: "cancelled", detail: "The schedule was deleted before the run began." };
const NOT_STARTED = {
  code: "not-started",
  detail: "Its session could not be started for an hour: the platform was not working.",
};

async function start(
  deps: Needs,
  stored: scheduleRuns.StoredRun,
  startSession: StartSession,
): Promise<void> {
  const { run } = stored;
  const message = { tenant_id: run.tenant_id, schedule_id: run.schedule_id, run_id: run.id };
  const schedule = await schedules.readAny(deps.documents, run.tenant_id, run.schedule_id);
  if (schedule === undefined) return;
  if (schedule.record.deleted_at !== undefined) {
    return settle(deps, message, failure(deps, null, DELETED));
  }
  const of = { sessionId: sessionIdOf(run.id), schedule: { id: run.schedule_id, run_id: run.id } };
  try {
    await startSession(starterOf(run), startOf(schedule.record), of);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (ISSUES_OF_THE_SCHEDULE.has(error.code)) {
      const detail = `The investigation could not be started: ${error.detail}`;
      return settle(deps, message, failure(deps, null, { code: error.code, detail }));
    }
    // `conflict`: somebody else has started it just now; what this worker was to do is done.
    if (error.code !== "conflict") {
      const isPast = deps.clock.now().getTime() - Date.parse(run.started_at) > START_PATIENCE_MS;
      if (isPast) return settle(deps, message, failure(deps, null, NOT_STARTED));
      throw error;
    }
  }
  await noteSession(deps, stored);
}

/** A conflict means that the run was noted or settled by somebody else. */
const noteSession = (deps: Needs, stored: scheduleRuns.StoredRun): Promise<"done" | "conflict"> =>
  scheduleRuns.noteSession(deps, stored, sessionIdOf(stored.run.id));

function starterOf({ tenant_id, requested_by: by }: ScheduleRunRecord): Starter {
  if (by === null) return { tenant_id, ...SCHEDULES };
  const { actor_id: id, actor_kind: kind, actor_name: name = id } = by;
  return { tenant_id, id, kind, name };
}

function startOf(schedule: ScheduleRecord): Start {
  const timespan = schedule.timespan ?? timeScopeIn(schedule.user_query);
  return {
    query: schedule.user_query,
    persona: schedule.persona,
    provider: schedule.provider_id ?? schedule.provider,
    ...(timespan !== undefined && { timespan }),
    ...(schedule.model !== null && { model: schedule.model }),
    require_model: schedule.require_model,
  };
}

/** What the run is told of its end, once it is known which run it is compared with. */
type End = (earlier: ScheduleRunRecord | undefined) => RunEnd;

async function endOf(deps: Needs, session: SessionRecord): Promise<End> {
  const { session_id, report, families } = session;
  const ended_at = session.completed_at ?? deps.clock.now().toISOString();
  if (session.status === "completed" && report !== undefined) {
    // With the first run that ends, not with the start: all of the investigator's questions come with it.
    const { lookedFor } = await import("../investigation/looked.ts");
    const findings = runFindings(report);
    const { verdict } = report;
    const condition = report.condition && RunCondition.parse(report.condition);
    return (earlier) => ({
      status: "completed",
      ended_at,
      session_id,
      verdict,
      findings,
      condition,
      changes: changesSince(earlier, { findings, verdict, condition }, (key) =>
        lookedFor({ families, report }, key),
      ),
    });
  }
  const cancelled = { code: "cancelled", detail: "Its session was cancelled." };
  const error = session.status === "cancelled" ? cancelled : session.error;
  const unknown = { code: "stalled", detail: "Its session ended without a report." };
  return () => ({ status: "failed", ended_at, session_id, error: error ?? unknown });
}

const failure = (
  { clock }: Pick<Deps, "clock">,
  session_id: string | null,
  error: { code: string; detail: string },
): End => {
  const ended_at = clock.now().toISOString();
  return () => ({ status: "failed", ended_at, session_id, error });
};

async function settle(deps: Needs, message: ScheduleRunMessage, end: End): Promise<void> {
  const attempt = async (): Promise<"done" | "conflict"> => {
    const { tenant_id, schedule_id } = message;
    // First, because each end of another run gives the schedule another version: what is read after it is as new.
    const schedule = await schedules.readAny(deps.documents, tenant_id, schedule_id);
    const stored = await scheduleRuns.read(deps.documents, message);
    if (schedule === undefined || stored?.run.status !== "running") return "done";
    const earlier = await scheduleRuns.completedBefore(deps.documents, stored.run);
    const { counted_after } = schedule.record;
    const runs = await scheduleRuns.outcomes(deps.documents, schedule_id, counted_after);
    const as = { runs, now: deps.clock.now() };
    const after = settled(schedule.record, stored.run, end(earlier), as);
    const next = { record: after.schedule, etag: schedule.etag };
    const run = { record: after.run, etag: stored.etag };
    const outcome = await schedules.save(deps, [{ ...next, run, messages: after.messages }]);
    if (outcome === "done") logged(deps, after);
    return outcome;
  };
  await retryOnConflict(attempt, { what: "The schedule", code: "store-unavailable" });
  await scheduleRuns.prune(deps.documents, message.schedule_id);
}

function logged({ log }: Needs, { run, schedule }: ReturnType<typeof settled>): void {
  const { id: run_id, tenant_id, schedule_id, status, error } = run;
  log.info("schedule.run-settled", { tenant_id, schedule_id, run_id, status, code: error?.code });
  if (schedule.status === "FAILED") log.warn("schedule.disabled", { tenant_id, schedule_id });
}
