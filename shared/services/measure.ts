/** Measures how well investigations did against how incidents were closed and what people thought. */
import { scorecard, scorecardsBy, share, span } from "../domain/metrics.ts";
import { before } from "../domain/time.ts";
import type { Deps } from "../ports/deps.ts";
import { incidentsSince, sessionsSince } from "../repositories/metrics.ts";
import type { Metrics } from "../schemas/metrics.ts";

/**
 * Sentinel keeps no time of acknowledgement, so that one is not measured.
 * @throws AppError `invalid-fields` when the timespan is no duration.
 */
export async function measure(
  deps: Pick<Deps, "clock" | "documents">,
  tenantId: string,
  timespan: string,
): Promise<Metrics> {
  const now = deps.clock.now();
  const from = before(now, timespan);
  const [found, arrived] = await Promise.all([
    sessionsSince(deps.documents, tenantId, from),
    incidentsSince(deps.documents, tenantId, from),
  ]);
  const byKey = new Map(arrived.incidents.map((one) => [one.incident_key, one]));
  const done = found.sessions.filter(({ status }) => status === "completed");
  const covered = new Set(done.map(({ incident_key }) => incident_key));
  const closed = arrived.incidents.filter(({ status }) => status === "closed");
  const resolved = closed.flatMap(({ created_at, closed_at }) =>
    closed_at === null ? [] : [Date.parse(closed_at) - Date.parse(created_at)],
  );
  const coveredCount = arrived.incidents.filter((one) => covered.has(one.incident_key)).length;
  return {
    from: from.toISOString(),
    to: now.toISOString(),
    truncated: found.truncated || arrived.truncated,
    all: scorecard(done, byKey),
    by_family: scorecardsBy(done, byKey, ({ families }) => families ?? []),
    by_driver: scorecardsBy(done, byKey, ({ driver }) => [driver]),
    by_persona: scorecardsBy(done, byKey, ({ persona }) => [persona]),
    incidents: {
      arrived: arrived.incidents.length,
      closed: closed.length,
      coverage: share(coveredCount, arrived.incidents.length),
      time_to_acknowledge: { state: "not_measured", of: 0 },
      time_to_resolve: span(resolved),
    },
  };
}
