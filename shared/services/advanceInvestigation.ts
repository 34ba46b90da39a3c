/** Does one slice of work on a session and commits it with what comes next. */
import { AppError } from "../domain/errors.ts";
import { completed, failed, isDue, running, sliceMessage } from "../domain/sessions.ts";
import { windowOf } from "../domain/sessionsWindow.ts";
import { beginInvestigation } from "../investigation/begin.ts";
import { concludeInvestigation } from "../investigation/conclude.ts";
import { type NewStep, runSlice, type SliceResult } from "../investigation/slice.ts";
import { InvestigationState } from "../investigation/state.ts";
import type { Subject } from "../investigation/subject.ts";
import { builtInSchema } from "../kql/schema.ts";
import type { Deps } from "../ports/deps.ts";
import * as incidents from "../repositories/incidents.ts";
import * as providers from "../repositories/providers.ts";
import { allEvidence, toEvidenceDocument } from "../repositories/sessionEvidence.ts";
import {
  readRunState,
  readSession,
  saveSession,
  type StoredSession,
} from "../repositories/sessions.ts";
import { JsonObject } from "../schemas/json.ts";
import type { InvestigationMessage } from "../schemas/messages.ts";
import type { SessionRecord } from "../schemas/sessions.ts";

type Needs = Pick<Deps, "blobs" | "clock" | "documents" | "ids" | "kql" | "log" | "queue" | "siem">;

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
  const subject = await subjectOf(deps, session);
  const state = InvestigationState.safeParse(await readRunState(deps.documents, session)).data;
  const outcome =
    state !== undefined && state.pending.length === 0
      ? await ended(deps, started, subject, state)
      : await advanced(deps, started, subject, state);
  if (outcome === "conflict") await settleConflict(deps, message);
}

/** The session, marked as running; `undefined` when there is nothing to do. */
async function begun(
  deps: Needs,
  { tenant_id, session_id, slice }: InvestigationMessage,
): Promise<StoredSession | undefined> {
  const stored = await readSession(deps.documents, tenant_id, session_id);
  if (stored === undefined || !isDue(stored.session, slice)) return undefined;
  if (stored.session.status === "running") return stored;
  const session = running(stored.session, deps.clock.now());
  // A conflict means that another worker has it, or that it was cancelled: the next read tells.
  await saveSession(deps, { session, etag: stored.etag });
  const again = await readSession(deps.documents, tenant_id, session_id);
  return again !== undefined && isDue(again.session, slice) ? again : undefined;
}

async function advanced(
  deps: Needs,
  { session, etag }: StoredSession,
  subject: Subject,
  known: InvestigationState | undefined,
): Promise<"done" | "conflict"> {
  const provider = await providers.read(deps.documents, session.tenant_id, session.provider_id);
  if (provider === undefined) {
    const error = { code: "siem-unavailable", detail: "The provider was removed." };
    return saveSession(deps, { session: failed(session, error, deps.clock.now()), etag });
  }
  const window = windowOf(session.timespan, subject.incident);
  const first =
    known === undefined ? beginInvestigation(subject, window, deps.clock.now()) : undefined;
  const state = known ?? first?.state;
  if (state === undefined) throw new Error("A slice has no state to begin from.");
  const result = await runSlice(deps, {
    provider: provider.record,
    schema: builtInSchema(),
    timespan: session.timespan,
    incidentNumber: session.incident_number,
    state,
  });
  return commitSlice(deps, { session, etag }, [...(first?.steps ?? []), ...result.steps], result);
}

async function commitSlice(
  deps: Needs,
  { session, etag }: StoredSession,
  newSteps: readonly NewStep[],
  { evidence, queries, state }: SliceResult,
): Promise<"done" | "conflict"> {
  const steps = newSteps.map((step, i) => ({ ...step, seq: session.steps + i + 1 }));
  const next: SessionRecord = {
    ...session,
    stage: state.pending.length === 0 ? "evidence_assessment" : "execution",
    slices: session.slices + 1,
    steps: session.steps + steps.length,
    queries: session.queries + queries,
    updated_at: deps.clock.now().toISOString(),
  };
  const documents = await Promise.all(
    evidence.map((one) => toEvidenceDocument(deps, session.tenant_id, one)),
  );
  return saveSession(deps, { session: next, etag }, [sliceMessage(next)], {
    steps,
    evidence: documents,
    state: JsonObject.parse(state),
  });
}

/** The last slice: reads all evidence again from the store, checks every claim against it, writes the report. */
async function ended(
  deps: Needs,
  { session, etag }: StoredSession,
  subject: Subject,
  state: InvestigationState,
): Promise<"done" | "conflict"> {
  const now = deps.clock.now();
  if (state.answered === 0 && state.error !== null) {
    return saveSession(deps, { session: failed(session, state.error, now), etag });
  }
  const evidence = await allEvidence(deps, session);
  const { report, steps: newSteps } = concludeInvestigation(session, subject, state, evidence, now);
  const steps = newSteps.map((step, i) => ({ ...step, seq: session.steps + i + 1 }));
  const done = completed({ ...session, steps: session.steps + steps.length }, report, now);
  return saveSession(deps, { session: done, etag }, [], { steps, evidence: [] });
}

/** What the incident and its enrichment say; alerts and entities are empty until it was enriched. */
async function subjectOf(deps: Needs, session: SessionRecord): Promise<Subject> {
  const { tenant_id, incident_key, query } = session;
  if (incident_key === undefined) return { query, alerts: [], entities: [] };
  const stored = await incidents.read(deps.documents, tenant_id, incident_key);
  const enrichment = await incidents.readEnrichment(deps.documents, tenant_id, incident_key);
  return {
    query,
    incident: stored?.record,
    alerts: enrichment?.record.alerts ?? [],
    entities: enrichment?.record.entities ?? [],
  };
}

/** Outrun by another worker or by a cancellation: nothing to do. Changed otherwise: do the slice again. */
async function settleConflict(deps: Needs, message: InvestigationMessage): Promise<void> {
  const stored = await readSession(deps.documents, message.tenant_id, message.session_id);
  if (stored === undefined || !isDue(stored.session, message.slice)) return;
  throw new AppError("conflict", "The session changed while a slice was under way.");
}
