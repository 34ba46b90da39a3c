/** Removes a webhook with its secrets; deliveries that wait for it are cancelled when their turn comes. */
import { notFound } from "../domain/errors.ts";
import { webhookAudit, webhookEtag } from "../domain/webhooks.ts";
import type { Deps } from "../ports/deps.ts";
import * as webhooks from "../repositories/webhooks.ts";
import type { Principal } from "../schemas/principal.ts";

type Needs = Pick<Deps, "clock" | "documents" | "log" | "queue">;

/** @throws AppError `not-found`. */
export async function deleteWebhook(deps: Needs, principal: Principal, id: string): Promise<void> {
  await webhooks.change(deps, principal.tenant_id, (known) => {
    const found = known.find((one) => one.id === id);
    if (found === undefined) throw notFound("webhook");
    const subject = { id, version: webhookEtag(found) };
    return {
      items: known.filter((one) => one !== found),
      messages: [webhookAudit(principal, "webhook.delete", subject, [], deps.clock.now())],
      result: undefined,
    };
  });
}
