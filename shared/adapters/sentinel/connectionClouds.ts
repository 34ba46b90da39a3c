/** Where Microsoft's clouds answer: sign-in, Log Analytics, Graph and Resource Manager. */
import type { ProviderCloud } from "../../schemas/providers.ts";

/** Addresses without a trailing slash; each is also the resource that a token is asked for. */
export interface CloudAddresses {
  readonly login: string;
  readonly logs: string;
  readonly graph: string;
  readonly arm: string;
}

export const CLOUDS: Readonly<Record<ProviderCloud, CloudAddresses>> = {
  public: {
    login: "https://login.microsoftonline.com",
    logs: "https://api.loganalytics.io",
    graph: "https://graph.microsoft.com",
    arm: "https://management.azure.com",
  },
  usgov: {
    login: "https://login.microsoftonline.us",
    logs: "https://api.loganalytics.us",
    graph: "https://graph.microsoft.us",
    arm: "https://management.usgovcloudapi.net",
  },
  china: {
    login: "https://login.partner.microsoftonline.cn",
    logs: "https://api.loganalytics.azure.cn",
    graph: "https://microsoftgraph.chinacloudapi.cn",
    arm: "https://management.chinacloudapi.cn",
  },
};

/** What a token for the service is asked for. */
export const scopeOf = (service: string): string => `${service}/.default`;
