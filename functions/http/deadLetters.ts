/** Dead letters of every queue, for administrators: look, replay, drop. */
import { z } from "zod";

import {
  DeadLetterList,
  DeadLetterQuery,
  DeadLetterView,
} from "../../shared/schemas/deadLetters.ts";
import { listDeadLetters } from "../../shared/services/listDeadLetters.ts";
import { settleDeadLetter } from "../../shared/services/settleDeadLetter.ts";
import { endpoint } from "../kit/endpoint.ts";

const ROUTE = "admin/dead-letters";
const permission = "dead_letters:manage";
const DeadLetterParams = z.strictObject({ id: z.string().min(1).max(100) });

export const deadLettersList = endpoint({
  name: "dead-letters-list",
  method: "GET",
  route: ROUTE,
  permission,
  summary: "List messages that no worker could finish, with why.",
  query: DeadLetterQuery,
  reply: DeadLetterList,
  async handle({ deps, principal, query }) {
    const { items, cursor } = await listDeadLetters(deps, principal, query);
    const { limit } = query;
    const body = { items, limit, next_cursor: cursor ?? null };
    return { status: 200, body };
  },
});

export const deadLettersReplay = endpoint({
  name: "dead-letters-replay",
  method: "POST",
  route: `${ROUTE}/{id}/replay`,
  permission,
  summary: "Send a dead letter through its queue again.",
  params: DeadLetterParams,
  reply: DeadLetterView,
  async handle({ deps, principal, params }) {
    return { status: 200, body: await settleDeadLetter(deps, principal, params.id, "replay") };
  },
});

export const deadLettersDrop = endpoint({
  name: "dead-letters-drop",
  method: "DELETE",
  route: `${ROUTE}/{id}`,
  permission,
  summary: "Drop a dead letter for good.",
  success: 204,
  params: DeadLetterParams,
  async handle({ deps, principal, params }) {
    await settleDeadLetter(deps, principal, params.id, "drop");
    return { status: 204 };
  },
});
