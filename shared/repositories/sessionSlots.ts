/** How many sessions of one person run at a time: places in one document per person, taken under its etag. */
import { createHash } from "node:crypto";

import { z } from "zod";

import { outcomeOf } from "../domain/metrics.ts";
import { endMessages, isOver, wakeMessage } from "../domain/sessions.ts";
import type { Deps } from "../ports/deps.ts";
import type { Document, Write } from "../ports/documentStore.ts";
import { asDeepDocument } from "../schemas/json.ts";
import type { OutboxMessage } from "../schemas/messages.ts";
import type { SessionRecord } from "../schemas/sessions.ts";
import {
  readSession,
  saveSession,
  type SliceWrites,
  type StoredSession,
  waitingOf,
} from "./sessions.ts";

/** Sessions that one person may have running; more wait, none is dropped. */
export const RUNNING_PER_USER_MAX = 5;
/** A place that was taken counts for so long although its session does not run yet: its worker is about to mark it. */
const TAKING_MS = 60_000;
const TRIES = 10;
/** A place of somebody who starts nothing any more is forgotten. */
const KEPT_SECONDS = 86_400;

type Needs = Pick<Deps, "clock" | "documents" | "log" | "queue">;

const Slots = z.looseObject({
  held: z.array(z.object({ session_id: z.string(), at: z.iso.datetime() })),
});
type Held = z.infer<typeof Slots>["held"];

/**
 * Takes a place for the session, or finds that it has one. Places of sessions that ended are given up here, when they
 * are needed: an end needs no second write that could be lost.
 */
export async function takeSlot(
  deps: Pick<Deps, "clock" | "documents">,
  session: SessionRecord,
): Promise<boolean> {
  const id = slotsId(session);
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const stored = await deps.documents.read("control", [id], id);
    const held = stored === undefined ? [] : Slots.parse(stored.doc).held;
    if (held.some(({ session_id }) => session_id === session.session_id)) return true;
    const alive =
      held.length < RUNNING_PER_USER_MAX ? held : await stillHeld(deps, session.tenant_id, held);
    if (alive.length >= RUNNING_PER_USER_MAX) return false;
    const at = deps.clock.now().toISOString();
    const taken = [...alive, { session_id: session.session_id, at }];
    const doc: Document = { id, type: "session-slots", held: taken };
    const write: Write =
      stored === undefined
        ? { kind: "create", doc, ttlSeconds: KEPT_SECONDS }
        : { kind: "replace", doc, etag: stored.etag, ttlSeconds: KEPT_SECONDS };
    if ((await deps.documents.batch("control", [id], [write])) === "done") return true;
  }
  return false;
}

/**
 * Writes a session that is over, with what the figures count of it and the messages that tell of its end and let its
 * owner's waiting ones begin.
 */
export async function endSession(
  deps: Needs,
  ended: StoredSession,
  messages: readonly OutboxMessage[] = [],
  slice?: SliceWrites,
): Promise<"done" | "conflict"> {
  const { session } = ended;
  const waiting = await waitingOf(deps.documents, session, RUNNING_PER_USER_MAX + 1);
  const wakes = waiting
    .filter(({ session_id }) => session_id !== session.session_id)
    .map((one) => wakeMessage(one, session.session_id));
  const outcome = asDeepDocument(outcomeOf(session));
  return await saveSession(deps, ended, [...messages, ...endMessages(session), ...wakes], {
    ...slice,
    steps: slice?.steps ?? [],
    evidence: [...(slice?.evidence ?? []), outcome],
  });
}

async function stillHeld(
  { clock, documents }: Pick<Deps, "clock" | "documents">,
  tenantId: string,
  held: Held,
): Promise<Held> {
  const now = clock.now().getTime();
  const alive: Held = [];
  for (const slot of held) {
    const stored = await readSession(documents, tenantId, slot.session_id);
    if (stored === undefined || isOver(stored.session.status)) continue;
    const isTaking = now - Date.parse(slot.at) < TAKING_MS;
    if (stored.session.status === "running" || isTaking) alive.push(slot);
  }
  return alive;
}

function slotsId({ tenant_id, created_by }: SessionRecord): string {
  const of = JSON.stringify([tenant_id, created_by]);
  return `session-slots:${createHash("sha256").update(of).digest("hex").slice(0, 40)}`;
}
