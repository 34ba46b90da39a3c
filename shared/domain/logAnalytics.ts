/** Where a provider's workspace is found in the Azure portal. */
import type { SiemProvider } from "../schemas/providers.ts";
import type { SessionView } from "../schemas/sessions.ts";

const PORTALS: Readonly<Record<SiemProvider["cloud"], string>> = {
  public: "https://portal.azure.com",
  usgov: "https://portal.azure.us",
  china: "https://portal.azure.cn",
};

/** `undefined` when the provider does not say where its workspace lies. */
export function logAnalyticsOf(
  provider: SiemProvider,
): NonNullable<SessionView["log_analytics"]> | undefined {
  const { subscription_id, resource_group, workspace_name } = provider;
  if (subscription_id === null || resource_group === null || workspace_name === null) {
    return undefined;
  }
  const names = [subscription_id, resource_group, workspace_name].map(encodeURIComponent);
  return {
    portal: PORTALS[provider.cloud],
    tenant_id: provider.azure_tenant_id,
    resource_id: `/subscriptions/${names[0]}/resourceGroups/${names[1]}/providers/Microsoft.OperationalInsights/workspaces/${names[2]}`,
  };
}
