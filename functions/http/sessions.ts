/** Reading and cancelling investigation sessions. */
import { z } from "zod";

import { notFound } from "../../shared/domain/errors.ts";
import { logAnalyticsOf } from "../../shared/domain/logAnalytics.ts";
import { summaryOf, viewOf } from "../../shared/domain/sessionViews.ts";
import * as providers from "../../shared/repositories/providers.ts";
import { readEvidence } from "../../shared/repositories/sessionEvidence.ts";
import {
  listSessions,
  readSession,
  readSteps,
  sessionsAhead,
  type StoredSession,
} from "../../shared/repositories/sessions.ts";
import type { Principal } from "../../shared/schemas/principal.ts";
import { Evidence, SessionPage, SessionQuery, SessionView } from "../../shared/schemas/sessions.ts";
import { cancelInvestigation } from "../../shared/services/cancelInvestigation.ts";
import { endpoint, etagOver } from "../kit/endpoint.ts";

type Documents = Parameters<typeof readSession>[0];

const SessionParams = z.object({ id: z.string().min(1).max(100) });

export const sessionsList = endpoint({
  name: "sessions-list",
  method: "GET",
  route: "v1/sessions",
  permission: "investigations:read",
  summary: "List investigation sessions, newest first.",
  query: SessionQuery,
  reply: SessionPage,
  async handle({ deps, principal, query }) {
    const found = await listSessions(deps.documents, principal.tenant_id, query);
    const body = {
      items: found.sessions.map(summaryOf),
      total: found.total,
      limit: query.limit,
      next_cursor: found.cursor ?? null,
    };
    return { status: 200, body };
  },
});

export const sessionsGet = endpoint({
  name: "sessions-get",
  method: "GET",
  route: "v1/sessions/{id}",
  permission: "investigations:read",
  summary: "Read a session: its state, the steps after `after`, and its report.",
  params: SessionParams,
  query: z.strictObject({ after: z.coerce.number().int().min(0).default(0) }),
  reply: SessionView,
  async handle({ deps, principal, params, query }) {
    const stored = await sessionOf(deps.documents, principal, params.id);
    return await view(deps.documents, stored, query.after);
  },
});

export const sessionsEvidence = endpoint({
  name: "sessions-evidence",
  method: "GET",
  route: "v1/sessions/{id}/evidence/{eid}",
  permission: "investigations:read",
  summary: "Read the rows a query of the session returned.",
  params: SessionParams.extend({ eid: z.string().min(1).max(100) }),
  reply: Evidence,
  async handle({ deps, principal, params }) {
    const { session } = await sessionOf(deps.documents, principal, params.id);
    const evidence = await readEvidence(deps, session, params.eid);
    if (evidence === undefined) throw notFound("evidence");
    return { status: 200, body: evidence, etag: etagOver(session.session_id, evidence.id) };
  },
});

export const sessionsCancel = endpoint({
  name: "sessions-cancel",
  method: "POST",
  route: "v1/sessions/{id}/cancel",
  permission: "investigations:write",
  summary: "Stop a session for good.",
  params: SessionParams,
  reply: SessionView,
  async handle({ deps, principal, params }) {
    await cancelInvestigation(deps, principal, params.id);
    return await view(deps.documents, await sessionOf(deps.documents, principal, params.id), 0);
  },
});

async function sessionOf(
  documents: Documents,
  principal: Principal,
  id: string,
): Promise<StoredSession> {
  const stored = await readSession(documents, principal.tenant_id, id);
  if (stored === undefined) throw notFound("session");
  return stored;
}

/** The ETag changes with the session document, and with the place in the queue while it waits. */
async function view(documents: Documents, { session, etag }: StoredSession, after: number) {
  const position = session.status === "queued" ? await sessionsAhead(documents, session) : null;
  const [steps, provider] = await Promise.all([
    readSteps(documents, session, after),
    providers.read(documents, session.tenant_id, session.provider_id),
  ]);
  const where = provider === undefined ? undefined : logAnalyticsOf(provider.record);
  return {
    status: 200 as const,
    body: {
      ...viewOf(session, steps, position),
      ...(where !== undefined && { log_analytics: where }),
    },
    etag: etagOver(etag, position ?? "-", after),
  };
}
