/** Running a session again from its recording. */
import { z } from "zod";

import { ReplayBody, SessionReplay } from "../../shared/schemas/sessionReplay.ts";
import { endpoint } from "../kit/endpoint.ts";

export const sessionsReplay = endpoint({
  name: "sessions-replay",
  method: "POST",
  route: "v1/sessions/{id}/replay",
  permission: "investigations:write",
  summary: "Run a session again from its recording and show the difference; changes nothing.",
  params: z.object({ id: z.string().min(1).max(100) }),
  body: ReplayBody,
  reply: SessionReplay,
  async handle({ deps, principal, params, body }) {
    // With the first replay, not with the start: it brings the investigator along.
    const { replaySession } = await import("../../shared/services/replaySession.ts");
    const replay = await replaySession(deps, principal.tenant_id, params.id, body);
    return { status: 200, body: replay };
  },
});
