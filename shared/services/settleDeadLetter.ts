/** Replays or drops a dead letter, for an administrator of its tenant. */
import { changeAudit } from "../domain/audit.ts";
import { deadLetterView, placeOf, replayOf, tenantOf } from "../domain/deadLetters.ts";
import { AppError, notFound } from "../domain/errors.ts";
import type { Deps } from "../ports/deps.ts";
import type { DeadLetterView } from "../schemas/deadLetters.ts";
import { JsonObject } from "../schemas/json.ts";
import type { Principal } from "../schemas/principal.ts";

type Needs = Pick<Deps, "clock" | "log" | "queue" | "settings">;

/**
 * The act is on the audit queue before it is done: a crash in between leaves a record of an act that did not happen, never an
 * act without a record.
 * @returns the letter as it was.
 * @throws AppError `not-found`; `conflict` when somebody else was faster.
 */
export async function settleDeadLetter(
  deps: Needs,
  principal: Principal,
  id: string,
  act: "replay" | "drop",
): Promise<DeadLetterView> {
  const place = placeOf(id);
  if (place === undefined) throw notFound("dead letter");
  const { queue, key } = place;
  const letter = await deps.queue.deadLetter(queue, key);
  const tenant = letter && (tenantOf(letter) ?? deps.settings.auth.tenantIds[0]);
  if (letter === undefined || tenant !== principal.tenant_id) throw notFound("dead letter");
  const at = deps.clock.now();
  const subject = { id: `dead-letter:${letter.id}`, version: `${id}:${at.getTime()}` };
  const audit = changeAudit(principal, `dead-letter.${act}`, subject, [], at);
  await deps.queue.send("audit", [{ id: audit.id, body: JsonObject.parse(audit.body) }]);
  const isDone =
    act === "replay"
      ? await deps.queue.replayDeadLetter(queue, key, replayOf(letter, at))
      : await deps.queue.dropDeadLetter(queue, key);
  if (!isDone) throw new AppError("conflict", "Somebody else has replayed or dropped it already.");
  deps.log.info("dead-letter.settled", { tenant_id: tenant, queue, message_id: letter.id, act });
  return deadLetterView(queue, letter);
}
