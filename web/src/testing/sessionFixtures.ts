/** Sessions, their evidence and their reports for component tests. */
import type { Evidence, Report, SessionView } from "../../../shared/schemas/sessions.ts";
import { ANALYST, AT } from "./fixtures.ts";

const RANGE = { from: "2026-11-20T08:40:00.000Z", to: "2026-11-21T08:52:00.000Z" };

const KQL = `// Sign-ins of the account in the time of the incident
let account = "anna@contoso.example";
SigninLogs
| where TimeGenerated between (datetime(2026-11-20T08:40:00Z) .. datetime(2026-11-21T08:52:00Z))
| where UserPrincipalName =~ account
| project TimeGenerated, UserPrincipalName, IPAddress, ResultType
| take 500`;

export const EVIDENCE: Evidence = {
  id: "ev_1",
  question: "From where did the account sign in?",
  kql: KQL,
  started_at: AT,
  ended_at: AT,
  timespan: RANGE,
  columns: [
    { name: "TimeGenerated", type: "datetime" },
    { name: "UserPrincipalName", type: "string" },
    { name: "IPAddress", type: "string" },
    { name: "ResultType", type: "string" },
  ],
  rows: [
    {
      hash: "aa11",
      values: ["2026-11-21T08:29:00.000Z", "anna@contoso.example", "198.51.100.23", "0"],
    },
    {
      hash: "bb22",
      values: ["2026-11-21T08:40:00.000Z", "anna@contoso.example", "203.0.113.7", "0"],
    },
  ],
  row_count: 2,
  truncated: false,
  statistics: { duration_ms: 38 },
};

export const REPORT: Report = {
  verdict: "true_positive",
  confidence: 0.86,
  stability: null,
  check: "verified",
  summary: [
    { text: "The account was used from 203.0.113.7.", claim_ids: ["c1"] },
    { text: "Nine sign-ins failed before.", claim_ids: ["c2"] },
  ],
  claims: [
    {
      id: "c1",
      text: "anna@contoso.example signed in from 203.0.113.7.",
      kind: "value",
      is_key: true,
      finding_key: "signin.ip",
      refs: [{ evidence_id: "ev_1", row_hash: "bb22", column: "IPAddress", value: "203.0.113.7" }],
      check: "verified",
      reason: "The cell holds this value.",
    },
    {
      id: "c2",
      text: "Nine sign-ins failed before one succeeded.",
      kind: "count",
      is_key: false,
      finding_key: "signin.failures",
      refs: [{ evidence_id: "ev_1", count: 9 }],
      check: "struck",
      reason: "The evidence has 2 rows, not 9.",
    },
  ],
  timeline: [
    { at: "2026-11-21T08:29:00.000Z", text: "Sign-in from 198.51.100.23", claim_ids: [] },
    { at: "2026-11-21T08:40:00.000Z", text: "Sign-in from 203.0.113.7", claim_ids: ["c1"] },
  ],
  entities: [
    { type: "account", value: "anna@contoso.example", claim_ids: ["c1"] },
    { type: "ip", value: "203.0.113.7", claim_ids: ["c1"] },
  ],
  mitre: [{ tactic: "InitialAccess", technique: "T1078" }],
  actions: [
    { text: "Revoke the account's sessions and reset its password.", priority: "now" },
    { text: "Remove the inbox rule after a copy is kept.", priority: "soon" },
  ],
  not_checked: [
    { question: "Did mail leave the tenant?", reason: "EmailEvents is not connected." },
  ],
  not_observable: [
    { question: "Was the host infected?", reason: "DeviceEvents had no rows in the window." },
  ],
};

export function aSession(changes: Partial<SessionView> = {}): SessionView {
  return {
    id: "ses_1",
    status: "completed",
    stage: "report",
    query: "Investigate incident #4711",
    persona: "soc_analyst",
    provider_id: "sip_1",
    provider: "Production Sentinel",
    incident_number: 4711,
    timespan: RANGE,
    created_by: ANALYST.id,
    created_at: AT,
    updated_at: AT,
    started_at: AT,
    completed_at: AT,
    driver: "rules",
    duration_ms: 1240,
    verdict: "true_positive",
    confidence: 0.86,
    queue_position: null,
    progress: 1,
    steps: STEPS,
    report: REPORT,
    require_model: false,
    budget: null,
    cost: { model_tokens: 0, usd: 0, usd_kind: "measured", queries: 1 },
    ...changes,
  };
}

export const STEPS: SessionView["steps"] = [
  {
    seq: 1,
    stage: "entity_extraction",
    kind: "note",
    summary: "Found 1 account and 2 addresses in 1 alert.",
    duration_ms: 3,
    at: AT,
  },
  {
    seq: 2,
    stage: "intent",
    kind: "decision",
    summary: "Triage of a sign-in attack.",
    duration_ms: 1,
    at: AT,
  },
  {
    seq: 3,
    stage: "execution",
    kind: "query",
    summary: "From where did the account sign in?",
    kql: KQL,
    timespan: RANGE,
    row_count: 2,
    truncated: false,
    duration_ms: 38,
    evidence_id: "ev_1",
    at: AT,
  },
];
