/** How the owner of the records reaches what administrators set up: providers, models, API keys, people, audit. */
import type { Records } from "./records.ts";
import type { Sample } from "./samples.ts";

const api = (path: string): string => `/api/${path}`;
const provider = (rest = "") => ({
  path: (of: Records) => api(`admin/siem-providers/${of.providerId}${rest}`),
  role: "admin" as const,
  reach: "record" as const,
});
const model = (rest = "") => ({
  path: (of: Records) => api(`admin/models/${of.modelName}${rest}`),
  role: "admin" as const,
  reach: "record" as const,
});
const apiKey = (rest = "") => ({
  path: (of: Records) => api(`admin/api-keys/${of.apiKeyId}${rest}`),
  role: "admin" as const,
  reach: "record" as const,
});
const connection = (of: Records) => ({
  provider_type: "sentinel",
  workspace_id: `workspace-${of.number}`,
  tenant_id: "22222222-2222-4222-8222-222222222222",
  client_id: "33333333-3333-4333-8333-333333333333",
  client_secret: "a-secret-of-nobody",
});

export const ADMIN_SAMPLES: Readonly<Record<string, Sample>> = {
  "siem-providers-list": {
    path: () => api("admin/siem-providers"),
    role: "admin",
    reach: "own",
    shows: true,
  },
  "siem-providers-test": {
    path: () => api("admin/siem-providers/test"),
    role: "admin",
    reach: "own",
    body: connection,
  },
  "siem-providers-create": {
    path: () => api("admin/siem-providers"),
    role: "admin",
    reach: "own",
    body: (of) => ({ name: `Added for ${of.number}`, ...connection(of) }),
  },
  "siem-providers-get": provider(),
  "siem-providers-update": { ...provider(), body: () => ({ sync_interval: "PT10M" }) },
  "siem-providers-test-saved": provider("/test"),
  "siem-providers-default": provider("/default"),
  "siem-providers-delete": provider(),
  "models-list": { path: () => api("admin/models"), role: "admin", reach: "own", shows: true },
  "models-names": { path: () => api("v1/models"), role: "analyst", reach: "own", shows: true },
  "models-create": {
    path: () => api("admin/models"),
    role: "admin",
    reach: "own",
    body: (of) => ({
      model_name: `added-for-${of.number}`,
      provider: "openai_compatible",
      model_id: "some-model",
      api_base: "http://127.0.0.1:9/v1",
      api_key: "a-key-of-nobody-at-all",
    }),
  },
  "models-get": model(),
  "models-update": { ...model(), body: () => ({ context_tokens: 8_000 }) },
  "models-test": model("/test"),
  "models-default": model("/default"),
  "models-delete": model(),
  "api-keys-list": { path: () => api("admin/api-keys"), role: "admin", reach: "own", shows: true },
  "api-keys-create": {
    path: () => api("admin/api-keys"),
    role: "admin",
    reach: "own",
    body: (of) => ({
      name: `Added for ${of.number}`,
      scopes: ["incidents:read"],
      allowed_cidrs: ["203.0.113.0/24"],
    }),
  },
  "users-assignable": { path: () => api("v1/users"), role: "analyst", reach: "own" },
  "users-list": { path: () => api("admin/users"), role: "admin", reach: "own" },
  "admin-health-get": { path: () => api("admin/health"), role: "admin", reach: "own", shows: true },
  "audit-list": { path: () => api("admin/audit"), role: "admin", reach: "own" },
  "audit-export": { path: () => api("admin/audit/export.csv"), role: "admin", reach: "own" },
  "audit-verify": { path: () => api("admin/audit/verification"), role: "admin", reach: "own" },
  "api-keys-get": apiKey(),
  "api-keys-rotate": apiKey("/rotate?overlap_hours=1"),
  "api-keys-revoke": apiKey(),
};
