/** Adds a schedule. */
import { AppError } from "../domain/errors.ts";
import { newSchedule, scheduleAudit } from "../domain/schedules.ts";
import type { Deps } from "../ports/deps.ts";
import { scheduleProviderId } from "../repositories/scheduleReferences.ts";
import * as schedules from "../repositories/schedules.ts";
import type { Principal } from "../schemas/principal.ts";
import type { CreateScheduleBody } from "../schemas/schedules.ts";

type Needs = Pick<Deps, "clock" | "documents" | "ids" | "log" | "queue" | "settings">;

/** @throws AppError `invalid-fields` when the timing cannot run, or the provider or model is not the tenant's. */
export async function createSchedule(
  deps: Needs,
  principal: Principal,
  body: CreateScheduleBody,
): Promise<schedules.StoredSchedule> {
  const now = deps.clock.now();
  const { tenant_id, app_id } = principal;
  const provider_id = await scheduleProviderId(deps, tenant_id, body);
  const place = {
    id: deps.ids.next("sch"),
    tenant_id,
    created_by: principal.id,
    ...(app_id !== undefined && { app_id }),
  };
  const record = newSchedule({ ...place, provider_id: provider_id ?? null }, body, now);
  const subject = { id: record.id, version: "created" };
  const audit = scheduleAudit(principal, "create", subject, Object.keys(body), now);
  await schedules.create(deps, record, [audit]);
  const stored = await schedules.read(deps.documents, tenant_id, record.id);
  // A request with an Idempotency-Key finds what a run before it, which died, has created.
  if (stored?.record.created_by === principal.id) return stored;
  throw new AppError("conflict", "A schedule of this id exists.");
}
