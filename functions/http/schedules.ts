/** Schedules: investigations that start by themselves (seed 004). */
import { notFound } from "../../shared/domain/errors.ts";
import { nextRuns, timingErrors } from "../../shared/domain/scheduleTiming.ts";
import {
  refuse,
  RUNS_AHEAD,
  scheduleSummary,
  scheduleView,
} from "../../shared/domain/schedules.ts";
import * as schedules from "../../shared/repositories/schedules.ts";
import {
  CreateScheduleBody,
  PreviewScheduleBody,
  PreviewScheduleReply,
  SchedulePage,
  ScheduleParams,
  ScheduleQuery,
  ScheduleView,
  UpdateScheduleBody,
} from "../../shared/schemas/schedules.ts";
import {
  deleteSchedule,
  pauseSchedule,
  resumeSchedule,
  updateSchedule,
} from "../../shared/services/changeSchedule.ts";
import { createSchedule } from "../../shared/services/createSchedule.ts";
import { endpoint } from "../kit/endpoint.ts";

const ROUTE = "v1/schedules";

export const schedulesList = endpoint({
  name: "schedules-list",
  method: "GET",
  route: ROUTE,
  permission: "schedules:read",
  summary: "List the schedules, newest first.",
  query: ScheduleQuery,
  reply: SchedulePage,
  async handle({ deps, principal, query }) {
    const found = await schedules.list(deps.documents, principal.tenant_id, query);
    const body = {
      items: found.items.map(({ record }) => scheduleSummary(record)),
      total: found.total,
      limit: query.limit,
      next_cursor: found.cursor ?? null,
    };
    return { status: 200, body };
  },
});

export const schedulesCreate = endpoint({
  name: "schedules-create",
  method: "POST",
  route: ROUTE,
  permission: "schedules:write",
  summary: "Create a schedule, on which an investigation starts by itself.",
  success: 201,
  body: CreateScheduleBody,
  reply: ScheduleView,
  async handle({ deps, principal, body }) {
    const stored = await createSchedule(deps, principal, body);
    const location = `/api/${ROUTE}/${stored.record.id}`;
    return { ...shown(stored), status: 201, headers: { location } };
  },
});

export const schedulesPreview = endpoint({
  name: "schedules-preview",
  method: "POST",
  route: `${ROUTE}/preview`,
  permission: "schedules:write",
  summary: "Preview when a timing would run next. Nothing is stored.",
  body: PreviewScheduleBody,
  reply: PreviewScheduleReply,
  async handle({ deps, body }) {
    const now = deps.clock.now();
    refuse(timingErrors(body, now));
    const next_runs = nextRuns(body, now, RUNS_AHEAD).map((run) => run.toISOString());
    return { status: 200, body: { next_runs } };
  },
});

export const schedulesGet = endpoint({
  name: "schedules-get",
  method: "GET",
  route: `${ROUTE}/{id}`,
  permission: "schedules:read",
  summary: "Read a schedule with its next runs.",
  params: ScheduleParams,
  reply: ScheduleView,
  async handle({ deps, principal, params }) {
    const stored = await schedules.read(deps.documents, principal.tenant_id, params.id);
    if (stored === undefined) throw notFound("schedule");
    return shown(stored);
  },
});

export const schedulesUpdate = endpoint({
  name: "schedules-update",
  method: "PATCH",
  route: `${ROUTE}/{id}`,
  permission: "schedules:write",
  summary: "Change a schedule; a new timing gives a new next run.",
  params: ScheduleParams,
  body: UpdateScheduleBody,
  reply: ScheduleView,
  async handle({ deps, principal, params, body, ifMatch }) {
    return shown(await updateSchedule(deps, principal, { id: params.id, ifMatch }, body));
  },
});

export const schedulesPause = endpoint({
  name: "schedules-pause",
  method: "POST",
  route: `${ROUTE}/{id}/pause`,
  permission: "schedules:write",
  summary: "Pause a schedule until it is resumed.",
  params: ScheduleParams,
  reply: ScheduleView,
  async handle({ deps, principal, params }) {
    return shown(await pauseSchedule(deps, principal, params.id));
  },
});

export const schedulesResume = endpoint({
  name: "schedules-resume",
  method: "POST",
  route: `${ROUTE}/{id}/resume`,
  permission: "schedules:write",
  summary: "Resume a schedule, also after failures disabled it.",
  params: ScheduleParams,
  reply: ScheduleView,
  async handle({ deps, principal, params }) {
    return shown(await resumeSchedule(deps, principal, params.id));
  },
});

export const schedulesDelete = endpoint({
  name: "schedules-delete",
  method: "DELETE",
  route: `${ROUTE}/{id}`,
  permission: "schedules:write",
  summary: "Remove a schedule. It runs no more; sessions of its runs stay.",
  success: 204,
  params: ScheduleParams,
  async handle({ deps, principal, params }) {
    await deleteSchedule(deps, principal, params.id);
    return { status: 204 };
  },
});

const shown = ({ record, etag }: schedules.StoredSchedule) => ({
  status: 200 as const,
  body: scheduleView(record),
  etag,
});
