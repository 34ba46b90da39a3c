/** How the deployment and a tenant's connections are, for administrators. */
import { z } from "zod";

import { QueueName } from "./messages.ts";
import { Health } from "./providers.ts";

const Time = z.iso.datetime();

/** Document of container control: the last run of one timer, by whichever instance. */
export const TimerRunRecord = z.object({
  type: z.literal("timer-run"),
  id: z.string(),
  name: z.string(),
  /** NCRONTAB, UTC. */
  schedule: z.string(),
  started_at: Time,
  ended_at: Time,
  duration_ms: z.int().nonnegative(),
  outcome: z.enum(["succeeded", "failed"]),
  last_success_at: Time.nullable(),
  /** Failures since the last success. */
  failures: z.int().nonnegative(),
});
export type TimerRunRecord = z.infer<typeof TimerRunRecord>;

/** Document of container control: since when each timer is known to be part of the program, by name. */
export const KnownTimers = z.object({ since: z.record(z.string(), Time) });

const State = z.enum(["ok", "attention", "failed"]);

/** A timer of the program; times, duration and outcome are `null` until it has run. */
const TimerHealth = TimerRunRecord.omit({ type: true, id: true }).extend({
  state: State,
  started_at: Time.nullable(),
  ended_at: Time.nullable(),
  duration_ms: z.int().nonnegative().nullable(),
  outcome: TimerRunRecord.shape.outcome.nullable(),
});

/** Reply of GET /api/admin/health. Nothing in it is a secret, and nothing is another tenant's. */
export const AdminHealth = z
  .object({
    /** The worst of all parts. */
    state: State,
    checked_at: Time,
    store: z.object({ state: State, latency_ms: z.number().nullable() }),
    queues: z.array(
      z.object({
        name: QueueName,
        state: State,
        /** `null` when the broker did not answer. */
        active: z.int().nullable(),
        scheduled: z.int().nullable(),
        dead: z.int().nullable(),
      }),
    ),
    /** All of the program, also those that never ran; empty when the store did not answer. */
    timers: z.array(TimerHealth),
    providers: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        state: State,
        is_sync_on: z.boolean(),
        last_health_status: Health.nullable(),
        last_health_check: Time.nullable(),
        last_synced_at: Time.nullable(),
        detail: z.string(),
      }),
    ),
    models: z.array(
      z.object({
        model_name: z.string(),
        state: State,
        is_default: z.boolean(),
        last_test: z.object({ at: Time, status: Health }).nullable(),
      }),
    ),
  })
  .meta({ id: "AdminHealth" });
export type AdminHealth = z.infer<typeof AdminHealth>;
