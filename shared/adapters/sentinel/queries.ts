/** The adapter's own queries. Their text is fixed; values come before it as typed constants. */
import { kqlConstants, kqlDatetime, kqlDynamic, kqlLong, kqlString } from "../../kql/constants.ts";

/** Where the next page of changed incidents begins: after the last incident of the page before. */
export interface PagePosition {
  /** LastModifiedTime as Kusto writes it, with all seven decimals. */
  readonly time: string;
  readonly number: number;
}

/** The column that carries a page's position: the client library cuts datetimes to milliseconds. */
export const POSITION_COLUMN = "_PositionTime";

/**
 * A row without a time of change counts by when it came, and so does one that claims to be changed long after now: nobody
 * would see it until then, and every true change that follows would be older.
 */
const CHANGED_AT = `| extend LastModifiedTime = iff(isnull(LastModifiedTime) or LastModifiedTime > now(1h), TimeGenerated, LastModifiedTime)`;

/**
 * Newest row of each incident changed within the bounds, oldest change first. SecurityIncident gets a row for every
 * change; a page goes by position, so that memory stays flat and rows that arrive meanwhile move nothing. Rows without
 * a number come as one, so that they are seen at all.
 */
const CHANGED_INCIDENTS = `SecurityIncident
${CHANGED_AT}
| where LastModifiedTime between (_from .. _to)
| summarize arg_max(LastModifiedTime, *) by IncidentNumber
| where LastModifiedTime > todatetime(_afterTime) or (LastModifiedTime == todatetime(_afterTime) and IncidentNumber > _afterNumber)
| order by LastModifiedTime asc, IncidentNumber asc
| take _limit
| extend ${POSITION_COLUMN} = tostring(LastModifiedTime)`;

const INCIDENT = `SecurityIncident
| where IncidentNumber == _number
${CHANGED_AT}
| summarize arg_max(LastModifiedTime, *) by IncidentNumber`;

/** The number that Sentinel gave an incident of Defender's. */
const DEFENDER_INCIDENT = `SecurityIncident
| where ProviderName == "Microsoft XDR" and ProviderIncidentId == _id
| summarize arg_max(TimeGenerated, IncidentNumber) by ProviderIncidentId`;

const INCIDENT_NAMED = `SecurityIncident
| where IncidentName =~ _name
${CHANGED_AT}
| summarize arg_max(LastModifiedTime, *) by IncidentNumber`;

/** What is told of an incident's changes; its comments alone may have megabytes in every row. */
const INCIDENT_ROWS = `SecurityIncident
| where IncidentNumber == _number
${CHANGED_AT}
| order by LastModifiedTime desc
| take _limit
| project IncidentNumber, LastModifiedTime, ModifiedBy, Title, Severity, Status, Classification, ClassificationReason, Owner, Labels, AlertIds`;

/** Newest row of each alert; SecurityAlert gets a row for every change of status. */
const ALERTS = `SecurityAlert
| where SystemAlertId in~ (_ids)
| summarize arg_max(TimeGenerated, *) by SystemAlertId
| project SystemAlertId, AlertName, DisplayName, AlertSeverity, Status, ProductName, StartTime, EndTime, Tactics, Techniques, Entities, ExtendedProperties
| order by StartTime asc, SystemAlertId asc`;

const BEGINNING = "0001-01-01T00:00:00.0000000Z";

/** The query of one page; `after` undefined gives the first. Times are ISO 8601. */
export function changedIncidentsQuery(
  range: { from: string; to: string },
  after: PagePosition | undefined,
  limit: number,
): string {
  const constants = kqlConstants({
    // What is still to come was changed no earlier than the position: older rows need not be read again.
    _from: kqlDatetime(new Date(after?.time ?? range.from)),
    _to: kqlDatetime(new Date(range.to)),
    // As text: a constant of type datetime ends at the millisecond.
    _afterTime: kqlString(after?.time ?? BEGINNING),
    _afterNumber: kqlLong(after?.number ?? 0),
    _limit: kqlLong(limit),
  });
  return constants + CHANGED_INCIDENTS;
}

export const incidentQuery = (number: number): string =>
  kqlConstants({ _number: kqlLong(number) }) + INCIDENT;

/** @param id Defender's number. */
export const defenderIncidentQuery = (id: string): string =>
  kqlConstants({ _id: kqlString(id) }) + DEFENDER_INCIDENT;

export const incidentNamedQuery = (name: string): string =>
  kqlConstants({ _name: kqlString(name) }) + INCIDENT_NAMED;

export const incidentRowsQuery = (number: number, limit: number): string =>
  kqlConstants({ _number: kqlLong(number), _limit: kqlLong(limit) }) + INCIDENT_ROWS;

export const alertsQuery = (ids: readonly string[]): string =>
  kqlConstants({ _ids: kqlDynamic([...ids]) }) + ALERTS;

/**
 * Lets the service cut somebody else's query at a number of rows, instead of sending up to its own limit of 500,000.
 * A query that renders stays as it is: nothing may follow `render`. On a new line, because the text may end in a comment.
 */
export const cappedQuery = (kql: string, rows: number): string =>
  /\brender\b/i.test(kql) ? kql : `${kql.replace(/[\s;]+$/, "")}\n| take ${Math.trunc(rows)}`;
