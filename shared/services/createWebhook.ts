/** Sets up a webhook; the secret of a signed one is told this once. */
import { randomBytes } from "node:crypto";

import { AppError } from "../domain/errors.ts";
import { seal } from "../domain/sealing.ts";
import {
  refuseAddress,
  refuseTakenName,
  SECRET_BYTES,
  shownUrl,
  webhookAudit,
  webhookEtag,
  webhookSecret,
  WEBHOOKS_MAX,
} from "../domain/webhooks.ts";
import type { Deps } from "../ports/deps.ts";
import * as webhooks from "../repositories/webhooks.ts";
import type { Principal } from "../schemas/principal.ts";
import type { CreateWebhookBody, WebhookRecord } from "../schemas/webhooks.ts";

type Needs = Pick<Deps, "clock" | "documents" | "ids" | "keys" | "log" | "outbound" | "queue">;

/**
 * Stores the webhook with its address and secret sealed; nothing is sent.
 * @throws AppError `conflict` when the name is taken or there are too many; `invalid-fields` for an address that is refused.
 */
export async function createWebhook(
  deps: Needs,
  principal: Principal,
  { url, ...settings }: CreateWebhookBody,
): Promise<{ webhook: WebhookRecord; secret: string | undefined }> {
  const { tenant_id } = principal;
  refuseAddress("/url", await deps.outbound.refusal(url));
  const id = deps.ids.next("whk");
  const place = { tenant_id, subject_id: id };
  const secret =
    settings.format === "standard" ? webhookSecret(randomBytes(SECRET_BYTES)) : undefined;
  const at = deps.clock.now();
  const webhook: WebhookRecord = {
    ...settings,
    id,
    tenant_id,
    url: await seal(url, { ...place, field: "url" }, deps.keys, randomBytes),
    url_shown: shownUrl(settings.format, url),
    status: "active",
    disabled_reason: null,
    ...(secret !== undefined && {
      secret: await seal(secret, { ...place, field: "secret" }, deps.keys, randomBytes),
    }),
    previous_secret_until: null,
    created_by: principal.email ?? principal.name,
    created_at: at.toISOString(),
    updated_at: at.toISOString(),
  };
  await webhooks.change(deps, tenant_id, (known) => {
    refuseTakenName(known, webhook);
    if (known.length >= WEBHOOKS_MAX) {
      throw new AppError(
        "conflict",
        `There are ${WEBHOOKS_MAX} webhooks already; remove one first.`,
      );
    }
    const subject = { id, version: webhookEtag(webhook) };
    const fields = ["url", ...Object.keys(settings)];
    return {
      items: [...known, webhook],
      messages: [webhookAudit(principal, "webhook.create", subject, fields, at)],
      result: undefined,
    };
  });
  return { webhook, secret };
}
