/** Rows of SecurityAlert and SecurityIncident: one for every change. */
import type { Company } from "../company.ts";
import type { Random } from "../random.ts";
import { type Entity, entityDocument } from "./entityDocument.ts";
import { iso, type LogRow, logRow, type Row } from "./row.ts";

export type SentinelSeverity = "High" | "Medium" | "Low" | "Informational";

export const PRODUCTS = {
  mde: ["MDATP", "Microsoft Defender Advanced Threat Protection"],
  mdo: ["OATP", "Office 365 Advanced Threat Protection"],
  mcas: ["MCAS", "Microsoft Cloud App Security"],
  identity: ["IPC", "Azure Active Directory Identity Protection"],
  mdi: ["AATP", "Azure Advanced Threat Protection"],
  xdr: ["MicrosoftThreatProtection", "Microsoft 365 Defender"],
} as const;
export type Product = keyof typeof PRODUCTS;

export interface AlertSpec {
  readonly id: string;
  /** The product's own id: it stays the same in every row of the alert. */
  readonly vendorId: string;
  readonly name: string;
  readonly product: Product;
  readonly severity: SentinelSeverity;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly tactics: readonly string[];
  readonly techniques: readonly string[];
  readonly entities: readonly Entity[];
  readonly compromised: string;
}

/** One row of an alert; `providerIncidentId` is Defender's number of the incident. */
export function alertRow(
  company: Company,
  alert: AlertSpec,
  at: number,
  status: string,
  providerIncidentId: string,
): LogRow {
  const [provider, product] = PRODUCTS[alert.product];
  const { vendorId } = alert;
  return logRow(company, "SecurityAlert", at, {
    DisplayName: alert.name,
    AlertName: alert.name,
    AlertSeverity: alert.severity,
    Description: `${alert.name} was detected.`,
    ProviderName: provider,
    VendorName: "Microsoft",
    VendorOriginalId: vendorId,
    SystemAlertId: alert.id,
    AlertType: alert.name.replaceAll(" ", ""),
    IsIncident: false,
    StartTime: iso(alert.startedAt),
    EndTime: iso(alert.endedAt),
    ProcessingEndTime: iso(at - 1000),
    RemediationSteps: JSON.stringify(["Review the activity with the people concerned."]),
    ExtendedProperties: JSON.stringify({
      IncidentId: providerIncidentId,
      DetectionSource: product,
      MitreTechniques: alert.techniques.join(";"),
      "Alert generation status": "Full alert created",
      ProcessedBySentinel: "True",
    }),
    Entities: entityDocument(alert.entities),
    SourceSystem: "Detection",
    ProductName: product,
    AlertLink: `https://security.microsoft.com/alerts/da${vendorId}?tid=${company.azureTenantId}`,
    Status: status,
    CompromisedEntity: alert.compromised,
    Tactics: alert.tactics.join(","),
    Techniques: alert.techniques.length === 0 ? "" : JSON.stringify(alert.techniques),
  });
}

export interface IncidentSpec {
  readonly number: number;
  readonly title: string;
  readonly severity: SentinelSeverity;
  readonly createdAt: number;
  readonly alerts: readonly AlertSpec[];
}

/** What one change of an incident set; what is absent stays as it was. */
export interface IncidentChange {
  readonly at: number;
  readonly by: string;
  /** How many of the alerts it holds from now on, in order. */
  readonly alertCount?: number;
  readonly status?: "New" | "Active" | "Closed";
  readonly owner?: { readonly name: string; readonly upn: string; readonly id: string };
  readonly classification?: string;
  readonly reason?: string;
  /** Number of the incident that took over; the alerts go there. */
  readonly mergedInto?: number;
}

/** Defender numbers its incidents on its own. */
export const providerIncidentIdOf = (number: number): string => String(number * 3 + 4000);

const mergedColumns = ({ azureTenantId }: Company, number: number) => ({
  mergedIncidentNumber: number,
  mergedIncidentUrl: `https://security.microsoft.com/incidents/${providerIncidentIdOf(number)}?tid=${azureTenantId}`,
});

const unique = (values: readonly string[]): string[] => [...new Set(values)];

/** Set by Defender on what it merged into another incident. */
const REDIRECTED = [{ labelName: "Redirected", labelType: "AutoAssigned" }];

/** An incident as it stands after a change. */
interface Standing extends IncidentChange {
  /** When it was closed last: a reopened incident keeps that. */
  readonly closedAt: number | undefined;
}

/** One row for each change, each the whole incident as it was then. */
export function incidentRows(
  company: Company,
  random: Random,
  spec: IncidentSpec,
  changes: readonly IncidentChange[],
): LogRow[] {
  const name = random.guid();
  let now: Omit<Standing, "at" | "by"> = { status: "New", alertCount: 0, closedAt: undefined };
  return changes.map((change) => {
    const standing = {
      ...now,
      ...change,
      closedAt: change.status === "Closed" ? change.at : now.closedAt,
    };
    now = standing;
    return logRow(company, "SecurityIncident", change.at, {
      SourceSystem: "Azure",
      IncidentName: name,
      Title: spec.title,
      Description: "",
      Severity: spec.severity,
      ...verdictColumns(standing),
      Owner: ownerColumn(standing),
      ProviderName: "Microsoft XDR",
      ProviderIncidentId: providerIncidentIdOf(spec.number),
      FirstModifiedTime: null,
      LastModifiedTime: iso(change.at),
      CreatedTime: iso(spec.createdAt),
      IncidentNumber: spec.number,
      RelatedAnalyticRuleIds: [],
      BookmarkIds: [],
      Comments: [],
      Tasks: [],
      IncidentUrl: `https://portal.azure.com/#asset/Microsoft_Azure_Security_Insights/Incident/subscriptions/${company.azureTenantId}/resourceGroups/soc/providers/Microsoft.OperationalInsights/workspaces/${company.name}/providers/Microsoft.SecurityInsights/Incidents/${name}`,
      ...alertColumns(company, spec, standing),
      ModifiedBy: change.by,
    });
  });
}

const verdictColumns = ({ status = "New", classification, reason, closedAt }: Standing): Row => ({
  Status: status,
  Classification: status === "Closed" ? (classification ?? "") : "",
  ClassificationComment: "",
  ClassificationReason: status === "Closed" ? (reason ?? "") : "",
  ClosedTime: closedAt === undefined ? null : iso(closedAt),
});

const ownerColumn = ({ owner }: Standing): Row => ({
  objectId: owner?.id ?? null,
  email: owner?.upn ?? null,
  assignedTo: owner?.name ?? null,
  userPrincipalName: owner?.upn ?? null,
});

/** What follows from the alerts; an incident that was merged has none left. */
function alertColumns(company: Company, spec: IncidentSpec, standing: Standing): Row {
  const { mergedInto, alertCount = 0 } = standing;
  const isMerged = mergedInto !== undefined;
  const alerts = isMerged ? [] : spec.alerts.slice(0, alertCount);
  const active = isMerged ? spec.alerts : alerts;
  return {
    FirstActivityTime: iso(Math.min(...active.map(({ startedAt }) => startedAt))),
    LastActivityTime: iso(Math.max(...active.map(({ endedAt }) => endedAt))),
    AlertIds: alerts.map(({ id }) => id),
    Labels: isMerged ? REDIRECTED : [],
    AdditionalData: {
      alertsCount: alerts.length,
      bookmarksCount: 0,
      commentsCount: 0,
      alertProductNames: unique(alerts.map(({ product }) => PRODUCTS[product][1])),
      tactics: unique(alerts.flatMap(({ tactics }) => tactics)),
      techniques: unique(alerts.flatMap(({ techniques }) => techniques)),
      ...(isMerged ? mergedColumns(company, mergedInto) : {}),
      providerIncidentUrl: `https://security.microsoft.com/incidents/${providerIncidentIdOf(spec.number)}?tid=${company.azureTenantId}`,
    },
  };
}
