/** Turns a story into an incident: alerts as products raise them, rows as Sentinel and analysts change them. */
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

export interface Case {
  readonly number: number;
  readonly story: Story;
  readonly severity: SentinelSeverity;
  /** When Sentinel makes the incident. */
  readonly arrivesAt: number;
  /** From one change by the products to the next: seconds when played, minutes when it happens by itself. */
  readonly paceMs: number;
  /** What analysts do with it, with times after the last change by the products. */
  readonly handling: readonly Handling[];
}

export type Handling =
  | { readonly kind: "taken"; readonly afterMs: number }
  | { readonly kind: "closed"; readonly afterMs: number; readonly truth: Truth }
  /** Defender finds that it belongs to the incident before it. */
  | { readonly kind: "merged"; readonly afterMs: number };

/** Classifications with the reasons that go with them. */
const VERDICTS: Readonly<Record<Truth, readonly [string, string]>> = {
  true_positive: ["TruePositive", "SuspiciousActivity"],
  benign_positive: ["BenignPositive", "SuspiciousButExpected"],
  false_positive: ["FalsePositive", "IncorrectAlertLogic"],
};

/** All rows of the case: logs, alerts, incident. */
export function caseRows(company: Company, random: Random, one: Case): LogRow[] {
  const { story, severity, arrivesAt, paceMs } = one;
  const alerts = story.alerts.map((alert): AlertSpec => ({
    ...alert,
    id: random.guid(),
    severity,
    tactics: story.tactics,
    techniques: story.techniques,
  }));
  const providerId = providerIncidentIdOf(one.number);
  const alertRows = alerts.flatMap((alert, index) => {
    const raisedAt = arrivesAt + index * paceMs - 500;
    return [
      alertRow(company, random, alert, raisedAt, "New", providerId),
      ...(index === 0
        ? [alertRow(company, random, alert, raisedAt + paceMs, "InProgress", providerId)]
        : []),
    ];
  });
  const spec = { number: one.number, title: story.title, severity, createdAt: arrivesAt, alerts };
  const changes = [...productChanges(one), ...analystChanges(company, random, one)];
  return [...story.rows, ...alertRows, ...incidentRows(company, random, spec, changes)];
}

/** Made from the first alert; each further alert is correlated as it comes. */
function productChanges({ story, arrivesAt, paceMs }: Case): IncidentChange[] {
  return story.alerts.map((_, index) => ({
    at: arrivesAt + index * paceMs,
    by: index === 0 ? "Incident created from alert" : "Microsoft Defender XDR - alert correlation",
    alertCount: index + 1,
    status: "New",
  }));
}

const mergedChange = ({ number }: Case, at: number): IncidentChange => ({
  at,
  by: "Microsoft Defender XDR - alert correlation",
  status: "Closed",
  classification: "Undetermined",
  label: "Redirected",
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
    if (handling.kind === "merged") return mergedChange(one, lastAt + handling.afterMs);
    const base = { at: lastAt + handling.afterMs, by: analyst.upn, owner: analyst };
    if (handling.kind === "taken") return { ...base, status: "Active" };
    const [classification, reason] = VERDICTS[handling.truth];
    return { ...base, status: "Closed", classification, reason };
  });
}
