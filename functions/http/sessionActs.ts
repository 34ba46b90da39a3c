/** What people do with a session after its start: ask on, pin, judge, remove. */
import { z } from "zod";

import { FeedbackBody, FollowUpBody, PinBody } from "../../shared/schemas/sessionActs.ts";
import { StartedInvestigation } from "../../shared/schemas/investigations.ts";
import { giveFeedback, pinSession } from "../../shared/services/changeSession.ts";
import { deleteSession } from "../../shared/services/deleteSession.ts";
import { followUp } from "../../shared/services/followUp.ts";
import { endpoint } from "../kit/endpoint.ts";

const SessionParams = z.object({ id: z.string().min(1).max(100) });

export const sessionsMessage = endpoint({
  name: "sessions-message",
  method: "POST",
  route: "v1/sessions/{id}/message",
  permission: "investigations:write",
  summary: "Ask a follow-up question: queues a session in the context of this one.",
  success: 202,
  params: SessionParams,
  body: FollowUpBody,
  reply: StartedInvestigation,
  async handle({ deps, principal, params, body }) {
    const session = await followUp(deps, principal, params.id, body);
    return {
      status: 202,
      body: { session_id: session.session_id, status: "active" as const },
      headers: { location: `/api/v1/sessions/${session.session_id}` },
    };
  },
});

export const sessionsPin = endpoint({
  name: "sessions-pin",
  method: "POST",
  route: "v1/sessions/{id}/pin",
  permission: "investigations:write",
  summary: "Pin a session, or unpin it.",
  success: 204,
  params: SessionParams,
  body: PinBody,
  async handle({ deps, principal, params, body }) {
    await pinSession(deps, principal, params.id, body.pinned);
    return { status: 204 };
  },
});

export const sessionsFeedback = endpoint({
  name: "sessions-feedback",
  method: "POST",
  route: "v1/sessions/{id}/feedback",
  permission: "investigations:write",
  summary: "Say whether a session's verdict was right.",
  success: 204,
  params: SessionParams,
  body: FeedbackBody,
  async handle({ deps, principal, params, body }) {
    await giveFeedback(deps, principal, params.id, body);
    return { status: 204 };
  },
});

export const sessionsDelete = endpoint({
  name: "sessions-delete",
  method: "DELETE",
  route: "v1/sessions/{id}",
  permission: "investigations:write",
  summary: "Remove a session with its steps and evidence.",
  success: 204,
  params: SessionParams,
  async handle({ deps, principal, params }) {
    await deleteSession(deps, principal, params.id);
    return { status: 204 };
  },
});
