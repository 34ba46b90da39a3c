/** Changes a schedule: its settings, whether it runs by itself, whether it is there at all. */
import { changedMeanwhile, notFound } from "../domain/errors.ts";
import { retryOnConflict } from "../domain/retryOnConflict.ts";
import {
  changedSchedule,
  deletedSchedule,
  paused,
  resumed,
  scheduleAudit,
} from "../domain/schedules.ts";
import type { Deps } from "../ports/deps.ts";
import { scheduleProviderId } from "../repositories/scheduleReferences.ts";
import * as schedules from "../repositories/schedules.ts";
import type { Principal } from "../schemas/principal.ts";
import type { ScheduleRecord, UpdateScheduleBody } from "../schemas/schedules.ts";

type Needs = Pick<Deps, "clock" | "documents" | "log" | "queue" | "settings">;

interface Act {
  name: Parameters<typeof scheduleAudit>[1];
  /** The version that the caller saw; `undefined` changes whatever is there. */
  ifMatch?: string | undefined;
  fields: string[];
  decide: (before: ScheduleRecord, now: Date) => ScheduleRecord;
}

/**
 * Sets the given fields; a new timing gives a new next run.
 * @throws AppError `not-found`; `precondition-failed`; `invalid-fields` as for a new schedule.
 */
export async function updateSchedule(
  deps: Needs,
  principal: Principal,
  target: { id: string; ifMatch: string | undefined },
  body: UpdateScheduleBody,
): Promise<schedules.StoredSchedule> {
  const stored = await schedules.read(deps.documents, principal.tenant_id, target.id);
  if (stored === undefined) throw notFound("schedule");
  const providerId = await scheduleProviderId(deps, principal.tenant_id, body);
  return await act(deps, principal, target.id, {
    name: "patch",
    ifMatch: target.ifMatch,
    fields: Object.keys(body),
    decide: (before, now) => changedSchedule(before, body, providerId, now),
  });
}

/** @throws AppError `not-found`; `conflict` when it does not run by itself anyway. */
export const pauseSchedule = (deps: Needs, principal: Principal, id: string) =>
  act(deps, principal, id, { name: "pause", fields: ["status"], decide: paused });

/** Also enables a schedule that failures had disabled. @throws AppError `not-found`; `conflict` when no run is to come. */
export const resumeSchedule = (deps: Needs, principal: Principal, id: string) =>
  act(deps, principal, id, { name: "resume", fields: ["status"], decide: resumed });

/** It no longer runs, and no list shows it. @throws AppError `not-found`. */
export async function deleteSchedule(deps: Needs, principal: Principal, id: string): Promise<void> {
  await change(deps, principal, id, { name: "delete", fields: [], decide: deletedSchedule });
}

async function act(
  deps: Needs,
  principal: Principal,
  id: string,
  what: Act,
): Promise<schedules.StoredSchedule> {
  await change(deps, principal, id, what);
  const stored = await schedules.read(deps.documents, principal.tenant_id, id);
  if (stored === undefined) throw notFound("schedule");
  return stored;
}

/** An act that changes nothing is not written, nor does the audit trail tell of it. */
async function change(
  deps: Needs,
  principal: Principal,
  id: string,
  { name, ifMatch, fields, decide }: Act,
): Promise<void> {
  const attempt = async (): Promise<"done" | "conflict"> => {
    const stored = await schedules.read(deps.documents, principal.tenant_id, id);
    if (stored === undefined) throw notFound("schedule");
    if (ifMatch !== undefined && ifMatch !== stored.etag) {
      throw changedMeanwhile("schedule");
    }
    const now = deps.clock.now();
    const record = decide(stored.record, now);
    if (record === stored.record) return "done";
    const audit = scheduleAudit(principal, name, { id, version: stored.etag }, fields, now);
    return schedules.save(deps, [{ record, etag: stored.etag, messages: [audit] }]);
  };
  await retryOnConflict(attempt, { what: "The schedule" });
}
