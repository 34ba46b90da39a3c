/** What each page keeps in its address; what does not fit is left out. */

type Given = Record<string, unknown>;

/** A text of the address, or nothing. */
const textOf = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

/** The record whose form is open, or `new`. */
export const editSearchOf = (search: Given): { edit?: string | undefined } => ({
  edit: textOf(search["edit"]),
});

export interface HuntSearch {
  query?: string | undefined;
  timespan?: string | undefined;
  provider?: string | undefined;
}
export const huntSearchOf = (search: Given): HuntSearch => ({
  query: textOf(search["query"]),
  timespan: textOf(search["timespan"]),
  provider: textOf(search["provider"]),
});

/** What a session page shows beside the report: a claim's evidence by claim id, or all rows of one piece of evidence. */
export interface SessionSearch {
  claim?: string | undefined;
  evidence?: string | undefined;
}
export const sessionSearchOf = (search: Given): SessionSearch => ({
  claim: textOf(search["claim"]),
  evidence: textOf(search["evidence"]),
});

/** `start` opens the start dialog. */
export interface SessionListSearch {
  status?: string | undefined;
  start?: string | undefined;
}
export const sessionListSearchOf = (search: Given): SessionListSearch => ({
  status: textOf(search["status"]),
  start: textOf(search["start"]),
});

export interface SearchSearch {
  q?: string | undefined;
  verdict?: string | undefined;
  persona?: string | undefined;
  /** Days as `2026-11-21`, UTC. */
  from?: string | undefined;
  to?: string | undefined;
}
export const searchSearchOf = (search: Given): SearchSearch => ({
  q: textOf(search["q"]),
  verdict: textOf(search["verdict"]),
  persona: textOf(search["persona"]),
  from: textOf(search["from"]),
  to: textOf(search["to"]),
});

export interface GraphSearch {
  value?: string | undefined;
  type?: string | undefined;
  depth?: string | undefined;
  /** A day as `2026-11-21`: the graph as it was known at its end, UTC. */
  as_of?: string | undefined;
}
export const graphSearchOf = (search: Given): GraphSearch => ({
  value: textOf(search["value"]),
  type: textOf(search["type"]),
  depth: textOf(search["depth"]),
  as_of: textOf(search["as_of"]),
});

export const scorecardSearchOf = (search: Given): { timespan?: string | undefined } => ({
  timespan: textOf(search["timespan"]),
});

export interface InboxSearch {
  /** `true` leaves out what was read. */
  unread?: string | undefined;
  event?: string | undefined;
}
export const inboxSearchOf = (search: Given): InboxSearch => ({
  unread: search["unread"] === "true" || search["unread"] === true ? "true" : undefined,
  event: textOf(search["event"]),
});

/** What the webhooks page shows, and the webhook whose form is open, or `new`. */
export interface WebhooksSearch {
  tab?: "deliveries" | "dead-letters" | undefined;
  edit?: string | undefined;
  /** Deliveries of one webhook, by status. */
  webhook?: string | undefined;
  status?: string | undefined;
}
export function webhooksSearchOf(search: Given): WebhooksSearch {
  const tab = search["tab"];
  return {
    tab: tab === "deliveries" || tab === "dead-letters" ? tab : undefined,
    edit: textOf(search["edit"]),
    webhook: textOf(search["webhook"]),
    status: textOf(search["status"]),
  };
}

export interface AuditSearch {
  /** Days as `2026-11-21`, UTC. */
  from?: string | undefined;
  to?: string | undefined;
  action?: string | undefined;
  actor_id?: string | undefined;
  subject_id?: string | undefined;
}
export const auditSearchOf = (search: Given): AuditSearch => ({
  from: textOf(search["from"]),
  to: textOf(search["to"]),
  action: textOf(search["action"]),
  actor_id: textOf(search["actor_id"]),
  subject_id: textOf(search["subject_id"]),
});
