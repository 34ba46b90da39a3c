/** Incidents and notifications for component tests, complete and plausible. */
import type { IncidentSummary, IncidentView } from "../../../shared/schemas/incidents.ts";
import type { InboxItem } from "../../../shared/schemas/notifications.ts";
import type { Principal } from "../../../shared/schemas/principal.ts";

export const AT = "2026-11-21T09:00:00.000Z";

export const ANALYST: Principal = {
  kind: "user",
  tenant_id: "contoso",
  id: "11111111-1111-4111-8111-111111111111",
  name: "Ana Lindqvist",
  email: "analyst@contoso.example",
  roles: ["analyst"],
  permissions: [
    "incidents:read",
    "investigations:read",
    "notifications:read",
    "incidents:write",
    "investigations:write",
    "kql:analyze",
    "hunting:run",
  ],
};

export function anIncident(changes: Partial<IncidentView> = {}): IncidentView {
  const number = changes.number ?? 4711;
  return {
    id: `ws-1:${number}`,
    number,
    title: "Impossible travel, then an inbox rule",
    description: "A sign-in from a new country was followed by a rule that hides replies.",
    severity: "high",
    status: "new",
    classification: null,
    classification_reason: null,
    owner: null,
    labels: [],
    created_at: AT,
    last_modified_at: AT,
    first_activity_at: "2026-11-21T08:40:00.000Z",
    last_activity_at: "2026-11-21T08:52:00.000Z",
    closed_at: null,
    source_provider: "Microsoft XDR",
    source_incident_id: "801",
    incident_url: "https://portal.azure.com/#incident/801",
    writeback: null,
    merged_into: null,
    alert_ids: ["alert-1"],
    alert_count: 1,
    tactics: ["InitialAccess", "DefenseEvasion"],
    techniques: ["T1078", "T1564"],
    products: ["Microsoft Entra ID Protection"],
    stated: {},
    notes: "",
    local_status: "new",
    assigned_to: null,
    tags: [],
    local_severity: null,
    provider_id: "sip_1",
    provider: "Production Sentinel",
    conditions: [],
    sync: {
      first_seen_at: AT,
      last_synced_at: AT,
      settled: true,
      late_alerts: 0,
      counts_changed_at: AT,
      reopened_at: null,
      acknowledged_at: null,
    },
    updated_at: AT,
    sentinel: { IncidentNumber: number },
    alerts: [],
    entities: [],
    ...changes,
  };
}

/** What enrichment adds to an incident. */
export const ENRICHED: Pick<IncidentView, "alerts" | "entities" | "enriched_at"> = {
  enriched_at: AT,
  alerts: [
    {
      id: "alert-1",
      name: "Atypical travel",
      severity: "high",
      stated_severity: null,
      status: "New",
      product: "Microsoft Entra ID Protection",
      started_at: "2026-11-21T08:40:00.000Z",
      ended_at: "2026-11-21T08:52:00.000Z",
      tactics: ["InitialAccess"],
      techniques: ["T1078"],
      entity_ids: ["account:anna@contoso.example", "ip:203.0.113.7"],
    },
  ],
  entities: [
    {
      id: "account:anna@contoso.example",
      type: "account",
      value: "anna@contoso.example",
      aliases: ["Anna Berg"],
      strong: true,
      private: false,
      sources: [{ alert_id: "alert-1", path: "$[0]" }],
      alias_sources: [{ alert_id: "alert-1", path: "$[0].Account" }],
    },
    {
      id: "ip:203.0.113.7",
      type: "ip",
      value: "203.0.113.7",
      aliases: [],
      strong: true,
      private: false,
      sources: [{ alert_id: "alert-1", path: "$[1]" }],
      alias_sources: [],
    },
    {
      id: "ip:10.0.0.5",
      type: "ip",
      value: "10.0.0.5",
      aliases: [],
      strong: true,
      private: true,
      sources: [{ alert_id: "alert-1", path: "$[2]" }],
      alias_sources: [],
    },
  ],
};

/** A line of the list from the whole incident. */
export function summaryOf(incident: IncidentView): IncidentSummary {
  const {
    sentinel: _row,
    alerts: _alerts,
    entities: _entities,
    enriched_at: _at,
    ...rest
  } = incident;
  return rest;
}

export function aNotification(changes: Partial<InboxItem> = {}): InboxItem {
  return {
    id: "ntf_1",
    read: false,
    created_at: AT,
    updated_at: AT,
    event: {
      id: "evt_1",
      type: "incident-alert",
      timestamp: AT,
      tenant_id: "contoso",
      data: {
        incident_number: 4711,
        title: "Impossible travel, then an inbox rule",
        severity: "high",
        status: "new",
        provider: "Production Sentinel",
        url: "/incidents/4711",
      },
    },
    ...changes,
  };
}
