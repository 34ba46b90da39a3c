/** Runs of a schedule: their history, and one more now. */
import { notFound } from "../../shared/domain/errors.ts";
import { runView } from "../../shared/domain/scheduleRuns.ts";
import * as scheduleRuns from "../../shared/repositories/scheduleRuns.ts";
import * as schedules from "../../shared/repositories/schedules.ts";
import { ScheduleRunList, ScheduleRunView } from "../../shared/schemas/scheduleRuns.ts";
import { ScheduleParams } from "../../shared/schemas/schedules.ts";
import { advanceScheduledRun } from "../../shared/services/advanceScheduledRun.ts";
import { requestRun } from "../../shared/services/requestRun.ts";
import { startInvestigation } from "../../shared/services/startInvestigation.ts";
import { endpoint, etagOver } from "../kit/endpoint.ts";

const ROUTE = "v1/schedules/{id}";

export const schedulesRuns = endpoint({
  name: "schedules-runs",
  method: "GET",
  route: `${ROUTE}/runs`,
  permission: "schedules:read",
  summary: "List the last 50 runs of a schedule, newest first, with what each changed.",
  params: ScheduleParams,
  reply: ScheduleRunList,
  async handle({ deps, principal, params }) {
    const stored = await schedules.read(deps.documents, principal.tenant_id, params.id);
    if (stored === undefined) throw notFound("schedule");
    const items = (await scheduleRuns.newest(deps.documents, params.id)).map(runView);
    const body = { items, limit: scheduleRuns.RUNS_SHOWN };
    return { status: 200, body, etag: etagOver(JSON.stringify(body)) };
  },
});

export const schedulesRun = endpoint({
  name: "schedules-run",
  method: "POST",
  route: `${ROUTE}/run`,
  permission: "schedules:run",
  summary: "Run a schedule now, without waiting for its time.",
  success: 202,
  params: ScheduleParams,
  reply: ScheduleRunView,
  async handle({ deps, principal, params }) {
    const run = await requestRun(deps, principal, params.id);
    const message = { tenant_id: run.tenant_id, schedule_id: run.schedule_id, run_id: run.id };
    // What its message would do, too: so the answer has the session.
    await advanceScheduledRun(deps, message, (...start) => startInvestigation(deps, ...start));
    const stored = await scheduleRuns.read(deps.documents, message);
    const body = runView(stored?.run ?? run);
    const location = `/api/v1/schedules/${run.schedule_id}/runs`;
    return { status: 202, body, headers: { location } };
  },
});
