/** Turns a story into an incident: alerts as products raise them, rows as Sentinel and analysts change them. */
import { variedFace } from "./alertFace.ts";
import type { Company } from "./company.ts";
import type { Random } from "./random.ts";
import {
  alertRow,
  type AlertSpec,
  type IncidentChange,
  incidentRows,
  providerIncidentIdOf,
  type SentinelSeverity,
} from "./rows/incidentRows.ts";
import type { LogRow } from "./rows/row.ts";
import type { Story, Truth } from "./stories/story.ts";

/** What raised the alarm, with the chance that belongs to it. */
export interface Alarm {
  readonly story: Story;
  readonly severity: SentinelSeverity;
  readonly random: Random;
}

export interface Case extends Alarm {
  readonly number: number;
  /** When Sentinel makes the incident. */
  readonly arrivesAt: number;
  /** From one change by the products to the next: seconds when played, minutes when it happens by itself. */
  readonly paceMs: number;
  /** What analysts do with it, with times after the last change by the products. */
  readonly handling: readonly Handling[];
  /** Alerts reach their table after the incident that names them, as often as recordings show; played ones do not. */
  readonly isSlow: boolean;
  /** The incident after it, which Defender merges into this one. */
  readonly absorbs?: { readonly alarm: Alarm; readonly at: number };
}

export type Handling =
  | { readonly kind: "taken"; readonly afterMs: number }
  | { readonly kind: "closed"; readonly afterMs: number; readonly truth: Truth }
  /** Somebody looks at it again. */
  | { readonly kind: "reopened"; readonly afterMs: number }
  /**
   * Defender finds that it belongs to the incident before it. A phantom has been merged before Sentinel ever heard of it:
   * its only row is the one without alerts.
   */
  | { readonly kind: "merged"; readonly at: number; readonly isPhantom: boolean };

/** Classifications with the reasons that go with them. */
const VERDICTS: Readonly<Record<Truth, readonly [string, string]>> = {
  true_positive: ["TruePositive", "SuspiciousActivity"],
  benign_positive: ["BenignPositive", "SuspiciousButExpected"],
  false_positive: ["FalsePositive", "IncorrectAlertLogic"],
};

/** The alerts of an alarm: the same whoever asks. */
function alertsOf({ story, severity, random }: Alarm): AlertSpec[] {
  const ids = random.fork("alerts");
  const chance = random.fork("face");
  return story.alerts.map((alert) => ({
    ...alert,
    ...variedFace(alert, chance),
    id: ids.guid(),
    vendorId: ids.guid(),
    severity,
    tactics: story.tactics,
    techniques: story.techniques,
  }));
}

/** Of 100 recorded alerts, a quarter came more than four minutes after the incident that names them. */
const SLOW_ALERTS = 0.35;
const SLOW_MS = [60_000, 390_000] as const;

/** All rows of the case: logs, alerts, incident. */
export function caseRows(company: Company, one: Case): LogRow[] {
  const { story, severity, arrivesAt, paceMs, random, absorbs } = one;
  const own = alertsOf(one);
  const alertRows = own.flatMap((alert, index) => {
    const slowMs = one.isSlow && random.chance(SLOW_ALERTS) ? random.int(...SLOW_MS) : 0;
    const raisedAt = arrivesAt + index * paceMs - 500 + slowMs;
    return alertVersions(company, one, alert, raisedAt, index === 0);
  });
  const alerts = absorbs === undefined ? own : [...own, ...alertsOf(absorbs.alarm)];
  const spec = { number: one.number, title: story.title, severity, createdAt: arrivesAt, alerts };
  const changes = [...productChanges(one), ...analystChanges(company, random, one)];
  if (absorbs !== undefined) {
    changes.push({ at: absorbs.at, by: CORRELATION, alertCount: alerts.length });
    for (const alert of alerts.slice(own.length))
      alertRows.push(
        alertRow(company, alert, absorbs.at, "InProgress", providerIncidentIdOf(one.number)),
      );
  }
  return [...story.rows, ...alertRows, ...incidentRows(company, random, spec, inTime(changes))];
}

const CORRELATION = "Microsoft Defender XDR - alert correlation";

const inTime = (changes: readonly IncidentChange[]): IncidentChange[] =>
  changes.toSorted((a, b) => a.at - b.at);

/** The first alert of an incident is soon looked at by Defender's own automation. */
function alertVersions(
  company: Company,
  { number, paceMs }: Case,
  alert: AlertSpec,
  raisedAt: number,
  isFirst: boolean,
): LogRow[] {
  const version = (at: number, status: string): LogRow =>
    alertRow(company, alert, at, status, providerIncidentIdOf(number));
  const raised = version(raisedAt, "New");
  return isFirst ? [raised, version(raisedAt + paceMs, "InProgress")] : [raised];
}

/** Made from the first alert; each further alert is correlated as it comes. */
function productChanges({ story, arrivesAt, paceMs, handling }: Case): IncidentChange[] {
  if (handling.some((one) => one.kind === "merged" && one.isPhantom)) return [];
  return story.alerts.map((_, index) => ({
    at: arrivesAt + index * paceMs,
    by: index === 0 ? "Incident created from alert" : CORRELATION,
    alertCount: index + 1,
    status: "New",
  }));
}

const mergedChange = ({ number }: Case, at: number): IncidentChange => ({
  at,
  by: CORRELATION,
  status: "Closed",
  classification: "Undetermined",
  mergedInto: number - 1,
});

function analystChanges(company: Company, random: Random, one: Case): IncidentChange[] {
  const analyst = {
    name: "SOC Analyst",
    upn: `soc.analyst@${company.domain}`,
    id: random.guid(),
  };
  const lastAt = one.arrivesAt + one.story.alerts.length * one.paceMs;
  return one.handling.map((handling): IncidentChange => {
    if (handling.kind === "merged") return mergedChange(one, handling.at);
    const base = { at: lastAt + handling.afterMs, by: analyst.upn, owner: analyst };
    if (handling.kind !== "closed") return { ...base, status: "Active" };
    const [classification, reason] = VERDICTS[handling.truth];
    return { ...base, status: "Closed", classification, reason };
  });
}
