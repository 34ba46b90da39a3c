/** Does one slice of work on a session and commits it with what comes next. */
import { AppError } from "../domain/errors.ts";
import {
  completed,
  failed,
  isDue,
  obstacleOf,
  PROVIDER_REMOVED,
  running,
  sliceMessage,
} from "../domain/sessions.ts";
import { searchDocument } from "../domain/sessionsSearch.ts";
import { windowOf } from "../domain/sessionsWindow.ts";
import { beginInvestigation, waitForAlerts } from "../investigation/begin.ts";
import { concludeInvestigation } from "../investigation/conclude.ts";
import { isModelDue, judgementOf, turnInput } from "../investigation/modelSession.ts";
import { runModelTurn } from "../investigation/modelTurn.ts";
import { type NewStep, runSlice, type SliceResult } from "../investigation/slice.ts";
import { InvestigationState } from "../investigation/state.ts";
import { readAlerts, readSubject } from "../investigation/subject.ts";
import { workspaceSchema } from "../investigation/workspaceSchema.ts";
import type { Deps } from "../ports/deps.ts";
import { exchanged, putTranscript, readTranscript } from "../repositories/modelExchanges.ts";
import * as memory from "../repositories/modelMemory.ts";
import * as models from "../repositories/models.ts";
import * as providers from "../repositories/providers.ts";
import { allEvidence, toEvidenceDocument } from "../repositories/sessionEvidence.ts";
import { storedSubject } from "../repositories/sessionSubjects.ts";
import { endSession, takeSlot } from "../repositories/sessionSlots.ts";
import {
  readRunState,
  readSession,
  saveSession,
  type StoredSession,
} from "../repositories/sessions.ts";
import { asDocument, JsonObject } from "../schemas/json.ts";
import type { InvestigationMessage } from "../schemas/messages.ts";
import type { ChatReply } from "../schemas/modelExchanges.ts";
import type { SiemProvider } from "../schemas/providers.ts";
import type { SessionRecord } from "../schemas/sessions.ts";

type Needs = Pick<
  Deps,
  | "blobs"
  | "clock"
  | "documents"
  | "ids"
  | "kql"
  | "log"
  | "model"
  | "queue"
  | "settings"
  | "siem"
  | "telemetry"
>;

/**
 * Changes nothing when the session is over, gone, or past the slice. Of two workers on one slice the first to commit wins.
 * A failure of the workspace is recorded; any other one is thrown, and the slice is done again from the last commit.
 */
export async function advanceInvestigation(
  deps: Needs,
  message: InvestigationMessage,
): Promise<void> {
  const started = await begun(deps, message);
  if (started === undefined) return;
  const { session } = started;
  const state = await stateOf(deps, session);
  const outcome =
    state === undefined || state.pending.length > 0
      ? await advanced(deps, started, state)
      : isModelDue(session, state)
        ? await judged(deps, started, state)
        : await ended(deps, started, state);
  if (outcome === "conflict") await settleConflict(deps, message);
}

/**
 * What the slices before left; `undefined` before the first one.
 * @throws Error when it is missing or unreadable: a half-done session must not begin again inside itself.
 */
async function stateOf(
  deps: Needs,
  session: SessionRecord,
): Promise<InvestigationState | undefined> {
  const stored = await readRunState(deps.documents, session);
  if (stored === undefined && session.stage === "entity_extraction") return undefined;
  const { data, error } = InvestigationState.safeParse(stored);
  if (data !== undefined) return data;
  const after = `after ${session.slices} slices`;
  throw new Error(`The state of ${session.session_id} ${after} cannot be read.`, { cause: error });
}

/** The session, marked as running; `undefined` when there is nothing to do. */
async function begun(
  deps: Needs,
  { tenant_id, session_id, slice }: InvestigationMessage,
): Promise<StoredSession | undefined> {
  const stored = await readSession(deps.documents, tenant_id, session_id);
  if (stored === undefined || !isDue(stored.session, slice)) return undefined;
  if (stored.session.status === "running") return stored;
  // Its owner has as many running as allowed: whichever of them ends asks for this one again.
  if (!(await takeSlot(deps, stored.session))) return undefined;
  const session = running(stored.session, deps.clock.now());
  // A conflict means that another worker has it, or that it was cancelled: the next read tells.
  await saveSession(deps, { session, etag: stored.etag });
  const again = await readSession(deps.documents, tenant_id, session_id);
  return again !== undefined && isDue(again.session, slice) ? again : undefined;
}

async function advanced(
  deps: Needs,
  { session, etag }: StoredSession,
  known: InvestigationState | undefined,
): Promise<"done" | "conflict"> {
  const provider = await providers.read(deps.documents, session.tenant_id, session.provider_id);
  const obstacle = obstacleOf(session, provider);
  if (provider === undefined || obstacle !== undefined) {
    const error = obstacle ?? PROVIDER_REMOVED;
    return endSession(deps, { session: failed(session, error, deps.clock.now()), etag });
  }
  const first =
    known === undefined
      ? await firstOf(deps, session, provider.record)
      : { state: known, steps: [] };
  if (first.state === undefined) return commitSlice(deps, { session, etag }, first.steps, first);
  const result = await runSlice(deps, {
    provider: provider.record,
    schema: await workspaceSchema(deps.siem, provider.record),
    timespan: session.timespan,
    incidentNumber: session.incident_number,
    state: first.state,
  });
  return commitSlice(deps, { session, etag }, [...first.steps, ...result.steps], result);
}

/** One turn of the model. Its answer is stored before it is used; what the turn leaves is one commit. */
async function judged(
  deps: Needs,
  { session, etag }: StoredSession,
  state: InvestigationState,
): Promise<"done" | "conflict"> {
  const { tenant_id, provider_id, model_name } = session;
  const provider = await providers.read(deps.documents, tenant_id, provider_id);
  if (provider === undefined) {
    return endSession(deps, { session: failed(session, PROVIDER_REMOVED, deps.clock.now()), etag });
  }
  const subject = await storedSubject(deps, session);
  const input = turnInput({
    deps,
    session,
    state,
    record: await models.find(deps, tenant_id, model_name),
    budget: session.budget ?? deps.settings.models.budget,
    evidence: await allEvidence(deps, session),
    transcript: await readTranscript(deps, tenant_id, state.model?.transcript ?? null),
    provider: provider.record,
    schema: await workspaceSchema(deps.siem, provider.record),
    incident: subject.incident,
    alerts: async () =>
      (await readAlerts(deps.siem, { ...subject, provider: provider.record })).alerts,
    memory: {
      entityHistory: (value) => memory.entityHistory(deps.documents, tenant_id, value),
      pastSessions: (words) => memory.pastSessions(deps.documents, tenant_id, words),
    },
    exchange: (turn, record, request, timeoutMs) =>
      exchanged(deps, session, { turn, record, request }, () =>
        asked(deps, session, turn, [record, request, timeoutMs]),
      ),
  });
  const { state: left, transcript, ...result } = await runModelTurn(input);
  const model = { ...left, transcript: await putTranscript(deps, tenant_id, transcript) };
  const spent = { ...session, spent: left.spent };
  const waited_seconds = (state.waited_seconds ?? 0) + (result.waitSeconds ?? 0);
  return commitSlice(deps, { session: spent, etag }, result.steps, {
    ...result,
    state: { ...state, model, waited_seconds },
  });
}

/** Asks, and keeps what was seen of the endpoint: the next exchange need not find out again. */
async function asked(
  deps: Needs,
  { tenant_id, session_id }: SessionRecord,
  turn: number,
  [record, request, timeoutMs]: Parameters<Deps["model"]["chat"]>,
): Promise<ChatReply> {
  const reply = await deps.model.chat(record, request, timeoutMs);
  const { model_name } = record;
  deps.log.info("model.answered", {
    tenant_id,
    session_id,
    model_name,
    turn,
    finish: reply.finish,
  });
  const isNew = JSON.stringify(reply.abilities) !== JSON.stringify(record.abilities);
  if (isNew) await models.learn(deps.documents, record, reply.abilities);
  return reply;
}

/** @param state `undefined` while the session waits to begin. */
async function commitSlice(
  deps: Needs,
  { session, etag }: StoredSession,
  newSteps: readonly NewStep[],
  {
    evidence,
    queries,
    state,
    waitSeconds,
  }: Omit<SliceResult, "steps" | "state"> & {
    state: InvestigationState | undefined;
  },
): Promise<"done" | "conflict"> {
  const steps = newSteps.map((step, i) => ({ ...step, seq: session.steps + i + 1 }));
  const now = deps.clock.now();
  const notBefore =
    waitSeconds === undefined ? undefined : new Date(now.getTime() + waitSeconds * 1000);
  const next: SessionRecord = {
    ...session,
    ...(state !== undefined && {
      stage: state.pending.length === 0 ? "evidence_assessment" : "execution",
    }),
    slices: session.slices + 1,
    steps: session.steps + steps.length,
    queries: session.queries + queries,
    updated_at: now.toISOString(),
  };
  const documents = await Promise.all(
    evidence.map((one) => toEvidenceDocument(deps, session.tenant_id, one)),
  );
  return saveSession(deps, { session: next, etag }, [sliceMessage(next, notBefore)], {
    steps,
    evidence: documents,
    ...(state !== undefined && { state: JsonObject.parse(state) }),
  });
}

/** The last slice: reads all evidence again from the store, checks every claim against it, writes the report. */
async function ended(
  deps: Needs,
  { session, etag }: StoredSession,
  state: InvestigationState,
): Promise<"done" | "conflict"> {
  const now = deps.clock.now();
  if (state.answered === 0 && state.error !== null) {
    return endSession(deps, { session: failed(session, state.error, now), etag });
  }
  const evidence = await allEvidence(deps, session);
  const { report, steps: newSteps } = concludeInvestigation(session, state, evidence, now);
  const steps = newSteps.map((step, i) => ({ ...step, seq: session.steps + i + 1 }));
  const judgement = judgementOf(state);
  if (judgement.degraded !== undefined && session.require_model === true) {
    const error = { code: "model-unavailable", detail: judgement.degraded.reason };
    return endSession(deps, { session: failed({ ...session, ...judgement }, error, now), etag });
  }
  const counted = { ...session, steps: session.steps + steps.length, families: state.families };
  const done = completed({ ...counted, ...judgement }, report, now);
  const { tenant_id, session_id } = done;
  const body = { tenant_id, session_id };
  const learn = { id: `graph:${session_id}`, queue: "graph", body } as const;
  const outcome = await endSession(deps, { session: done, etag }, [learn], {
    steps,
    evidence: [asDocument(searchDocument(done))],
  });
  if (outcome === "done")
    deps.telemetry?.count("socmate.verdicts", { verdict: report.verdict, driver: done.driver });
  return outcome;
}

/** The first stages: the incident, its alerts and entities, and the plan that follows; or the wait for the alerts. */
async function firstOf(deps: Needs, session: SessionRecord, provider: SiemProvider) {
  const stored = await storedSubject(deps, session);
  const subject = await readSubject(deps.siem, { ...stored, provider });
  const now = deps.clock.now();
  const wait = waitForAlerts(subject, session.started_at, now);
  if (wait !== undefined) return wait;
  const parent = await parentState(deps, session);
  return beginInvestigation(subject, windowOf(stored.timespan, stored.incident), now, parent);
}

/** What the session that this one follows up had found; `undefined` when it follows none, or its parent is gone. */
async function parentState(
  deps: Needs,
  { tenant_id, parent_id }: SessionRecord,
): Promise<InvestigationState | undefined> {
  if (parent_id === undefined) return undefined;
  const parent = await readSession(deps.documents, tenant_id, parent_id);
  if (parent === undefined) return undefined;
  const state = await readRunState(deps.documents, parent.session);
  return InvestigationState.safeParse(state).data;
}

/** Outrun by another worker or by a cancellation: nothing to do. Changed otherwise: do the slice again. */
async function settleConflict(deps: Needs, message: InvestigationMessage): Promise<void> {
  const stored = await readSession(deps.documents, message.tenant_id, message.session_id);
  if (stored === undefined || !isDue(stored.session, message.slice)) return;
  throw new AppError("conflict", "The session changed while a slice was under way.");
}
