/** Begins a run of a schedule now, whatever its times and state. */
import { notFound } from "../domain/errors.ts";
import { retryOnConflict } from "../domain/retryOnConflict.ts";
import { requestedRun, runIdOf, runMessage } from "../domain/scheduleRuns.ts";
import { scheduleAudit } from "../domain/schedules.ts";
import type { Deps } from "../ports/deps.ts";
import * as scheduleRuns from "../repositories/scheduleRuns.ts";
import * as schedules from "../repositories/schedules.ts";
import type { Principal } from "../schemas/principal.ts";
import type { ScheduleRunRecord } from "../schemas/scheduleRuns.ts";

type Needs = Pick<Deps, "clock" | "documents" | "ids" | "log" | "queue">;

/** A request that was carried out before, by its ids, answers the run that it began then. @throws AppError `not-found`. */
export async function requestRun(
  deps: Needs,
  principal: Principal,
  id: string,
): Promise<ScheduleRunRecord> {
  const { tenant_id } = principal;
  const run_id = runIdOf(id, "manual", deps.ids.next("run"));
  const attempt = async (): Promise<ScheduleRunRecord | "conflict"> => {
    const stored = await schedules.read(deps.documents, tenant_id, id);
    if (stored === undefined) throw notFound("schedule");
    const known = await scheduleRuns.read(deps.documents, { tenant_id, schedule_id: id, run_id });
    if (known !== undefined) return known.run;
    const now = deps.clock.now();
    const { id: actor_id, kind: actor_kind, name: actor_name } = principal;
    const { schedule, run } = requestedRun(
      stored.record,
      run_id,
      { actor_id, actor_kind, actor_name },
      now,
    );
    const audit = scheduleAudit(principal, "run", { id, version: run.id }, [], now);
    const next = { record: schedule, etag: stored.etag };
    const begun = { run: { record: run, etag: undefined }, messages: [runMessage(run), audit] };
    const outcome = await schedules.save(deps, [{ ...next, ...begun }]);
    return outcome === "done" ? run : "conflict";
  };
  return await retryOnConflict(attempt, { what: "The schedule" });
}
