/** Runs a request that carries an Idempotency-Key once, and gives every repetition the same answer. */
import { randomUUID } from "node:crypto";

import { AppError } from "../domain/errors.ts";
import {
  answered,
  fingerprintOf,
  idempotencyId,
  idsOf,
  isClaimed,
  largeBody,
  newClaim,
  type OnceRequest,
  refuseOther,
} from "../domain/idempotency.ts";
import type { Deps } from "../ports/deps.ts";
import type { DocumentStore } from "../ports/documentStore.ts";
import type { Ids } from "../ports/ids.ts";
import { pause } from "../ports/patience.ts";
import * as idempotency from "../repositories/idempotency.ts";
import type { IdempotencyRecord, StoredReply } from "../schemas/idempotency.ts";
import { Json } from "../schemas/json.ts";

type Needs = Pick<Deps, "clock" | "documents" | "log">;
type Work = (ids: Ids) => Promise<{ reply: StoredReply; isFinal: boolean }>;

export interface OnceOutcome {
  reply: StoredReply;
  /** An earlier run made it. */
  isRepeated: boolean;
}

/** How long a repetition waits for the first one's answer before it is told to come back. */
const PATIENCE_MS = 10_000;
const FIRST_WAIT_MS = 25;
const LONGEST_WAIT_MS = 500;

interface Flight {
  fingerprint: string;
  outcome: Promise<OnceOutcome>;
}

/** Requests at work in this process: their repetitions wait here instead of asking the store again and again. */
const flights = new WeakMap<DocumentStore, Map<string, Flight>>();

/**
 * Failures are not remembered: the same request may be tried again under the same key. When a process dies at work
 * another one takes over after a minute, with the same ids: services find what the first has created.
 * @param work is given ids that are the same in each try. `isFinal` false: the answer will be another one later.
 * @throws AppError `invalid-fields` when the key was used for another request; `conflict` with `retryAfterSeconds` when the
 *   first one takes longer than is waited here; whatever `work` throws.
 */
export async function runOnce(
  deps: Needs,
  request: OnceRequest,
  work: Work,
  wait: (ms: number) => Promise<void> = pause,
): Promise<OnceOutcome> {
  const id = idempotencyId(request);
  const here = flights.get(deps.documents) ?? new Map<string, Flight>();
  flights.set(deps.documents, here);
  const flight = here.get(id);
  if (flight !== undefined) {
    refuseOther(flight.fingerprint, request);
    return { ...(await flight.outcome), isRepeated: true };
  }
  const outcome = takeTurn(deps, request, work, wait);
  here.set(id, { fingerprint: fingerprintOf(request), outcome });
  try {
    return await outcome;
  } finally {
    here.delete(id);
  }
}

/** The answer that stands, or a run of our own; waits while another instance is at it. */
async function takeTurn(
  deps: Needs,
  request: OnceRequest,
  work: Work,
  wait: (ms: number) => Promise<void>,
): Promise<OnceOutcome> {
  const id = idempotencyId(request);
  let waited = 0;
  let waitMs = FIRST_WAIT_MS;
  for (;;) {
    const stored = await idempotency.read(deps.documents, id);
    const known = stored?.record;
    if (known !== undefined) refuseOther(known.fingerprint, request);
    if (known?.reply !== undefined) {
      return { reply: await replyOf(deps, known, known.reply), isRepeated: true };
    }
    const now = deps.clock.now();
    if (known === undefined || !isClaimed(known, now)) {
      const mine = newClaim(request, known, randomUUID(), now);
      const saved = await idempotency.save(deps.documents, mine, stored?.etag);
      if (saved === "done") return { reply: await run(deps, mine, work), isRepeated: false };
      continue; // Somebody was faster: they run it.
    }
    if (waited >= PATIENCE_MS) throw stillRunning(known, now);
    await wait(waitMs);
    waited += waitMs;
    waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS);
  }
}

async function run(deps: Needs, mine: IdempotencyRecord, work: Work): Promise<StoredReply> {
  try {
    const { reply, isFinal } = await work(idsOf(mine));
    await settle(deps, mine, isFinal ? reply : undefined);
    return reply;
  } catch (error) {
    await settle(deps, mine, undefined);
    throw error;
  }
}

/** The answer with its body, wherever that lies. */
async function replyOf(
  { documents }: Needs,
  record: IdempotencyRecord,
  { body_parts: count, ...reply }: NonNullable<IdempotencyRecord["reply"]>,
): Promise<StoredReply> {
  if (count === undefined) return reply;
  const bytes = await idempotency.readBody(documents, record, count);
  if (bytes === undefined) throw new AppError("store-unavailable", "The answer's body is gone.");
  return { ...reply, body: Json.parse(JSON.parse(Buffer.from(bytes).toString())) };
}

/**
 * Writes how it ended, unless another one has taken over. Never throws: the work itself is done.
 * @param reply `undefined` leaves the key to the next request.
 */
async function settle(
  { documents, log }: Needs,
  mine: IdempotencyRecord,
  reply: StoredReply | undefined,
): Promise<void> {
  try {
    const large = reply === undefined ? undefined : largeBody(reply);
    const parts = large && (await idempotency.saveBody(documents, mine, large));
    const ended: IdempotencyRecord =
      reply === undefined ? { ...mine, state: "open" } : answered(mine, reply, parts);
    const stored = await idempotency.read(documents, mine.id);
    if (stored?.record.claim === mine.claim) await idempotency.save(documents, ended, stored.etag);
  } catch (error) {
    log.warn("idempotency.settle-failed", { idempotency_id: mine.id, error });
  }
}

const stillRunning = ({ claimed_until }: IdempotencyRecord, now: Date): AppError =>
  new AppError("conflict", "The first request with this Idempotency-Key is still at work.", {
    retryAfterSeconds: (Date.parse(claimed_until) - now.getTime()) / 1000,
  });
