/** Names, analyses and results of queries for component tests. */
import type { KqlAnalysis } from "../../../shared/schemas/kql.ts";
import type { HuntResult } from "../features/hunt/queries.ts";
import type { WorkspaceNames } from "../features/hunt/schema.ts";

export const CLEAN: KqlAnalysis = {
  ok: true,
  diagnostics: [],
  policy: [],
  tables: ["SigninLogs"],
  functions: [],
  columns: ["IPAddress"],
  output: [
    { name: "TimeGenerated", type: "datetime" },
    { name: "UserPrincipalName", type: "string" },
    { name: "IPAddress", type: "string" },
  ],
};

export const HUNTED: HuntResult = {
  columns: [
    { name: "User", type: "string" },
    { name: "Count", type: "long" },
  ],
  rows: [
    ["anna@contoso.example", 9],
    ["=cmd()", 30],
    [null, 100],
  ],
  truncated: true,
  statistics: { duration_ms: 12 },
};

export const NAMES: WorkspaceNames = {
  tables: [
    { name: "Doors_CL", columns: [{ name: "BadgeId", type: "string" }] },
    { name: "SigninLogs", columns: [{ name: "IPAddress", type: "string" }] },
  ],
  functions: [{ name: "RecentDoors", signature: "RecentDoors(days:int=7)" }],
};
