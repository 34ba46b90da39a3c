/** Investigations that a Sentinel playbook (Logic App) starts, and their state as Logic Apps poll it. */
import { z } from "zod";

import { notFound } from "../../shared/domain/errors.ts";
import { isOver } from "../../shared/domain/sessions.ts";
import { triggeredView } from "../../shared/domain/triggeredInvestigations.ts";
import * as reportWritebacks from "../../shared/repositories/reportWritebacks.ts";
import { readSession } from "../../shared/repositories/sessions.ts";
import {
  SentinelTrigger,
  SentinelTriggerQuery,
  TriggeredInvestigation,
} from "../../shared/schemas/sentinelTrigger.ts";
import type { SessionRecord } from "../../shared/schemas/sessions.ts";
import { startInvestigation } from "../../shared/services/startInvestigation.ts";
import { takeTrigger } from "../../shared/services/takeTrigger.ts";
import { endpoint, type PublicEndpoint } from "../kit/endpoint.ts";

type Deps = Parameters<PublicEndpoint["handle"]>[0]["deps"];

/** Investigations take half a minute to two minutes. */
const POLL_SECONDS = 10;

export const investigationsFromSentinel = endpoint({
  name: "investigations-from-sentinel",
  method: "POST",
  route: "v1/investigations/from-sentinel",
  permission: "investigations:write",
  summary:
    "Investigate the incident of a Sentinel playbook's trigger; the same event is investigated once. Follow Location until it answers 200.",
  success: 202,
  query: SentinelTriggerQuery,
  body: SentinelTrigger,
  takesAnyText: true,
  reply: TriggeredInvestigation,
  async handle({ deps, principal, query, body, origin }) {
    const session = await takeTrigger(deps, principal, body, query, (...start) =>
      startInvestigation(deps, principal, ...start),
    );
    return await accepted(deps, origin, session);
  },
});

/** 202 until the session has ended, which is how Logic Apps' asynchronous pattern knows that it has to ask again. */
export const investigationsFromSentinelState = endpoint({
  name: "investigations-from-sentinel-state",
  method: "GET",
  route: "v1/investigations/from-sentinel/{id}",
  permission: "investigations:read",
  summary:
    "How an investigation that a playbook started stands: 202 while it runs, 200 at its end.",
  success: 202,
  params: z.object({ id: z.string().min(1).max(100) }),
  reply: TriggeredInvestigation,
  async handle({ deps, principal, params, origin }) {
    const stored = await readSession(deps.documents, principal.tenant_id, params.id);
    if (stored === undefined) throw notFound("session");
    const { session } = stored;
    if (!isOver(session.status)) return await accepted(deps, origin, session);
    return { status: 200, body: await shown(deps, session) };
  },
});

/** Logic Apps take an absolute address only. */
const accepted = async (deps: Deps, origin: string, session: SessionRecord) => ({
  status: 202 as const,
  body: await shown(deps, session),
  headers: {
    location: `${origin}/api/v1/investigations/from-sentinel/${session.session_id}`,
    "retry-after": String(POLL_SECONDS),
  },
});

const shown = async (deps: Deps, session: SessionRecord) =>
  triggeredView(session, await reportWritebacks.stateOf(deps, session), deps.settings.webOrigin);
