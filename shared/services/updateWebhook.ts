/** Changes a webhook; the next attempt of every delivery uses it as it then is. */
import { randomBytes } from "node:crypto";

import { bucketOf, receiverOf } from "../domain/deliveries.ts";
import { changedMeanwhile, notFound } from "../domain/errors.ts";
import { seal } from "../domain/sealing.ts";
import {
  refuseAddress,
  refuseTakenName,
  shownUrl,
  webhookAudit,
  webhookEtag,
  webhookTarget,
} from "../domain/webhooks.ts";
import type { Deps } from "../ports/deps.ts";
import * as webhooks from "../repositories/webhooks.ts";
import type { Principal } from "../schemas/principal.ts";
import type { UpdateWebhookBody, WebhookRecord } from "../schemas/webhooks.ts";

type Needs = Pick<Deps, "circuits" | "clock" | "documents" | "keys" | "log" | "outbound" | "queue">;

/**
 * Sets the given fields and leaves the others alone.
 * @param target `ifMatch`: the version that the caller saw; `undefined` changes whatever is there.
 * @throws AppError `not-found`; `precondition-failed`; `conflict`; `invalid-fields`.
 */
export async function updateWebhook(
  deps: Needs,
  principal: Principal,
  target: { id: string; ifMatch: string | undefined },
  { url, ...fields }: UpdateWebhookBody,
): Promise<WebhookRecord> {
  const { tenant_id } = principal;
  if (url !== undefined) refuseAddress("/url", await deps.outbound.refusal(url));
  const place = { tenant_id, subject_id: target.id, field: "url" };
  const sealed = url === undefined ? undefined : await seal(url, place, deps.keys, randomBytes);
  const changed = await webhooks.change(deps, tenant_id, (known) => {
    const before = known.find(({ id }) => id === target.id);
    if (before === undefined) throw notFound("webhook");
    const version = webhookEtag(before);
    if (target.ifMatch !== undefined && target.ifMatch !== version) {
      throw changedMeanwhile("webhook");
    }
    const { name, events, min_severity, status } = fields;
    const at = deps.clock.now();
    const after: WebhookRecord = {
      ...before,
      name: name ?? before.name,
      events: events ?? before.events,
      min_severity: min_severity ?? before.min_severity,
      ...(url !== undefined &&
        sealed !== undefined && { url: sealed, url_shown: shownUrl(before.format, url) }),
      ...(status !== undefined && {
        status,
        disabled_reason: status === "disabled" ? "person" : null,
      }),
      updated_at: at.toISOString(),
    };
    refuseTakenName(known, after);
    const named = [...Object.keys(fields), ...(url === undefined ? [] : ["url"])];
    const subject = { id: before.id, version };
    return {
      items: known.map((one) => (one === before ? after : one)),
      messages: [webhookAudit(principal, "webhook.patch", subject, named, at)],
      result: after,
    };
  });
  // Another address is another receiver; one that was turned on is said to be well.
  const bucket = bucketOf(webhookTarget(changed));
  if (url !== undefined || fields.status === "active")
    deps.circuits.forget(receiverOf({ tenant_id, bucket }));
  return changed;
}
