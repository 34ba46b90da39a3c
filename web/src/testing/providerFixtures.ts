/** SIEM providers, and who may manage them, for component tests. */
import type { Principal } from "../../../shared/schemas/principal.ts";
import type { ProviderView } from "../../../shared/schemas/siemProviders.ts";

import { ANALYST } from "./fixtures.ts";

const AT = "2026-11-21T09:00:00.000Z";

export const ADMIN: Principal = {
  ...ANALYST,
  name: "Ada Moreau",
  email: "admin@contoso.example",
  roles: ["admin"],
  permissions: [...ANALYST.permissions, "incidents:sync", "providers:manage"],
};

export const aProvider = (changes: Partial<ProviderView> = {}): ProviderView => ({
  id: "sip_1",
  name: "Production Sentinel",
  provider_type: "sentinel",
  status: "active",
  workspace_id: "6f7d1c2a-0000-4000-8000-000000000001",
  tenant_id: "76d6f49a-0000-4000-8000-000000000002",
  client_id: "a1b2c3d4-0000-4000-8000-000000000003",
  client_secret_masked: "****cret",
  auth: "client_secret",
  cloud: "public",
  is_default: true,
  sync_enabled: true,
  sync_interval: "PT5M",
  sync_window: "P1D",
  writeback_enabled: false,
  kql_policy: {
    allowed_tables: [],
    denied_tables: [],
    allowed_plugins: [],
    allowed_scopes: [],
    needs_time_bound: false,
  },
  subscription_id: null,
  resource_group: null,
  workspace_name: null,
  last_health_check: AT,
  last_health_status: "healthy",
  last_health_checks: [],
  created_by: "admin@contoso.example",
  created_at: AT,
  updated_at: AT,
  ...changes,
});
