/** Gives a webhook a new secret; the old one signs beside it for a while, so that the receiver can follow. */
import { randomBytes } from "node:crypto";

import { AppError, notFound } from "../domain/errors.ts";
import { seal } from "../domain/sealing.ts";
import { plusMs } from "../domain/time.ts";
import { SECRET_BYTES, webhookAudit, webhookEtag, webhookSecret } from "../domain/webhooks.ts";
import type { Deps } from "../ports/deps.ts";
import * as webhooks from "../repositories/webhooks.ts";
import type { Principal } from "../schemas/principal.ts";
import type { WebhookRecord } from "../schemas/webhooks.ts";

type Needs = Pick<Deps, "clock" | "documents" | "keys" | "log" | "queue">;

const HOUR_MS = 3_600_000;

/**
 * The new secret is told this once. A second rotation within the overlap ends the oldest secret.
 * @throws AppError `not-found`; `conflict` for a chat, which checks no signature.
 */
export async function rotateWebhook(
  deps: Needs,
  principal: Principal,
  id: string,
  overlapHours: number,
): Promise<{ webhook: WebhookRecord; secret: string }> {
  const { tenant_id } = principal;
  const secret = webhookSecret(randomBytes(SECRET_BYTES));
  const place = { tenant_id, subject_id: id, field: "secret" };
  const sealed = await seal(secret, place, deps.keys, randomBytes);
  const webhook = await webhooks.change(deps, tenant_id, (known) => {
    const before = known.find((one) => one.id === id);
    if (before === undefined) throw notFound("webhook");
    if (before.secret === undefined) {
      throw new AppError("conflict", "Chats check no signature: this webhook has no secret.");
    }
    const { previous_secret: _older, ...kept } = before;
    const at = deps.clock.now();
    const after: WebhookRecord = {
      ...kept,
      secret: sealed,
      ...(overlapHours > 0 && { previous_secret: before.secret }),
      previous_secret_until:
        overlapHours > 0 ? plusMs(at, overlapHours * HOUR_MS).toISOString() : null,
      updated_at: at.toISOString(),
    };
    const subject = { id, version: webhookEtag(before) };
    return {
      items: known.map((one) => (one === before ? after : one)),
      messages: [webhookAudit(principal, "webhook.rotate", subject, ["secret"], at)],
      result: after,
    };
  });
  return { webhook, secret };
}
