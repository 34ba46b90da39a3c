/** Figures of investigations: shares with intervals, medians, and "not measured" where nothing was counted. */
import type { IncidentRecord } from "../schemas/incidents.ts";
import type { Scorecard, Share, Span } from "../schemas/metrics.ts";
import type { SessionRecord } from "../schemas/sessions.ts";

/** 97.5th percentile of the normal distribution: two-sided 95 %. */
const Z = 1.959964;

/** Wilson score interval (Wilson 1927): stays inside 0 and 1, and is honest for few cases. */
export function share(count: number, of: number): Share {
  if (of === 0) return { state: "not_measured", of: 0 };
  const p = count / of;
  const z2 = (Z * Z) / of;
  const centre = (p + z2 / 2) / (1 + z2);
  const half = (Z / (1 + z2)) * Math.sqrt((p * (1 - p)) / of + z2 / (4 * of));
  const low = round(Math.max(0, centre - half));
  const high = round(Math.min(1, centre + half));
  return { state: "measured", value: round(p), count, of, low, high };
}

export function span(lengthsMs: readonly number[]): Span {
  const sorted = lengthsMs.filter((one) => one >= 0).toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (upper === undefined || lower === undefined) return { state: "not_measured", of: 0 };
  return { state: "measured", median_ms: (lower + upper) / 2, of: sorted.length };
}

const round = (value: number): number => Math.round(value * 10_000) / 10_000;

type Closed = Pick<IncidentRecord, "incident_key" | "classification">;

/** @param incidents those that the sessions are about; ones without a classification count for nothing. */
export function scorecard(
  sessions: readonly SessionRecord[],
  incidents: ReadonlyMap<string, Closed>,
): Scorecard {
  const judged = sessions.flatMap((session) => {
    const verdict = session.report?.verdict;
    if (verdict === undefined) return [];
    const truth = incidents.get(session.incident_key ?? "")?.classification ?? undefined;
    return [{ verdict, truth: truth === "undetermined" ? undefined : truth }];
  });
  const decided = judged.filter(({ verdict }) => verdict !== "undetermined");
  const closed = decided.filter(({ truth }) => truth !== undefined);
  const attacks = judged.filter(({ truth }) => truth === "true_positive");
  const opinions = sessions.flatMap(({ feedback }) => feedback ?? []);
  const lengths = sessions.flatMap(({ started_at, completed_at }) =>
    started_at === null || completed_at === null
      ? []
      : [Date.parse(completed_at) - Date.parse(started_at)],
  );
  return {
    sessions: sessions.length,
    agreement: share(
      closed.filter(({ verdict, truth }) => verdict === truth).length,
      closed.length,
    ),
    recall_true_positive: share(
      attacks.filter(({ verdict }) => verdict === "true_positive").length,
      attacks.length,
    ),
    abstention: share(judged.length - decided.length, judged.length),
    feedback_agreement: share(
      opinions.filter(({ opinion }) => opinion === "agree").length,
      opinions.length,
    ),
    time_to_verdict: span(lengths),
  };
}

/** The sessions by each name that `namesOf` gives; one with several names counts under each. */
export function scorecardsBy(
  sessions: readonly SessionRecord[],
  incidents: ReadonlyMap<string, Closed>,
  namesOf: (session: SessionRecord) => readonly string[],
): Record<string, Scorecard> {
  const groups = new Map<string, SessionRecord[]>();
  for (const session of sessions) {
    for (const name of namesOf(session)) {
      groups.set(name, [...(groups.get(name) ?? []), session]);
    }
  }
  return Object.fromEntries([...groups].map(([name, of]) => [name, scorecard(of, incidents)]));
}
