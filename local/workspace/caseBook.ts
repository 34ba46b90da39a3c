/** The incidents of a workspace as they stand, and how they are changed: every change is a new row. */
import { type Row, rowHash } from "./rows/row.ts";
import { bagOf, listOf, newestBy, rowsUntil, textOf } from "./workspaceRows.ts";
import type { Workspace } from "./workspace.ts";

/** What somebody changes; what is absent stays. Values as the table has them. */
export type CaseChange = Readonly<Record<string, Row[string]>>;

/** The newest row of each incident at the workspace's time, in order of their numbers. */
export function openCases(workspace: Workspace): Row[] {
  workspace.tick();
  const rows = rowsUntil(workspace, "SecurityIncident", workspace.now());
  return [...newestBy(rows, "IncidentName", "LastModifiedTime").values()].toSorted(
    (a, b) => Number(a["IncidentNumber"]) - Number(b["IncidentNumber"]),
  );
}

export const caseNamed = (workspace: Workspace, name: string): Row | undefined =>
  openCases(workspace).find((row) => textOf(row["IncidentName"]) === name.toLowerCase());

/** Changes with every row of the incident. */
export const etagOf = (row: Row): string => `"${rowHash(row).slice(0, 32)}"`;

/** The alerts of an incident, the newest row of each. */
export function alertsOf(workspace: Workspace, row: Row): Row[] {
  const ids = new Set(listOf(row["AlertIds"]).map(textOf));
  return allAlerts(workspace).filter((alert) => ids.has(textOf(alert["SystemAlertId"])));
}

export const allAlerts = (workspace: Workspace): Row[] => {
  workspace.tick();
  const rows = rowsUntil(workspace, "SecurityAlert", workspace.now());
  return [...newestBy(rows, "SystemAlertId", "TimeGenerated").values()];
};

/**
 * Writes a change as the service does: the whole incident once more. What the products will still write about it in the
 * time to come keeps the change.
 */
export function changeCase(
  workspace: Workspace,
  row: Row,
  change: CaseChange,
  modifiedBy: string,
): Row {
  const now = workspace.now().getTime();
  const changed = versionOf({ ...row, ...change }, now, modifiedBy);
  const all = rowsUntil(workspace, "SecurityIncident", new Date(now + WEEK));
  const later = all.filter(
    (one) =>
      one["IncidentName"] === row["IncidentName"] &&
      Date.parse(textOf(one["LastModifiedTime"])) > now,
  );
  const kept = later.map((one) =>
    versionOf(
      { ...one, ...change },
      Date.parse(textOf(one["LastModifiedTime"])) + 1,
      textOf(one["ModifiedBy"]),
    ),
  );
  workspace.record("SecurityIncident", [changed, ...kept]);
  return changed;
}

const WEEK = 604_800_000;

function versionOf(row: Row, at: number, modifiedBy: string): Row {
  const time = new Date(at).toISOString();
  const isClosed = row["Status"] === "Closed";
  return {
    ...row,
    TimeGenerated: time,
    LastModifiedTime: time,
    FirstModifiedTime: row["FirstModifiedTime"] ?? time,
    ClosedTime: isClosed ? (row["ClosedTime"] ?? time) : null,
    ...(isClosed
      ? {}
      : { Classification: "", ClassificationReason: "", ClassificationComment: "" }),
    ModifiedBy: modifiedBy,
    AdditionalData: {
      ...bagOf(row["AdditionalData"]),
      commentsCount: listOf(row["Comments"]).length,
    },
  };
}
