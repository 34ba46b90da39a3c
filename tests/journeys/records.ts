/** One of everything for a tenant: provider, incident with enrichment, a running session with evidence, a notification. */
import { createHash } from "node:crypto";

import type { DemoTenant } from "../../local/demoTenants.ts";
import { idOf, keyIdOf } from "../../shared/domain/apiKeys.ts";
import { eventId } from "../../shared/domain/notifications.ts";
import { nodeId } from "../../shared/domain/graphNames.ts";
import { newSchedule } from "../../shared/domain/schedules.ts";
import { newSession, running } from "../../shared/domain/sessions.ts";
import * as apiKeys from "../../shared/repositories/apiKeys.ts";
import { rememberEntity } from "../../shared/repositories/graph.ts";
import * as incidents from "../../shared/repositories/incidents.ts";
import * as models from "../../shared/repositories/models.ts";
import * as providers from "../../shared/repositories/providers.ts";
import * as schedules from "../../shared/repositories/schedules.ts";
import { toEvidenceDocument } from "../../shared/repositories/sessionEvidence.ts";
import { createSession, readSession, saveSession } from "../../shared/repositories/sessions.ts";
import type { ApiKeyRecord } from "../../shared/schemas/apiKeys.ts";
import type { NotificationMessage } from "../../shared/schemas/messages.ts";
import { PARAMETERS } from "../../shared/investigation/question.ts";
import type { Evidence, SessionRecord } from "../../shared/schemas/sessions.ts";
import { CreateWebhookBody } from "../../shared/schemas/webhooks.ts";
import { createWebhook } from "../../shared/services/createWebhook.ts";
import { deliverNotification } from "../../shared/services/deliverNotification.ts";
import type { TestDeps } from "../../shared/testing/deps.ts";
import {
  anAlert,
  anIncident,
  aModel,
  aPrincipal,
  aProvider,
  aSentinelIncident,
  NOW,
} from "../../shared/testing/fixtures.ts";
import { aScheduleBody } from "../../shared/testing/schedules.ts";

/** The ids that a tenant's records are reached by. */
export interface Records {
  tenant: DemoTenant;
  providerId: string;
  number: number;
  sessionId: string;
  /** Of a session that has ended, with its recording. */
  endedSessionId: string;
  evidenceId: string;
  notificationId: string;
  modelName: string;
  scheduleId: string;
  apiKeyId: string;
  webhookId: string;
  deadLetterId: string;
  /** Texts that stand in this tenant's records and in nobody else's. */
  marks: readonly string[];
}

const AT = "2026-01-15T11:59:00.000Z";

/** Puts the records into the store, and the incident with its alert into the tenant's workspace. */
export async function seedTenant(
  deps: TestDeps,
  tenant: DemoTenant,
  number: number,
): Promise<Records> {
  const short = tenant.domain.split(".")[0] ?? tenant.name;
  const records: Records = {
    tenant,
    providerId: `sip_${short}`,
    number,
    sessionId: `ses_${short}`,
    endedSessionId: `ses_${short}0ended`,
    evidenceId: `ev_${short}`,
    notificationId: "",
    modelName: `model-of-${short}`,
    scheduleId: `sch_${short}`,
    apiKeyId: idOf(keyIdOfTenant(short)),
    webhookId: "",
    deadLetterId: "",
    marks: [
      tenant.tenantId,
      `Secret of ${short}`,
      `sip_${short}`,
      `ses_${short}`,
      `model-of-${short}`,
      `sch_${short}`,
    ],
  };
  const title = `Secret of ${short}`;
  const provider = aProvider({
    id: records.providerId,
    tenant_id: tenant.tenantId,
    name: `${title} Sentinel`,
    workspace_id: tenant.workspaceId,
    writeback_enabled: true,
    subscription_id: tenant.tenantId,
    resource_group: "soc",
    workspace_name: "workspace",
  });
  await providers.create(deps.documents, provider);
  const ours = {
    number,
    title,
    alert_ids: [`alert-${short}`],
  };
  const incident = anIncident({
    ...ours,
    tenant_id: tenant.tenantId,
    incident_key: `${tenant.workspaceId}:${number}`,
    provider_id: provider.id,
    provider: provider.name,
  });
  await incidents.create(deps, incident, []);
  deps.siem.holds(provider.id, {
    incidents: [aSentinelIncident(ours)],
    alerts: [anAlert({ id: `alert-${short}`, name: title })],
  });
  await seedSession(deps, records, incident.incident_key);
  await seedEnded(deps, records, incident.incident_key);
  const place = { id: records.scheduleId, tenant_id: tenant.tenantId, provider_id: provider.id };
  const by = `somebody of ${tenant.domain}`;
  const body = aScheduleBody({ name: title, user_query: `${title} in #${number}?` });
  const schedule = newSchedule({ ...place, created_by: by }, body, deps.clock.now());
  await schedules.create(deps, schedule, []);
  const model = aModel({ tenant_id: tenant.tenantId, model_name: records.modelName });
  await models.change(deps, tenant.tenantId, () => ({
    items: [model],
    messages: [],
    result: undefined,
  }));
  await apiKeys.save(deps, anApiKey(records, title), undefined, []);
  await rememberEntity(
    deps.documents,
    {
      tenant_id: tenant.tenantId,
      node_id: nodeId("host", records.sessionId),
      entity_type: "host",
      value: records.sessionId,
    },
    {
      session_id: records.sessionId,
      incident_number: number,
      evidence_id: null,
      verdict: "undetermined",
      at: AT,
      observed_at: null,
    },
  );
  const webhookId = await seedWebhook(deps, records, title);
  const message: NotificationMessage = {
    tenant_id: tenant.tenantId,
    event: "incident-alert",
    subject_id: incident.incident_key,
    at: AT,
  };
  await deliverNotification(deps, message);
  const deadLetterId = await seedDeadLetter(deps, records);
  return { ...records, webhookId, deadLetterId, notificationId: eventId(message) };
}

async function seedWebhook(deps: TestDeps, { tenant }: Records, name: string): Promise<string> {
  const principal = aPrincipal("admin", { tenant_id: tenant.tenantId });
  const body = { name, url: "https://hooks.example.com/hook" };
  const created = await createWebhook(deps, principal, CreateWebhookBody.parse(body));
  return created.webhook.id;
}

/** A message about the tenant's session that its worker could not finish. */
async function seedDeadLetter(deps: TestDeps, { tenant, sessionId }: Records): Promise<string> {
  const body = { tenant_id: tenant.tenantId, session_id: sessionId };
  await deps.queue.send("graph", [{ id: `dead-${sessionId}`, body }]);
  const [message] = await deps.queue.receive("graph", 1, 0);
  await message?.deadLetter("MaxDeliveryCountExceeded", "Not completed in 10 deliveries.");
  const letters = await deps.queue.deadLetters("graph", 10);
  return `graph~${letters.find(({ id }) => id === `dead-${sessionId}`)?.key ?? ""}`;
}

async function seedSession(deps: TestDeps, records: Records, incidentKey: string): Promise<void> {
  const { tenant, sessionId, evidenceId, providerId, number, marks } = records;
  const session: SessionRecord = newSession(
    {
      tenant_id: tenant.tenantId,
      session_id: sessionId,
      query: `${marks[1]}: what happened?`,
      persona: "soc_analyst",
      provider_id: providerId,
      provider: providerId,
      incident_number: number,
      incident_key: incidentKey,
      timespan: { from: AT, to: NOW },
      created_by: `somebody of ${tenant.domain}`,
    },
    deps.clock.now(),
  );
  await createSession(deps, session, []);
  const stored = await readSession(deps.documents, tenant.tenantId, sessionId);
  const evidence = await toEvidenceDocument(deps, tenant.tenantId, anEvidence(evidenceId, marks));
  await saveSession(
    deps,
    { session: running(session, deps.clock.now()), etag: stored?.etag ?? "" },
    [],
    { steps: [], evidence: [evidence] },
  );
}

/** The same session, when it was over: what it had asked is its recording. */
async function seedEnded(deps: TestDeps, records: Records, incidentKey: string): Promise<void> {
  const { tenant, endedSessionId: sessionId } = records;
  await seedSession(deps, { ...records, sessionId }, incidentKey);
  const stored = await readSession(deps.documents, tenant.tenantId, sessionId);
  if (stored === undefined) throw new Error("The session was not stored.");
  const at = deps.clock.now();
  const session = {
    ...stored.session,
    status: "completed" as const,
    completed_at: at.toISOString(),
  };
  await saveSession(deps, { session, etag: stored.etag }, [], {
    steps: [],
    evidence: [],
    state: {
      families: [],
      known: Object.fromEntries(PARAMETERS.map((name) => [name, []])),
      named: { entities: [], tactics: [], techniques: [] },
      window: { base: AT, start: AT, end: NOW },
      pending: [],
      failures: {},
      unanswered: 0,
      answered: 1,
      counted: [],
      not_checked: [],
      not_observable: [],
      error: null,
    },
  });
}

const anEvidence = (id: string, marks: readonly string[]): Evidence => ({
  id,
  question: "Who signed in?",
  kql: "SigninLogs | take 1",
  started_at: AT,
  ended_at: AT,
  timespan: { from: AT, to: NOW },
  columns: [{ name: "UserPrincipalName", type: "string" }],
  rows: [{ hash: createHash("sha256").update(id).digest("hex"), values: [...marks].slice(1, 2) }],
  row_count: 1,
  truncated: false,
  statistics: { duration_ms: 1 },
});

const keyIdOfTenant = (short: string): string => short.toUpperCase().padStart(26, "0");

/** A key that nobody knows the text of. */
const anApiKey = ({ tenant, apiKeyId }: Records, title: string): ApiKeyRecord => ({
  type: "key",
  id: "key",
  key_id: keyIdOf(apiKeyId) ?? "",
  tenant_id: tenant.tenantId,
  name: `${title} integration`,
  description: "",
  scopes: ["incidents:read"],
  rate_limit_per_minute: 100,
  allowed_cidrs: [],
  secret_hash: createHash("sha256").update(title).digest("hex"),
  previous: null,
  expires_at: "2027-01-15T12:00:00.000Z",
  rotated_at: null,
  revoked_at: null,
  revoked_by: null,
  created_by: `admin@${tenant.domain}`,
  created_at: AT,
  updated_at: AT,
});
