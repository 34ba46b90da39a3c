/** Puts what waits for a digest, or for the end of quiet hours, into one delivery for each target. */
import { createHash } from "node:crypto";

import { newDelivery } from "../domain/deliveries.ts";
import { digestEnvelope } from "../domain/notificationTexts.ts";
import type { Deps } from "../ports/deps.ts";
import * as deliveries from "../repositories/deliveries.ts";

type Needs = Pick<Deps, "clock" | "documents" | "log" | "queue">;
type Due = Awaited<ReturnType<typeof deliveries.due>>[number];

const READ_AT_ONCE = 500;
/** A batch takes 100 operations, and a delivery stays a small document. */
const EVENTS_PER_DIGEST = 40;
/** What is left over is taken by the next run. */
const ROUNDS_MAX = 20;

/** Two runs at once are harmless: each event is taken by one of them. */
export async function sendDigests(deps: Needs): Promise<{ digests: number; events: number }> {
  const done = { digests: 0, events: 0 };
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const due = await deliveries.due(deps.documents, deps.clock.now(), READ_AT_ONCE);
    for (const events of digestsOf(due)) {
      if ((await collect(deps, events)) === "conflict") continue;
      done.digests += 1;
      done.events += events.length;
    }
    if (due.length < READ_AT_ONCE) break;
  }
  if (done.digests > 0) deps.log.info("digest.sent", done);
  return done;
}

/** By target, in the order in which they came, in pieces that one delivery can hold. */
function digestsOf(due: readonly Due[]): Due[][] {
  const byTarget = new Map<string, Due[]>();
  for (const one of due) {
    const target = JSON.stringify([one.held.tenant_id, one.held.bucket]);
    byTarget.set(target, [...(byTarget.get(target) ?? []), one]);
  }
  return [...byTarget.values()].flatMap((events) => {
    const inOrder = events.toSorted((a, b) => (a.held.created_at < b.held.created_at ? -1 : 1));
    const pieces: Due[][] = [];
    for (let from = 0; from < inOrder.length; from += EVENTS_PER_DIGEST) {
      pieces.push(inOrder.slice(from, from + EVENTS_PER_DIGEST));
    }
    return pieces;
  });
}

async function collect(deps: Needs, events: readonly Due[]): Promise<"done" | "conflict"> {
  const [first] = events;
  if (first === undefined) return "conflict";
  const { tenant_id, channel, target_id, target_name } = first.held;
  const ids = events.map(({ held }) => held.envelope.id);
  const hash = createHash("sha256").update(JSON.stringify(ids)).digest("hex").slice(0, 26);
  const messageId = ids.length === 1 ? first.held.envelope.id : `dig_${hash}`;
  const envelopes = events.map(({ held }) =>
    ids.length === 1 ? held.envelope : digestEnvelope(held.envelope),
  );
  const target = { channel, target_kind: "person", target_id, target_name } as const;
  const content = { messageId, envelopes };
  const delivery = newDelivery(target, content, tenant_id, deps.clock.now());
  return deliveries.collect(deps, delivery, events);
}
