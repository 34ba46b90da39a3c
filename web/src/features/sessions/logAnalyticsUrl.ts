/** The address under which the Azure portal opens a query: gzip, base64, with its time range. */
import type { SessionView } from "../../../../shared/schemas/sessions.ts";

/** https://learn.microsoft.com/azure/azure-monitor/logs/log-analytics-overview: the share link of the query editor. */
export async function logAnalyticsUrl(
  { portal, tenant_id, resource_id }: NonNullable<SessionView["log_analytics"]>,
  kql: string,
  { from, to }: SessionView["timespan"],
): Promise<string> {
  const zipped = new Blob([kql]).stream().pipeThrough(new CompressionStream("gzip"));
  const bytes = new Uint8Array(await new Response(zipped).arrayBuffer());
  const query = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  return [
    `${portal}/#@${encodeURIComponent(tenant_id)}/blade`,
    "Microsoft_OperationsManagementSuite_Workspace/Logs.ReactView",
    `resourceId/${encodeURIComponent(resource_id)}`,
    "source/LogsBlade.AnalyticsShareLinkToQuery",
    `q/${encodeURIComponent(query)}`,
    `timespan/${encodeURIComponent(`${from}/${to}`)}`,
  ].join("/");
}
