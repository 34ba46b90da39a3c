/** Analyses and results of queries for component tests. */
import type { KqlAnalysis } from "../../../shared/schemas/kql.ts";
import type { HuntResult } from "../features/hunt/queries.ts";

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
