/** Begins deliveries anew: one, or those of a time range. Receivers see the same message ids again. */
import { attemptMessage, begunAnew, bucketOf } from "../domain/deliveries.ts";
import { AppError, notFound } from "../domain/errors.ts";
import { webhookAudit, webhookTarget } from "../domain/webhooks.ts";
import type { Deps } from "../ports/deps.ts";
import * as deliveries from "../repositories/deliveries.ts";
import * as webhooks from "../repositories/webhooks.ts";
import type { RedeliverBody, RedeliverReply } from "../schemas/deliveries.ts";
import type { Principal } from "../schemas/principal.ts";

type Needs = Pick<Deps, "clock" | "documents" | "log" | "queue">;

/** Of a range at once; the reply says whether more are left. */
const RANGE_MAX = 500;
const PAGE = 100;

/**
 * @throws AppError `not-found` for a webhook or delivery that is not the tenant's; `conflict` for a webhook that is off, to
 *   which every attempt would be cancelled.
 */
export async function redeliver(
  deps: Needs,
  principal: Principal,
  webhookId: string,
  body: RedeliverBody,
): Promise<RedeliverReply> {
  const { tenant_id } = principal;
  const webhook = await webhooks.find(deps.documents, tenant_id, webhookId);
  if (webhook === undefined) throw notFound("webhook");
  if (webhook.status !== "active") {
    throw new AppError("conflict", "The webhook is off: turn it on, then redeliver.");
  }
  const bucket = bucketOf(webhookTarget(webhook));
  const reply =
    body.delivery_id === undefined
      ? await range(deps, principal, bucket, body)
      : await one(deps, principal, bucket, body.delivery_id);
  const by = { tenant_id, webhook_id: webhookId, redelivered: reply.redelivered };
  deps.log.info("webhook.redelivered", by);
  return reply;
}

async function one(
  deps: Needs,
  principal: Principal,
  bucket: string,
  id: string,
): Promise<RedeliverReply> {
  const stored = await deliveries.read(deps.documents, principal.tenant_id, bucket, id);
  if (stored === undefined) throw notFound("delivery");
  const begun = await begin(deps, principal, stored);
  return { redelivered: begun ? 1 : 0, more: false };
}

async function range(
  deps: Needs,
  principal: Principal,
  bucket: string,
  { since, until, status = "failed" }: RedeliverBody,
): Promise<RedeliverReply> {
  const isReversed = since !== undefined && until !== undefined && since > until;
  const [from, to] = isReversed ? [until, since] : [since, until];
  // All are read before any is begun: a changed status would shift the pages.
  const found: deliveries.StoredDelivery[] = [];
  let cursor: string | undefined;
  do {
    const page = await deliveries.list(deps.documents, principal.tenant_id, {
      bucket,
      since: from,
      until: to,
      status,
      limit: PAGE,
      cursor,
    });
    found.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== undefined && found.length < RANGE_MAX);
  let redelivered = 0;
  for (const stored of found) redelivered += (await begin(deps, principal, stored)) ? 1 : 0;
  return { redelivered, more: cursor !== undefined };
}

/** False when an attempt, or another person, was faster. */
async function begin(
  deps: Needs,
  principal: Principal,
  { delivery, etag }: deliveries.StoredDelivery,
): Promise<boolean> {
  const at = deps.clock.now();
  const after = begunAnew(delivery, at);
  const subject = { id: delivery.id, version: etag };
  const outcome = await deliveries.replace(deps, after, etag, [
    attemptMessage(after, undefined, at),
    webhookAudit(principal, "webhook.redeliver", subject, ["status"], at),
  ]);
  return outcome === "done";
}
