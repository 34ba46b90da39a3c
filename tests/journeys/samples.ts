/** How the owner of the records reaches each endpoint. A new endpoint needs a line here: the generated tests ask for it. */
import type { Json } from "../../shared/schemas/json.ts";
import type { Role } from "../../shared/schemas/principal.ts";
import { ADMIN_SAMPLES } from "./adminSamples.ts";
import { NOTIFICATION_SAMPLES } from "./notificationSamples.ts";
import type { Records } from "./records.ts";

export interface Sample {
  /** Path with the query. */
  path(of: Records): string;
  body?(of: Records): Json;
  /** The least role that may. */
  role: Role;
  /**
   * - `record`: path or body names one record, which is absent for every other tenant.
   * - `own`: answers with what the caller's tenant has, or with the caller.
   * - `public`: the same for everybody, signed in or not.
   */
  reach: "record" | "own" | "public";
  /** With `own`: the reply shows the owner's records, so that their absence elsewhere says something. */
  shows?: boolean;
  /** Why a viewer may send this although it is no GET. */
  viewerMay?: string;
}

const api = (path: string): string => `/api/${path}`;
const incident = (rest = "") => ({
  path: (of: Records) => api(`v1/incidents/${of.number}${rest}`),
  reach: "record" as const,
});
const session = (rest: (of: Records) => string = () => "") => ({
  path: (of: Records) => api(`v1/sessions/${of.sessionId}${rest(of)}`),
  reach: "record" as const,
});
const schedule = (rest = "") => ({
  path: (of: Records) => api(`v1/schedules/${of.scheduleId}${rest}`),
  reach: "record" as const,
});

export const SAMPLES: Readonly<Record<string, Sample>> = {
  "health-get": { path: () => api("health"), role: "viewer", reach: "public" },
  openapi: { path: () => api("openapi.json"), role: "viewer", reach: "public" },
  mcp: {
    path: () => api("mcp"),
    role: "viewer",
    reach: "own",
    body: () => ({ jsonrpc: "2.0", id: 1, method: "tools/list" }),
    viewerMay: "Each tool asks for the permission of its endpoint.",
  },
  "me-get": { path: () => api("v1/me"), role: "viewer", reach: "own", shows: true },
  "incidents-list": {
    path: () => api("v1/incidents?timespan=P30D&limit=100"),
    role: "viewer",
    reach: "own",
    shows: true,
  },
  "incidents-get": { ...incident(), role: "viewer" },
  "incidents-patch": {
    ...incident(),
    role: "analyst",
    body: () => ({ notes: "Seen.", tags: ["vip"], assigned_to: "ana@contoso.example" }),
  },
  "incidents-enrich": { ...incident("/enrich"), role: "analyst" },
  "incidents-sync": {
    path: () => api("v1/incidents/sync"),
    role: "admin",
    reach: "own",
    shows: true,
  },
  "incidents-timeline": { ...incident("/timeline"), role: "viewer" },
  "incidents-similar": { ...incident("/similar"), role: "viewer" },
  "incidents-entities": { ...incident("/entities?limit=5"), role: "viewer" },
  "incidents-writeback": {
    ...incident("/writeback"),
    role: "analyst",
    body: () => ({ status: "active", comment: "Seen.", add_tags: ["vip"] }),
  },
  "incidents-bulk": {
    path: () => api("v1/incidents/bulk"),
    role: "analyst",
    reach: "own",
    body: (of) => ({ numbers: [of.number], add_tags: ["bulk"] }),
  },
  "incidents-export": {
    path: () => api("v1/incidents/export.csv?timespan=P30D"),
    role: "viewer",
    reach: "own",
    shows: true,
  },
  "investigations-start": {
    path: () => api("v1/investigations/start"),
    role: "analyst",
    reach: "record",
    body: (of) => ({ query: "What happened?", incident_number: of.number, timespan: "P1D" }),
  },
  "investigations-from-sentinel": {
    path: () => api("v1/investigations/from-sentinel?write_back=comment"),
    role: "analyst",
    reach: "record",
    body: (of) => ({ incidentNumber: of.number }),
  },
  "investigations-from-sentinel-state": {
    path: (of) => api(`v1/investigations/from-sentinel/${of.sessionId}`),
    role: "viewer",
    reach: "record",
  },
  "kql-analyze": {
    path: () => api("v1/kql/analyze"),
    role: "analyst",
    reach: "record",
    body: (of) => ({ query: "SecurityAlert | take 1", provider: of.providerId }),
  },
  "kql-schema": {
    path: (of) => api(`v1/kql/schema?provider=${of.providerId}`),
    role: "analyst",
    reach: "record",
  },
  "hunting-query": {
    path: () => api("v1/hunting/query"),
    role: "analyst",
    reach: "record",
    body: (of) => ({ query: "SecurityAlert | take 1", timespan: "P1D", provider: of.providerId }),
  },
  "sessions-list": {
    path: () => api("v1/sessions"),
    role: "viewer",
    reach: "own",
    shows: true,
  },
  "sessions-get": { ...session(() => "?after=0"), role: "viewer" },
  "sessions-evidence": { ...session((of) => `/evidence/${of.evidenceId}`), role: "viewer" },
  "sessions-cancel": { ...session(() => "/cancel"), role: "analyst" },
  "sessions-message": {
    ...session(() => "/message"),
    role: "analyst",
    body: () => ({ text: "And before?" }),
  },
  "sessions-pin": { ...session(() => "/pin"), role: "analyst", body: () => ({ pinned: true }) },
  "sessions-feedback": {
    ...session(() => "/feedback"),
    role: "analyst",
    body: () => ({ opinion: "agree" }),
  },
  "sessions-delete": { ...session(), role: "analyst" },
  "sessions-replay": {
    path: (of) => api(`v1/sessions/${of.endedSessionId}/replay`),
    role: "analyst",
    reach: "record",
    body: () => ({}),
  },
  "sessions-bundle": { ...session(() => "/bundle"), role: "viewer" },
  metrics: { path: () => api("v1/metrics"), role: "viewer", reach: "own" },
  "graph-entity": {
    path: (of) => api(`v1/graph/entity/${of.sessionId}`),
    role: "viewer",
    reach: "record",
  },
  search: { path: () => api("v1/search?q=incident"), role: "viewer", reach: "own" },
  "evidence-keys": {
    path: () => api(".well-known/evidence-keys.json"),
    role: "viewer",
    reach: "public",
  },
  "schedules-list": {
    path: () => api("v1/schedules"),
    role: "viewer",
    reach: "own",
    shows: true,
  },
  "schedules-create": {
    path: () => api("v1/schedules"),
    role: "analyst",
    reach: "own",
    body: (of) => ({
      name: `Added for ${of.number}`,
      user_query: "Did sign-ins of ana@contoso.example fail in the last day?",
      frequency: "daily",
      scheduled_time: "08:00",
    }),
  },
  "schedules-validate": {
    path: () => api("v1/schedules/validate"),
    role: "analyst",
    reach: "own",
    body: () => ({ query: "Did sign-ins of ana@contoso.example fail in the last 24 hours?" }),
  },
  "schedules-preview": {
    path: () => api("v1/schedules/preview"),
    role: "analyst",
    reach: "own",
    body: () => ({ frequency: "daily", scheduled_time: "08:00" }),
  },
  "schedules-get": { ...schedule(), role: "viewer" },
  "schedules-update": { ...schedule(), role: "analyst", body: () => ({ name: "Every morning" }) },
  "schedules-pause": { ...schedule("/pause"), role: "analyst" },
  "schedules-resume": { ...schedule("/resume"), role: "analyst" },
  "schedules-delete": { ...schedule(), role: "analyst" },
  "schedules-runs": { ...schedule("/runs"), role: "viewer" },
  "schedules-run": { ...schedule("/run"), role: "analyst" },
  ...NOTIFICATION_SAMPLES,
  ...ADMIN_SAMPLES,
};

/** @throws Error for an endpoint that has no line in the table yet. */
export function sampleOf(name: string): Sample {
  const sample = SAMPLES[name];
  if (sample !== undefined) return sample;
  throw new Error(`tests/journeys/samples.ts must say how ${name} is reached by its owner.`);
}
