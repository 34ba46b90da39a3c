/**
 * Counts a caller's requests over all instances. Far from the limit an instance counts by itself and tells the others
 * now and then; from half of it on every request is counted in the store, those that come together in one write.
 */
import {
  ask,
  current,
  EMPTY_WINDOW,
  limitOf,
  merged,
  used,
  granted,
  withOneMore,
} from "../domain/rateLimits.ts";
import type { Deps } from "../ports/deps.ts";
import type { DocumentStore } from "../ports/documentStore.ts";
import { changeWindow } from "../repositories/rateLimits.ts";
import type { Principal } from "../schemas/principal.ts";
import type { RateAnswer, RateWindow } from "../schemas/rateLimits.ts";

type Needs = Pick<Deps, "clock" | "documents" | "log" | "settings">;

/** What one instance knows of a caller. */
interface Known {
  /** The books as they were last seen. */
  window: RateWindow;
  /** Granted here since, and not in the books yet. */
  own: RateWindow["spans"];
  ownCount: number;
  seenAt: number;
  /** Requests that wait for the books; `undefined` while nobody asks them. */
  waiting: ((answer: RateAnswer) => void)[] | undefined;
}

/** Share of the limit from which every request is counted in the store, and share that an instance keeps to itself. */
const STRICT_FROM = 0.5;
const OWN_SHARE = 0.1;
/** The books are looked at again after this. */
const SEEN_MS = 5_000;
const CALLERS_MAX = 10_000;

const callers = new WeakMap<DocumentStore, Map<string, Known>>();

/** Whether the caller's request is within its limit; a store that does not answer leaves the instance's own count. */
export async function limitRate(deps: Needs, principal: Principal): Promise<RateAnswer> {
  const { requestsPerMinute, isShared } = deps.settings.edge;
  const limit = limitOf(principal, requestsPerMinute);
  const id = `${principal.tenant_id}:${principal.id}`;
  const known = knownOf(deps.documents, id);
  const now = deps.clock.now().getTime();
  if (!isShared) return askHere(known, limit, now);
  if (isFarFrom(known, limit, now)) return grantHere(known, limit, now);
  return await askBooks(deps, id, known, limit);
}

function knownOf(documents: DocumentStore, id: string): Known {
  const here = callers.get(documents) ?? new Map<string, Known>();
  callers.set(documents, here);
  let known = here.get(id);
  if (known !== undefined) return known;
  known = { window: EMPTY_WINDOW, own: [], ownCount: 0, seenAt: -Infinity, waiting: undefined };
  here.set(id, known);
  const [oldest] = here.keys();
  if (here.size > CALLERS_MAX && oldest !== undefined) here.delete(oldest);
  return known;
}

function askHere(known: Known, limit: number, now: number): RateAnswer {
  const { window, answer } = ask(known.window, limit, now);
  known.window = window;
  return answer;
}

function isFarFrom(known: Known, limit: number, now: number): boolean {
  if (known.waiting !== undefined || now - known.seenAt >= SEEN_MS || now < known.seenAt) {
    return false;
  }
  if (known.ownCount + 1 > limit * OWN_SHARE) return false;
  return used(current(known.window, now)) + known.ownCount < limit * STRICT_FROM;
}

function grantHere(known: Known, limit: number, now: number): RateAnswer {
  const books = current(known.window, now);
  known.own = withOneMore(known.own, now);
  known.ownCount += 1;
  return granted({ ...books, spans: merged(books.spans, known.own) }, limit, now);
}

/** Requests that come while the books are asked wait for the next look, all together. */
async function askBooks(deps: Needs, id: string, known: Known, limit: number): Promise<RateAnswer> {
  const { waiting } = known;
  if (waiting !== undefined) return new Promise((resolve) => waiting.push(resolve));
  known.waiting = [];
  const [answer] = await askTogether(deps, id, known, limit, 1);
  void serveWaiting(deps, id, known, limit);
  return answer ?? askHere(known, limit, deps.clock.now().getTime());
}

async function serveWaiting(deps: Needs, id: string, known: Known, limit: number): Promise<void> {
  for (;;) {
    const { waiting = [] } = known;
    if (waiting.length === 0) break;
    known.waiting = [];
    const answers = await askTogether(deps, id, known, limit, waiting.length);
    for (const [i, resolve] of waiting.entries()) {
      const answer = answers[i];
      if (answer !== undefined) resolve(answer);
    }
  }
  known.waiting = undefined;
}

/** One answer for each of so many requests. Never throws. */
async function askTogether(
  { clock, documents, log }: Needs,
  id: string,
  known: Known,
  limit: number,
  count: number,
): Promise<RateAnswer[]> {
  const now = clock.now().getTime();
  const decide = (books: RateWindow) => {
    const answers: RateAnswer[] = [];
    let window: RateWindow = { ...books, spans: merged(books.spans, known.own) };
    for (let i = 0; i < count; i += 1) {
      const asked = ask(window, limit, now);
      window = asked.window;
      answers.push(asked.answer);
    }
    return { window, result: { window, answers } };
  };
  try {
    const { window, answers } = await changeWindow(documents, id, decide);
    Object.assign(known, { window, own: [], ownCount: 0, seenAt: now });
    return answers;
  } catch (error) {
    log.warn("rate-limit.not-shared", { caller_id: id, error });
    const { window, answers } = decide(known.window).result;
    // Kept as seen, so that an outage of the store is not made worse by asking it with each request.
    Object.assign(known, { window, own: [], ownCount: 0, seenAt: now });
    return answers;
  }
}
