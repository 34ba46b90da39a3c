/** Runs a session again from its recording and compares. Reads only: no workspace is asked, nothing is written. */
import { AppError, invalidBody, notFound } from "../domain/errors.ts";
import { differenceOf } from "../domain/sessionReplay.ts";
import { isOver } from "../domain/sessions.ts";
import { costOf } from "../domain/sessionViews.ts";
import { type Replayed, replayInvestigation } from "../investigation/replay.ts";
import { InvestigationState } from "../investigation/state.ts";
import type { Deps } from "../ports/deps.ts";
import * as incidents from "../repositories/incidents.ts";
import {
  type RecordedExchange,
  recordedExchanges,
  promptHash,
} from "../repositories/modelExchanges.ts";
import * as memory from "../repositories/modelMemory.ts";
import * as models from "../repositories/models.ts";
import * as providers from "../repositories/providers.ts";
import { allEvidence } from "../repositories/sessionEvidence.ts";
import { readRunState, readSession } from "../repositories/sessions.ts";
import type { ModelRecord } from "../schemas/models.ts";
import type { SessionBudget } from "../schemas/sessionBudgets.ts";
import type { ReplayBody, SessionReplay } from "../schemas/sessionReplay.ts";
import type { SessionRecord } from "../schemas/sessions.ts";

type Needs = Pick<Deps, "blobs" | "clock" | "documents" | "log" | "model" | "settings">;

/** How long another model may take in all: a caller waits for it. */
const SECONDS_MAX = 120;
/** Recorded answers are there at once, however long they took when they were given. */
const SECONDS_RECORDED = 86_400;

/**
 * @throws AppError `not-found`; `conflict` when the session still runs or has nothing recorded; `invalid-fields` for a model that
 *   the tenant does not have.
 */
export async function replaySession(
  deps: Needs,
  tenantId: string,
  sessionId: string,
  { model: rival }: ReplayBody,
): Promise<SessionReplay> {
  const session = (await readSession(deps.documents, tenantId, sessionId))?.session;
  if (session === undefined) throw notFound("session");
  const { recording, exchanges, provider } = await recordingOf(deps, session);
  const record = await judgeOf(deps, session, exchanges, rival);
  const asked = { missing: 0 };
  const replayed = await replayInvestigation(deps, {
    recording,
    provider,
    incident: await incidentOf(deps, session),
    memory: {
      entityHistory: (value) => memory.entityHistory(deps.documents, tenantId, value),
      pastSessions: (words) => memory.pastSessions(deps.documents, tenantId, words),
    },
    record,
    budget: budgetOf(deps, session, rival !== undefined),
    exchange: async (turn, of, request, timeoutMs) => {
      const prompt_hash = promptHash(request);
      if (rival !== undefined) {
        const reply = await deps.model.chat(of, request, timeoutMs);
        return { reply, promptHash: prompt_hash };
      }
      const known = exchanges.find((one) => one.turn === turn && one.prompt_hash === prompt_hash);
      if (known !== undefined) return { reply: known.reply, promptHash: prompt_hash };
      asked.missing += 1;
      const detail = `The recording has no answer to what the model would be asked in turn ${turn}.`;
      throw new AppError("model-unavailable", detail);
    },
  });
  const { report, missing } = replayed;
  const { model } = replayed.state;
  deps.log.info("session.replayed", { tenant_id: tenantId, session_id: sessionId });
  return {
    session_id: sessionId,
    ...differenceOf(session.report, report),
    model: {
      recorded: exchanges[0]?.model_name ?? null,
      replayed: record?.model_name ?? null,
    },
    cost: { recorded: costOf(session), replayed: replayedCost(replayed) },
    queries: { recorded: recording.evidence.length, missing: missing.length },
    exchanges: { recorded: exchanges.length, missing: asked.missing },
    degraded: model?.degraded ?? null,
    report,
  };
}

function replayedCost({ state, evidence }: Replayed): SessionReplay["cost"]["replayed"] {
  const spent = state.model?.spent;
  return costOf({ queries: evidence.length, ...(spent !== undefined && { spent }) });
}

/** @throws AppError `conflict` when there is nothing to replay, in words that say why. */
async function recordingOf(deps: Needs, session: SessionRecord) {
  if (!isOver(session.status)) {
    throw new AppError("conflict", "The session still runs: replay it when it has ended.");
  }
  const state = InvestigationState.safeParse(await readRunState(deps.documents, session)).data;
  const evidence = await allEvidence(deps, session);
  if (state === undefined || state.pending.length > 0 || evidence.length === 0) {
    const detail =
      "The session has no recording to replay: it ended before its questions were answered.";
    throw new AppError("conflict", detail);
  }
  const provider = await providers.read(deps.documents, session.tenant_id, session.provider_id);
  if (provider === undefined) {
    throw new AppError("conflict", "The session's provider was removed; it cannot be replayed.");
  }
  const exchanges = await recordedExchanges(deps, session);
  const requests = exchanges.map(({ request }) => request);
  return {
    recording: { session, state, evidence, requests },
    exchanges,
    provider: provider.record,
  };
}

function budgetOf({ settings }: Needs, session: SessionRecord, isLive: boolean): SessionBudget {
  const budget = session.budget ?? settings.models.budget;
  return {
    ...budget,
    seconds: isLive ? Math.min(budget.seconds, SECONDS_MAX) : SECONDS_RECORDED,
  };
}

/** Who judges: the one that was asked for, else the one that was recorded, as it is set up now. */
async function judgeOf(
  deps: Needs,
  { tenant_id }: SessionRecord,
  [first]: readonly RecordedExchange[],
  rival: string | undefined,
): Promise<ModelRecord | undefined> {
  const name = rival ?? first?.model_name;
  if (name === undefined) return undefined;
  const found = await models.find(deps, tenant_id, name);
  if (found !== undefined) return found;
  const detail =
    rival === undefined
      ? `The model ${name} was removed: replay with another one.`
      : "There is no such model.";
  if (rival === undefined) throw new AppError("conflict", detail);
  throw invalidBody([{ pointer: "/model", detail }]);
}

async function incidentOf({ documents }: Needs, { tenant_id, incident_key: key }: SessionRecord) {
  return key === undefined ? undefined : (await incidents.read(documents, tenant_id, key))?.record;
}
