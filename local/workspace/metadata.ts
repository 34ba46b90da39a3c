/** The metadata endpoint of Log Analytics: which tables a workspace has, with their columns, and which functions. */
import { FUNCTIONS } from "../../shared/schemas/kql.ts";
import { json, type WireReply } from "./wireReply.ts";
import type { Workspace } from "./workspace.ts";

/** Bookkeeping columns that the service adds to every table. */
const INTERNAL = new Set(["TenantId", "SourceSystem", "Type"]);

/** GET /v1/workspaces/{id}/metadata, as its documentation describes it; parts that nobody reads are empty lists. */
export function answerMetadata({ workspaceId, name, azureTenantId, schema }: Workspace): WireReply {
  const tables = Object.entries(schema).map(([table, columns]) => ({
    id: `t/${table}`,
    name: table,
    tableType: table.endsWith("_CL") ? "CustomLog" : "Microsoft",
    ...("TimeGenerated" in columns ? { timespanColumn: "TimeGenerated" } : {}),
    labels: [],
    related: { workspaces: [workspaceId] },
    columns: Object.entries(columns).map(([column, type]) => ({
      name: column,
      type,
      ...(INTERNAL.has(column) ? { isPreferredFacet: false } : {}),
    })),
  }));
  const functions = (schema[FUNCTIONS] ?? []).map((saved) => ({
    id: saved.name,
    name: saved.name,
    displayName: saved.name,
    ...(saved.parameters === "" ? {} : { parameters: saved.parameters }),
    ...(saved.body === undefined ? {} : { body: saved.body }),
    related: saved.name.startsWith("_")
      ? { solutions: ["SecurityInsights"], workspaces: [workspaceId] }
      : { workspaces: [workspaceId] },
  }));
  return json(200, {
    tables,
    functions,
    tableGroups: [],
    categories: [],
    resourceTypes: [],
    solutions: [],
    queries: [],
    applications: [],
    permissions: { workspaces: [{ workspaceId }] },
    workspaces: [
      {
        id: workspaceId,
        name,
        region: "uksouth",
        resourceId: `/subscriptions/${azureTenantId}/resourcegroups/soc/providers/microsoft.operationalinsights/workspaces/${name}`,
        related: { tables: tables.map(({ id }) => id), functions: functions.map(({ id }) => id) },
      },
    ],
  });
}
