/** The incidents of a workspace as they stand, and how they are changed: every change is a new row. */
import { createHash } from "node:crypto";

import { iso, type Row } from "./rows/row.ts";
import { bagOf, listOf, newestBy, rowsUntil, textOf } from "./workspaceRows.ts";
import type { Workspace } from "./workspace.ts";

/** What somebody changes; what is absent stays. Values as the table has them. */
export type CaseChange = Readonly<Record<string, Row[string]>>;

/** What the products may still write about an incident lies within this time. */
const WEEK = 604_800_000;

/** Rows of a table with those that are still on their way into it: the services know them before any query does. */
function rowsWith(workspace: Workspace, table: string, until: number): Row[] {
  workspace.tick();
  const limit = iso(until);
  const underway = workspace.underway(table).filter((row) => textOf(row["TimeGenerated"]) <= limit);
  return [...rowsUntil(workspace, table, new Date(until)), ...underway];
}

/** The newest row of each incident at the workspace's time, in order of their numbers. */
export function openCases(workspace: Workspace): Row[] {
  // Changes within one millisecond stand some ticks after it.
  const rows = rowsWith(workspace, "SecurityIncident", workspace.now().getTime() + 1);
  return [...newestBy(rows, "IncidentName", "LastModifiedTime").values()].toSorted(
    (a, b) => Number(a["IncidentNumber"]) - Number(b["IncidentNumber"]),
  );
}

export const caseNamed = (workspace: Workspace, name: string): Row | undefined =>
  openCases(workspace).find((row) => textOf(row["IncidentName"]) === name.toLowerCase());

/** Changes with every row of the incident: no two of them have the same time. */
export const etagOf = (row: Row): string =>
  `"${createHash("sha256")
    .update(`${textOf(row["IncidentName"])}/${textOf(row["LastModifiedTime"])}`)
    .digest("hex")
    .slice(0, 32)}"`;

/** The alerts of an incident, the newest row of each. */
export function alertsOf(workspace: Workspace, row: Row): Row[] {
  const ids = new Set(listOf(row["AlertIds"]).map(textOf));
  return allAlerts(workspace).filter((alert) => ids.has(textOf(alert["SystemAlertId"])));
}

export function allAlerts(workspace: Workspace): Row[] {
  const rows = rowsWith(workspace, "SecurityAlert", workspace.now().getTime());
  return [...newestBy(rows, "SystemAlertId", "TimeGenerated").values()];
}

/** The number of the next incident that somebody makes by hand. */
export const nextNumber = (workspace: Workspace): number =>
  rowsWith(workspace, "SecurityIncident", workspace.now().getTime() + WEEK).reduce(
    (highest, row) => Math.max(highest, Number(row["IncidentNumber"])),
    0,
  ) + 1;

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
  const time = later(textOf(row["LastModifiedTime"]), now);
  const changed = versionOf(row, { ...row, ...change }, time, modifiedBy);
  const kept = rowsWith(workspace, "SecurityIncident", now + WEEK)
    .filter((one) => one["IncidentName"] === row["IncidentName"])
    .filter((one) => textOf(one["LastModifiedTime"]) > time)
    .map((one) => {
      const at = textOf(one["LastModifiedTime"]);
      const by = textOf(one["ModifiedBy"]);
      return versionOf(changed, { ...one, ...change }, later(at, Date.parse(at)), by);
    });
  workspace.record("SecurityIncident", [changed, ...kept]);
  return changed;
}

/** The time as the tables write it; within the millisecond of the change before, one tick (100 ns) after it. */
function later(before: string, now: number): string {
  const time = iso(now);
  if (time > before) return time;
  const ticks = Number(before.slice(20, 27)) + 1;
  return `${before.slice(0, 20)}${String(ticks).padStart(7, "0")}Z`;
}

function versionOf(before: Row, row: Row, time: string, modifiedBy: string): Row {
  const isClosed = row["Status"] === "Closed";
  const isClosing = isClosed && before["Status"] !== "Closed";
  return {
    ...row,
    TimeGenerated: time,
    LastModifiedTime: time,
    FirstModifiedTime: before["FirstModifiedTime"] ?? time,
    // A reopened incident keeps the time at which it was closed last.
    ClosedTime: isClosing ? time : (before["ClosedTime"] ?? null),
    ...(isClosed
      ? {}
      : { Classification: "", ClassificationReason: "", ClassificationComment: "" }),
    ModifiedBy: modifiedBy,
    AdditionalData: {
      ...bagOf(row["AdditionalData"]),
      alertsCount: listOf(row["AlertIds"]).length,
      commentsCount: listOf(row["Comments"]).length,
    },
  };
}
