/** Controls of time: the clock and the timers. */
import { z } from "zod";

import { AppError } from "../../shared/domain/errors.ts";
import { durationMs } from "../../shared/domain/time.ts";
import type { LocalClock } from "../clock.ts";
import type { Host } from "../host/host.ts";
import { control } from "./router.ts";

/** A year: enough for every schedule, little enough for the simulated tenant. */
const MAX_ADVANCE_MS = 366 * 86_400_000;

const Advance = z.strictObject({ advance: z.iso.duration() });

export function timeControls(host: () => Host, clock: LocalClock) {
  return [
    control({
      method: "GET",
      path: "/clock",
      handle: async () => ({ now: clock.now().toISOString() }),
    }),
    control({
      method: "POST",
      path: "/clock",
      body: Advance,
      async handle({ body }) {
        const ms = durationMs(body.advance);
        if (ms <= 0 || ms > MAX_ADVANCE_MS) {
          const errors = [{ pointer: "/advance", detail: "Between PT1S and P366D." }];
          throw new AppError("invalid-fields", "The clock moves forward only.", { errors });
        }
        const runs = await host().advance(ms);
        return { now: clock.now().toISOString(), runs };
      },
    }),
    control({
      method: "GET",
      path: "/timers",
      handle: async () => ({ timers: host().timers() }),
    }),
    control({
      method: "POST",
      path: "/timers/{name}",
      handle: ({ params }) => host().runTimer(params["name"] ?? ""),
    }),
  ];
}
