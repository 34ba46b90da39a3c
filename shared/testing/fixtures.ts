/** Builders of records for tests: complete and valid, with what the test says on top. */
import type { SentinelAlert } from "../ports/siem.ts";
import { permissionsOfRoles } from "../domain/permissions.ts";
import type { IncidentRecord, SentinelIncident } from "../schemas/incidents.ts";
import { type ModelRecord, UNKNOWN_ABILITIES } from "../schemas/models.ts";
import type { Principal, Role } from "../schemas/principal.ts";
import { ProviderKqlPolicy, type SiemProvider } from "../schemas/providers.ts";

/** Where the clock of tests stands at first. */
export const NOW = "2026-01-15T12:00:00.000Z";
/** The tenant that fixtures belong to. */
export const TENANT = "contoso";
export const WORKSPACE = "11111111-1111-4111-8111-111111111111";

export const aProvider = (over: Partial<SiemProvider> = {}): SiemProvider => ({
  type: "provider",
  id: "sip_contoso",
  tenant_id: TENANT,
  name: "Production Sentinel",
  provider_type: "sentinel",
  status: "active",
  is_default: true,
  workspace_id: WORKSPACE,
  azure_tenant_id: "22222222-2222-4222-8222-222222222222",
  client_id: "33333333-3333-4333-8333-333333333333",
  auth: "managed_identity",
  cloud: "public",
  sync_enabled: true,
  sync_interval: "PT5M",
  sync_window: "P1D",
  writeback_enabled: false,
  kql_policy: ProviderKqlPolicy.parse({}),
  subscription_id: null,
  resource_group: null,
  workspace_name: null,
  last_health_check: null,
  last_health_status: null,
  last_health_checks: [],
  created_by: null,
  created_at: "2026-01-01T00:00:00.000Z",
  updated_at: "2026-01-01T00:00:00.000Z",
  ...over,
});

/** The tenant's default model, at an address where nothing listens, without a key. */
export const aModel = (over: Partial<ModelRecord> = {}): ModelRecord => ({
  model_name: "judge",
  tenant_id: TENANT,
  provider: "openai_compatible",
  model_id: "scripted-1",
  api_base: "http://127.0.0.1:9/v1",
  auth: "none",
  api_version: null,
  prices: null,
  context_tokens: 64_000,
  is_default: true,
  abilities: UNKNOWN_ABILITIES,
  last_test: null,
  created_by: null,
  created_at: "2026-01-01T00:00:00.000Z",
  updated_at: "2026-01-01T00:00:00.000Z",
  ...over,
});

/** A High incident, new, five minutes old at NOW. */
export const aSentinelIncident = (over: Partial<SentinelIncident> = {}): SentinelIncident => ({
  number: 12345,
  title: "Password spray against many accounts",
  description: "",
  severity: "high",
  status: "new",
  classification: null,
  classification_reason: null,
  owner: null,
  labels: [],
  created_at: "2026-01-15T11:55:00.000Z",
  last_modified_at: "2026-01-15T11:55:00.000Z",
  first_activity_at: "2026-01-15T11:30:00.000Z",
  last_activity_at: "2026-01-15T11:50:00.000Z",
  closed_at: null,
  source_provider: "Microsoft XDR",
  source_incident_id: "801",
  incident_url: "https://portal.azure.com/incident/12345",
  alert_ids: ["alert-1"],
  alert_count: 1,
  tactics: ["CredentialAccess"],
  techniques: ["T1110"],
  products: ["Azure Active Directory Identity Protection"],
  stated: {},
  sentinel: { IncidentNumber: 12345, Severity: "High", Status: "New" },
  ...over,
});

/** The same incident as it is stored after it arrived in a sync at NOW. */
export const anIncident = (over: Partial<IncidentRecord> = {}): IncidentRecord => {
  const incident = { ...aSentinelIncident(), ...over };
  return {
    notes: "",
    local_status: "new",
    assigned_to: null,
    tags: [],
    local_severity: null,
    type: "incident",
    id: "incident",
    tenant_id: TENANT,
    incident_key: `${WORKSPACE}:${incident.number}`,
    provider_id: "sip_contoso",
    provider: "Production Sentinel",
    sync: {
      first_seen_at: NOW,
      last_synced_at: NOW,
      settled: false,
      late_alerts: 0,
      counts_changed_at: NOW,
      reopened_at: null,
      acknowledged_at: null,
    },
    alerted: true,
    writeback: null,
    merged_into: null,
    updated_at: NOW,
    ...incident,
  };
};

export const anAlert = (over: Partial<SentinelAlert> = {}): SentinelAlert => ({
  id: "alert-1",
  name: "Password spray",
  severity: "high",
  status: "New",
  product: "Azure Active Directory Identity Protection",
  started_at: "2026-01-15T11:30:00.000Z",
  ended_at: "2026-01-15T11:50:00.000Z",
  tactics: ["CredentialAccess"],
  techniques: ["T1110"],
  entities: [{ $id: "1", Address: "203.0.113.7", Type: "ip" }],
  ...over,
});

/** A person of one role in the tenant. */
export const aPrincipal = (role: Role = "analyst", over: Partial<Principal> = {}): Principal => ({
  kind: "user",
  tenant_id: TENANT,
  id: `user-${role}`,
  name: `Ana ${role}`,
  email: `${role}@contoso.example`,
  roles: [role],
  permissions: permissionsOfRoles([role]),
  ...over,
});
