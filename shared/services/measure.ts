/** Measures how well investigations did against how incidents were closed and what people thought. */
import { costOf, incidentFigures, scorecard, scorecardsBy } from "../domain/metrics.ts";
import { before } from "../domain/time.ts";
import type { Deps } from "../ports/deps.ts";
import { incidentsOf, incidentsSince, outcomesSince } from "../repositories/metrics.ts";
import type { Metrics } from "../schemas/metrics.ts";

/**
 * Of very many sessions or incidents the newest 20,000 are counted; the reply's `from` then says since when.
 * @throws AppError `invalid-fields` when the timespan is no duration.
 */
export async function measure(
  deps: Pick<Deps, "clock" | "documents">,
  tenantId: string,
  timespan: string,
): Promise<Metrics> {
  const now = deps.clock.now();
  const asked = before(now, timespan).toISOString();
  const [outcomes, arrived] = await Promise.all([
    outcomesSince(deps, tenantId, asked),
    incidentsSince(deps, tenantId, asked),
  ]);
  // One stretch for all figures: the shorter of the two.
  const from = outcomes.from > arrived.from ? outcomes.from : arrived.from;
  const sessions = outcomes.items.filter(({ created_at }) => created_at >= from);
  const incidents = arrived.items.filter(({ created_at }) => created_at >= from);
  const byKey = new Map(arrived.items.map((one) => [one.incident_key, one]));
  const older = new Set(sessions.flatMap(({ incident_key: key }) => key ?? []));
  for (const key of byKey.keys()) older.delete(key);
  for (const one of await incidentsOf(deps.documents, tenantId, [...older])) {
    byKey.set(one.incident_key, one);
  }
  const done = sessions.filter(({ status }) => status === "completed");
  return {
    from,
    to: now.toISOString(),
    truncated: outcomes.truncated || arrived.truncated,
    counted: { sessions: sessions.length, incidents: incidents.length },
    all: scorecard(done, byKey),
    by_family: scorecardsBy(done, byKey, ({ families }) => families),
    by_driver: scorecardsBy(done, byKey, ({ driver }) => [driver]),
    by_persona: scorecardsBy(done, byKey, ({ persona }) => [persona]),
    incidents: incidentFigures(incidents, done),
    cost: costOf(sessions),
  };
}
