/** Siem on Microsoft Sentinel: its tables, through the Log Analytics query API. */
import { AppError } from "../../domain/errors.ts";
import type { SentinelAlert, Siem } from "../../ports/siem.ts";
import type { SentinelIncident } from "../../schemas/incidents.ts";
import type { JsonObject } from "../../schemas/json.ts";
import type { UnreadableRow } from "../../schemas/setAsideRows.ts";
import { createIncidentWriter } from "./armIncidents.ts";
import { createConnectionTest } from "./connection.ts";
import { createMergeReader } from "./graphIncidents.ts";
import {
  alertsQuery,
  cappedQuery,
  changedIncidentsQuery,
  incidentNamedQuery,
  incidentQuery,
  incidentRowsQuery,
  type PagePosition,
  POSITION_COLUMN,
} from "./queries.ts";
import { alertFromRow, faultOf, incidentFromRow, modifiedBy } from "./rows.ts";
import { createSchemaReader } from "./schema.ts";
import { createWorkspaceReader, type SentinelOptions } from "./workspaceReader.ts";

/** Keeps the text of an alert query small. */
const ALERTS_PER_QUERY = 100;

/** Speaks to the workspace of each provider; clients, tokens and the places in the queue are shared. */
export function createSentinel(options: SentinelOptions): Siem {
  const reader = createWorkspaceReader(options);
  return {
    ...createIncidentWriter(options),
    check: createConnectionTest(options),
    schema: createSchemaReader(options),
    mergedInto: createMergeReader(options, reader),
    async *changedIncidents(provider, range, pageSize, onUnreadable = refuseRow) {
      let after: PagePosition | undefined;
      for (;;) {
        const query = changedIncidentsQuery(range, after, pageSize);
        const rows = await reader.rows(provider, query, range, { isSync: true });
        if (rows.length > 0) yield rows.flatMap((row) => readable(row, onUnreadable));
        const last = rows.at(-1);
        if (last === undefined || rows.length < pageSize) return;
        after = positionOf(last);
      }
    },
    incident: async (provider, number, range) => {
      const [row] = await reader.rows(provider, incidentQuery(number), range);
      return row === undefined ? undefined : readable(row, refuseRow)[0];
    },
    incidentNamed: async (provider, name, range) => {
      const [row] = await reader.rows(provider, incidentNamedQuery(name), range);
      return row === undefined ? undefined : readable(row, refuseRow)[0];
    },
    incidentRows: async (provider, number, range, limit) => {
      const rows = await reader.rows(provider, incidentRowsQuery(number, limit), range);
      return rows
        .filter((row) => faultOf(row) === undefined)
        .map((row) => ({ ...incidentFromRow(row), modified_by: modifiedBy(row) }));
    },
    alerts: async (provider, alertIds, range) => {
      const alerts: SentinelAlert[] = [];
      for (let start = 0; start < alertIds.length; start += ALERTS_PER_QUERY) {
        const ids = alertIds.slice(start, start + ALERTS_PER_QUERY);
        const rows = await reader.rows(provider, alertsQuery(ids), range);
        alerts.push(...rows.map(alertFromRow));
      }
      return alerts;
    },
    query: async (provider, { kql, timespan, maxRows, timeoutMs, isHunt }) => {
      const { columns, rows, partialError, durationMs } = await reader.answer(provider, {
        // One more than asked for tells whether there are more.
        kql: cappedQuery(kql, maxRows + 1),
        timespan,
        timeoutMs,
        kind: isHunt === true ? "hunt" : "other",
      });
      return {
        columns,
        rows: rows.slice(0, maxRows),
        truncated: rows.length > maxRows,
        ...(partialError === undefined ? {} : { partial_error: partialError }),
        duration_ms: durationMs,
      };
    },
  };
}

/** The row's incident; nothing when it is none, which is then told. */
function readable(row: JsonObject, onUnreadable: (row: UnreadableRow) => void): SentinelIncident[] {
  const { [POSITION_COLUMN]: _, ...columns } = row;
  const reason = faultOf(columns);
  if (reason === undefined) return [incidentFromRow(columns)];
  onUnreadable({ reason, row: columns });
  return [];
}

function refuseRow({ reason }: UnreadableRow): never {
  throw new AppError("siem-unavailable", reason);
}

function positionOf(row: JsonObject): PagePosition {
  const time = row[POSITION_COLUMN];
  if (typeof time !== "string")
    throw new AppError("siem-unavailable", "Log Analytics sent an incident without its time.");
  return { time, number: Number(row["IncidentNumber"]) };
}
