/** Sessions: one partition each, holding the session, its steps, its evidence and the state of its run. */

import { outcomeOf } from "../domain/metrics.ts";
import type { Deps } from "../ports/deps.ts";
import type {
  Document,
  DocumentStore,
  Filter,
  PartitionKey,
  Write,
} from "../ports/documentStore.ts";
import { asDeepDocument, JsonObject } from "../schemas/json.ts";
import type { OutboxMessage } from "../schemas/messages.ts";
import { SessionRecord, type SessionQuery, Step } from "../schemas/sessions.ts";
import { commit } from "./outbox.ts";
import { queryPage } from "./pages.ts";

export interface StoredSession {
  session: SessionRecord;
  /** Changes with every write of the session document. */
  etag: string;
}

/** What one slice adds to a session. */
export interface SliceWrites {
  steps: readonly Step[];
  evidence: readonly Document[];
  /** What the next slice needs to know; absent when there is none. */
  state?: JsonObject;
}

type CommitNeeds = Pick<Deps, "clock" | "documents" | "log" | "queue">;
const STEPS_MAX = 1000;
/** As many as a batch takes. */
const REMOVED_AT_ONCE = 100;
const SESSION_ID = /^ses_[0-9A-Za-z]{1,64}$/;

/** Everything of a session lives in this partition. */
export const sessionKey = (of: Pick<SessionRecord, "tenant_id" | "session_id">): PartitionKey => [
  of.tenant_id,
  of.session_id,
];

/** `undefined` when absent or another tenant's. */
export async function readSession(
  documents: DocumentStore,
  tenantId: string,
  sessionId: string,
): Promise<StoredSession | undefined> {
  if (!SESSION_ID.test(sessionId)) return undefined;
  const stored = await documents.read("sessions", [tenantId, sessionId], "session");
  if (stored === undefined) return undefined;
  return { session: SessionRecord.parse(stored.doc), etag: stored.etag };
}

/**
 * Newest first; `cursor` is absent on the last page.
 * @throws AppError `invalid-fields` for a cursor that does not belong to the list.
 */
export async function listSessions(
  documents: DocumentStore,
  tenantId: string,
  query: SessionQuery,
): Promise<{ sessions: SessionRecord[]; total: number; cursor: string | undefined }> {
  const where = [isSession, ...filtersOf(query)];
  const [page, total] = await Promise.all([
    queryPage(
      documents,
      "sessions",
      {
        partition: [tenantId],
        where,
        orderBy: { field: "created_at", direction: "desc" },
        limit: query.limit,
      },
      query.cursor,
    ),
    documents.count("sessions", { partition: [tenantId], where }),
  ]);
  const sessions = page.items.map(({ doc }) => SessionRecord.parse(doc));
  return { sessions, total, cursor: page.cursor };
}

/** Sessions of any tenant in this state, oldest first. */
export async function sessionsInState(
  documents: DocumentStore,
  status: SessionRecord["status"],
  createdUntil: Date,
  limit: number,
): Promise<StoredSession[]> {
  const page = await documents.query("sessions", {
    where: [
      isSession,
      { op: "eq", field: "status", value: status },
      { op: "range", field: "created_at", to: createdUntil.toISOString() },
    ],
    orderBy: { field: "created_at", direction: "asc" },
    limit,
  });
  return page.items.map(({ doc, etag }) => ({ session: SessionRecord.parse(doc), etag }));
}

/** The person's sessions that wait, oldest first. */
export async function waitingOf(
  documents: DocumentStore,
  { tenant_id, created_by }: Pick<SessionRecord, "tenant_id" | "created_by">,
  limit: number,
): Promise<SessionRecord[]> {
  const page = await documents.query("sessions", {
    partition: [tenant_id],
    where: [isSession, eq("status", "queued"), eq("created_by", created_by)],
    orderBy: { field: "created_at", direction: "asc" },
    limit,
  });
  return page.items.map(({ doc }) => SessionRecord.parse(doc));
}

/**
 * Removes a session with all that belongs to it, the session itself last: after a crash it can be removed again.
 * @returns `conflict` when it changed meanwhile.
 */
export async function removeSession(
  deps: CommitNeeds,
  { session, etag }: StoredSession,
  messages: readonly OutboxMessage[],
): Promise<"done" | "conflict"> {
  const partition = sessionKey(session);
  for (;;) {
    const page = await deps.documents.query("sessions", {
      partition,
      where: [
        {
          op: "in",
          field: "type",
          values: ["step", "evidence", "state", "terms", "unindexed", "outcome", "exchange"],
        },
      ],
      limit: REMOVED_AT_ONCE,
      select: ["id"],
    });
    if (page.items.length === 0) break;
    const deletes = page.items.map(({ doc }): Write => ({ kind: "delete", id: doc.id }));
    const outcome = await deps.documents.batch("sessions", partition, deletes);
    if (outcome === "conflict") return "conflict";
  }
  const last: Write = { kind: "delete", id: "session", etag };
  return await commit(deps, "sessions", partition, [last], messages);
}

/** How many sessions of the tenant that are queued or running began before this one. */
export async function sessionsAhead(
  documents: DocumentStore,
  session: SessionRecord,
): Promise<number> {
  const upTo = await documents.count("sessions", {
    partition: [session.tenant_id],
    where: [
      isSession,
      { op: "in", field: "status", values: ["queued", "running"] },
      { op: "range", field: "created_at", to: session.created_at },
    ],
  });
  return Math.max(0, upTo - 1);
}

/** Steps after `after`, in order. */
export async function readSteps(
  documents: DocumentStore,
  session: SessionRecord,
  after = 0,
): Promise<Step[]> {
  if (after >= session.steps) return [];
  const page = await documents.query("sessions", {
    partition: sessionKey(session),
    where: [
      { op: "eq", field: "type", value: "step" },
      { op: "range", field: "seq", from: after + 1, to: session.steps },
    ],
    orderBy: { field: "seq", direction: "asc" },
    limit: STEPS_MAX,
  });
  return page.items.map(({ doc }) => Step.parse(doc));
}

/** What the slices before this one left; `undefined` before the first. */
export async function readRunState(
  documents: DocumentStore,
  session: SessionRecord,
): Promise<JsonObject | undefined> {
  const id = `state:${session.slices}`;
  const stored = await documents.read("sessions", sessionKey(session), id);
  return stored === undefined ? undefined : JsonObject.parse(stored.doc["state"]);
}

/** @returns `conflict` when a session of this id exists. */
export const createSession = (
  deps: CommitNeeds,
  session: SessionRecord,
  messages: readonly OutboxMessage[],
): Promise<"done" | "conflict"> =>
  commit(
    deps,
    "sessions",
    sessionKey(session),
    [{ kind: "create", doc: documentOf(session) }],
    messages,
  );

/**
 * Writes the session, and what a slice added to it, all or nothing.
 * @returns `conflict` when the session is no longer at `etag`; nothing was written then.
 */
export const saveSession = (
  deps: CommitNeeds,
  { session, etag }: StoredSession,
  messages: readonly OutboxMessage[] = [],
  slice: SliceWrites = { steps: [], evidence: [] },
): Promise<"done" | "conflict"> =>
  commit(
    deps,
    "sessions",
    sessionKey(session),
    [{ kind: "replace", doc: documentOf(session), etag }, ...sliceWrites(session, slice)],
    messages,
  );

/**
 * Writes a session that people have judged, and their opinions where the figures count them, both or neither.
 * @returns `conflict` when the session is no longer at `etag`.
 */
export async function saveOpinions(
  deps: CommitNeeds,
  { session, etag }: StoredSession,
  messages: readonly OutboxMessage[],
): Promise<"done" | "conflict"> {
  const key = sessionKey(session);
  const writes: Write[] = [{ kind: "replace", doc: documentOf(session), etag }];
  // A session that still runs has none: its end writes the opinions with it.
  if ((await deps.documents.read("sessions", key, "outcome")) !== undefined) {
    const { opinions, updated_at } = outcomeOf(session);
    writes.push({ kind: "patch", id: "outcome", set: { opinions, updated_at } });
  }
  return commit(deps, "sessions", key, writes, messages);
}

function sliceWrites(session: SessionRecord, slice: SliceWrites): Write[] {
  const { tenant_id, session_id } = session;
  const docs: object[] = [
    ...slice.steps.map((step) => ({ ...step, id: stepId(step.seq), type: "step" })),
    ...slice.evidence,
    ...(slice.state === undefined
      ? []
      : [{ id: `state:${session.slices}`, type: "state", state: slice.state }]),
  ];
  return docs.map((doc) => ({
    kind: "create",
    doc: asDeepDocument({ ...doc, tenant_id, session_id }),
  }));
}

/** Sorts as the numbers do. */
const stepId = (seq: number): string => `step:${String(seq).padStart(5, "0")}`;

const documentOf = (session: SessionRecord): Document => asDeepDocument(session);

const isSession: Filter = { op: "eq", field: "type", value: "session" };

const filtersOf = (query: SessionQuery): Filter[] => [
  ...(query.status === undefined ? [] : [eq("status", query.status)]),
  ...(query.incident_number === undefined ? [] : [eq("incident_number", query.incident_number)]),
  ...(query.updated_since === undefined
    ? []
    : [{ op: "range", field: "updated_at", from: query.updated_since } as const]),
];

const eq = (field: string, value: string | number): Filter => ({ op: "eq", field, value });
