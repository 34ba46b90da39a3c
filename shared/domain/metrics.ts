/** Figures of investigations: shares with intervals, medians, and "not measured" where nothing was counted. */
import type { IncidentRecord } from "../schemas/incidents.ts";
import type { Metrics, Scorecard, SessionOutcome, Share, Span } from "../schemas/metrics.ts";
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
  const ninth = sorted[Math.ceil(sorted.length * 0.9) - 1] ?? upper;
  return {
    state: "measured",
    median_ms: (lower + upper) / 2,
    p90_ms: ninth,
    of: sorted.length,
  };
}

const round = (value: number): number => Math.round(value * 10_000) / 10_000;

/** What is kept of a session that is over. */
export const outcomeOf = (session: SessionRecord): SessionOutcome & { updated_at: string } => ({
  id: "outcome",
  type: "outcome",
  tenant_id: session.tenant_id,
  session_id: session.session_id,
  status: session.status,
  driver: session.driver,
  persona: session.persona,
  families: session.families ?? [],
  incident_key: session.incident_key ?? null,
  verdict: session.report?.verdict ?? null,
  created_at: session.created_at,
  updated_at: session.updated_at,
  started_at: session.started_at,
  completed_at: session.completed_at,
  opinions: (session.feedback ?? []).map(({ opinion }) => opinion),
  cost:
    session.spent === undefined
      ? null
      : { usd: session.spent.usd, usd_kind: session.spent.usd_kind },
});

type Closed = Pick<IncidentRecord, "classification">;

/** @param incidents those that the sessions are about; ones without a classification count for nothing. */
export function scorecard(
  sessions: readonly SessionOutcome[],
  incidents: ReadonlyMap<string, Closed>,
): Scorecard {
  const judged = sessions.flatMap(({ verdict, incident_key }) => {
    if (verdict === null) return [];
    const truth = incidents.get(incident_key ?? "")?.classification ?? undefined;
    return [{ verdict, truth: truth === "undetermined" ? undefined : truth }];
  });
  const decided = judged.filter(({ verdict }) => verdict !== "undetermined");
  const closed = decided.filter(({ truth }) => truth !== undefined);
  const attacks = judged.filter(({ truth }) => truth === "true_positive");
  const opinions = sessions.flatMap((session) => session.opinions);
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
      opinions.filter((opinion) => opinion === "agree").length,
      opinions.length,
    ),
    time_to_verdict: span(
      sessions.flatMap(({ started_at, completed_at }) => lengths(started_at, completed_at)),
    ),
  };
}

/** The sessions by each name that `namesOf` gives; one with several names counts under each. */
export function scorecardsBy(
  sessions: readonly SessionOutcome[],
  incidents: ReadonlyMap<string, Closed>,
  namesOf: (session: SessionOutcome) => readonly string[],
): Record<string, Scorecard> {
  const groups = new Map<string, SessionOutcome[]>();
  for (const session of sessions) {
    for (const name of namesOf(session)) {
      const group = groups.get(name);
      if (group === undefined) groups.set(name, [session]);
      else group.push(session);
    }
  }
  return Object.fromEntries([...groups].map(([name, of]) => [name, scorecard(of, incidents)]));
}

type Arrived = Pick<
  IncidentRecord,
  "incident_key" | "status" | "classification" | "created_at" | "closed_at"
> & {
  sync?: { acknowledged_at?: string | null | undefined } | undefined;
  sentinel?: { FirstModifiedTime?: string | null | undefined } | undefined;
};

/** @param done investigations with a report, of these incidents and others. */
export function incidentFigures(
  incidents: readonly Arrived[],
  done: readonly Pick<SessionOutcome, "incident_key">[],
): Metrics["incidents"] {
  const covered = new Set(done.map(({ incident_key }) => incident_key));
  const closed = incidents.filter(({ status }) => status === "closed");
  return {
    arrived: incidents.length,
    closed: closed.length,
    coverage: share(
      incidents.filter((one) => covered.has(one.incident_key)).length,
      incidents.length,
    ),
    time_to_acknowledge: span(
      incidents.flatMap((one) => lengths(one.created_at, acknowledgedAt(one))),
    ),
    time_to_resolve: span(
      closed.flatMap(({ created_at, closed_at }) => lengths(created_at, closed_at)),
    ),
  };
}

/** When somebody first took it up: as the sync or a change here saw it, else as Sentinel's row says. */
function acknowledgedAt({ status, sync, sentinel }: Arrived): string | null {
  const inSentinel = status === "new" ? undefined : sentinel?.FirstModifiedTime;
  return sync?.acknowledged_at ?? inSentinel ?? null;
}

/** Milliseconds between two times; nothing when one is missing or unreadable. */
function lengths(from: string | null, to: string | null): number[] {
  if (from === null || to === null) return [];
  const length = Date.parse(to) - Date.parse(from);
  return Number.isNaN(length) ? [] : [length];
}

/** What models cost; an unknown cost is counted, not taken for nothing. */
export function costOf(sessions: readonly Pick<SessionOutcome, "cost">[]): Metrics["cost"] {
  const costs = sessions.flatMap(({ cost }) => cost ?? []);
  const known = costs.flatMap(({ usd, usd_kind }) =>
    usd === null || usd_kind === "unknown" ? [] : [usd],
  );
  const count = (kind: string): number => costs.filter(({ usd_kind }) => usd_kind === kind).length;
  return {
    usd: known.length === 0 ? null : round(known.reduce((sum, usd) => sum + usd, 0)),
    measured: count("measured"),
    estimated: count("estimated"),
    unknown: count("unknown"),
    none: sessions.length - costs.length,
  };
}
