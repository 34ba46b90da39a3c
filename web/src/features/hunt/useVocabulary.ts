/** Names that can be completed: the workspace's tables and functions, and the columns that reach the caret. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import type { KqlAnalysis } from "../../../../shared/schemas/kql.ts";
import { useApi } from "../../api/context.ts";
import { stageBefore } from "./completion.ts";
import type { Vocabulary } from "./completion.ts";
import { analysisOptions } from "./queries.ts";
import { schemaOptions } from "./schema.ts";
import type { WorkspaceNames } from "./schema.ts";

/** Tables that most Sentinel workspaces have, for while the workspace's own are not known. */
const USUAL_TABLES = (
  "AADNonInteractiveUserSignInLogs AADServicePrincipalSignInLogs AlertEvidence AlertInfo AuditLogs AzureActivity " +
  "BehaviorAnalytics CloudAppEvents CommonSecurityLog DeviceEvents DeviceFileEvents DeviceLogonEvents " +
  "DeviceNetworkEvents DeviceProcessEvents DeviceRegistryEvents EmailEvents EmailUrlInfo IdentityInfo " +
  "IdentityLogonEvents OfficeActivity SecurityAlert SecurityEvent SecurityIncident SigninLogs Syslog " +
  "ThreatIntelIndicators UrlClickEvents Watchlist"
).split(" ");

/** `text` and `caret` are the settled ones: each stage before the caret costs one analysis, which is then kept. */
export function useVocabulary(
  text: string,
  caret: number,
  analysis: KqlAnalysis | undefined,
  provider: string | undefined,
): Vocabulary {
  const api = useApi();
  const stage = useMemo(() => stageBefore(text, caret) ?? "", [text, caret]);
  const reached = useQuery(analysisOptions(api, stage, provider)).data?.output;
  const workspace = useQuery(schemaOptions(api, provider)).data;
  return useMemo(() => {
    const used = (analysis?.columns ?? []).map((name) => ({ name }));
    const known = reached?.length ? reached : columnsInScope(text, workspace);
    const columns = new Map([...used, ...known].map((column) => [column.name, column]));
    const tables = workspace?.tables.map(({ name }) => name) ?? USUAL_TABLES;
    return {
      tables: [...new Set([...(analysis?.tables ?? []), ...tables])].toSorted(),
      columns: [...columns.values()],
      functions: workspace?.functions ?? [],
    };
  }, [analysis, reached, text, workspace]);
}

/** Columns of every table that the text names: for where the stage before the caret is not understood. */
function columnsInScope(text: string, workspace: WorkspaceNames | undefined) {
  const words = new Set(text.match(/[A-Za-z_]\w*/g));
  return (workspace?.tables ?? [])
    .filter(({ name }) => words.has(name))
    .flatMap(({ columns }) => columns);
}
