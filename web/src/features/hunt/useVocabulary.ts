/** Names that can be completed: tables, and the columns that reach the caret. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import type { KqlAnalysis } from "../../../../shared/schemas/kql.ts";
import { useApi } from "../../api/context.ts";
import { stageBefore } from "./completion.ts";
import type { Vocabulary } from "./completion.ts";
import { analysisOptions } from "./queries.ts";

/** Tables that most Sentinel workspaces have; one that this workspace lacks is a finding under the text at once. */
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
): Vocabulary {
  const stage = useMemo(() => stageBefore(text, caret) ?? "", [text, caret]);
  const reached = useQuery(analysisOptions(useApi(), stage)).data?.output;
  return useMemo(() => {
    const used = (analysis?.columns ?? []).map((name) => ({ name }));
    const columns = new Map([...used, ...(reached ?? [])].map((column) => [column.name, column]));
    return {
      tables: [...new Set([...(analysis?.tables ?? []), ...USUAL_TABLES])].toSorted(),
      columns: [...columns.values()],
    };
  }, [analysis, reached]);
}
