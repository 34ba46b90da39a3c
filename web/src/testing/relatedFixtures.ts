/** What stands around an incident, for component tests. */
import type {
  IncidentEntities,
  IncidentTimeline,
  SimilarIncidents,
} from "../../../shared/schemas/incidentsRelated.ts";

const AT = "2026-11-21T09:00:00.000Z";

const timeline: IncidentTimeline = {
  items: [
    {
      at: AT,
      kind: "alert_started",
      title: "Atypical travel",
      source: "SecurityAlert.StartTime",
      alert_id: "alert-1",
    },
    {
      at: AT,
      kind: "comment",
      title: "Looks like a test.",
      source: "SecurityIncident.Comments",
      by: "bo@contoso.example",
    },
    {
      at: AT,
      kind: "changed",
      title: "Changed",
      source: "Audit trail",
      by: "analyst@contoso.example",
      fields: ["notes"],
    },
  ],
  truncated: false,
};

const similar: SimilarIncidents = {
  items: [
    {
      number: 4600,
      provider_id: "sip_1",
      title: "Password spray",
      severity: "medium",
      status: "closed",
      classification: "true_positive",
      created_at: AT,
      score: 0.63,
      reasons: [
        {
          kind: "entity",
          entity_id: "ip:203.0.113.7",
          type: "ip",
          value: "203.0.113.7",
          incidents: 2,
          is_more: false,
          weight: 0.63,
        },
      ],
    },
  ],
  compared_at: AT,
};

const entities: IncidentEntities = {
  items: [
    {
      id: "ip:203.0.113.7",
      type: "ip",
      value: "203.0.113.7",
      aliases: [],
      strong: true,
      private: false,
      sources: [],
      alias_sources: [],
      known: {
        incidents: 1,
        is_more: false,
        latest: [4600],
        first_seen_at: AT,
        last_seen_at: AT,
        sessions: [
          { session_id: "ses_7", incident_number: 4600, verdict: "true_positive", at: AT },
        ],
        has_more_sessions: false,
      },
    },
  ],
  total: 1,
  limit: 100,
  next_cursor: null,
};

export const RELATED: Record<string, unknown> = { timeline, similar, entities };
