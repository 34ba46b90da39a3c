/** The incident's timeline as a picture: which lane a step stands in, and how far along. */
import type { IncidentView } from "../../../../shared/schemas/incidents.ts";
import type { TimelineItem } from "../../../../shared/schemas/incidentsRelated.ts";
import type { Severity } from "../../../../shared/schemas/severity.ts";

/** A span of time; `from` and `to` are shares of the whole, 0 to 1. */
export interface Bar {
  id: string;
  from: number;
  to: number;
  title: string;
  severity: Severity | undefined;
}

export interface Dot {
  id: string;
  at: number;
  title: string;
  iso: string;
}

export interface Picture {
  fromMs: number;
  toMs: number;
  activity: Bar | undefined;
  alerts: Bar[];
  /** Alerts beyond those drawn. */
  alertsLeftOut: number;
  sentinel: Dot[];
  ours: Dot[];
}

const ALERTS_MAX = 12;
const OURS: ReadonlySet<TimelineItem["kind"]> = new Set([
  "first_seen",
  "enriched",
  "changed",
  "written_back",
  "session_started",
  "session_ended",
]);
const AS_BARS: ReadonlySet<TimelineItem["kind"]> = new Set([
  "first_activity",
  "last_activity",
  "alert_started",
  "alert_ended",
]);

/** True for what was done here; the rest happened in Sentinel or in the world. */
export const isOurs = (item: TimelineItem): boolean => OURS.has(item.kind);

/** Undefined when no time is known. */
export function pictureOf(
  incident: IncidentView,
  items: readonly TimelineItem[],
): Picture | undefined {
  const { first_activity_at: first, last_activity_at: last } = incident;
  const alerts = incident.alerts
    .filter(({ started_at }) => started_at !== null)
    .toSorted((a, b) => Date.parse(a.started_at ?? "") - Date.parse(b.started_at ?? ""));
  const times = [
    ...items.map(({ at }) => at),
    ...alerts.flatMap(({ started_at, ended_at }) => [started_at, ended_at]),
    first,
    last,
  ].flatMap((at) => (at === null ? [] : [Date.parse(at)]));
  if (times.length === 0) return undefined;
  const fromMs = Math.min(...times);
  const toMs = Math.max(...times, fromMs + 60_000);
  const share = (iso: string) => (Date.parse(iso) - fromMs) / (toMs - fromMs);
  const dots = (are: (item: TimelineItem) => boolean): Dot[] =>
    items
      .filter((item) => !AS_BARS.has(item.kind) && are(item))
      .map(({ at, title }, index) => ({ id: `${at}.${index}`, at: share(at), title, iso: at }));
  return {
    fromMs,
    toMs,
    activity:
      first === null
        ? undefined
        : {
            id: "activity",
            from: share(first),
            to: share(last ?? first),
            title: "First to last activity",
            severity: undefined,
          },
    alerts: alerts.slice(0, ALERTS_MAX).map(({ id, name, severity, started_at, ended_at }) => ({
      id,
      from: share(started_at ?? ""),
      to: share(ended_at ?? started_at ?? ""),
      title: name,
      severity,
    })),
    alertsLeftOut: Math.max(alerts.length - ALERTS_MAX, 0),
    sentinel: dots((item) => !isOurs(item)),
    ours: dots(isOurs),
  };
}
