/** Begins deliveries anew: one, or those of a time range. Receivers see the same message ids again. */
import { changeAudit } from "../domain/audit.ts";
import { attemptMessage, begunAnew, bucketOf, receiverOf } from "../domain/deliveries.ts";
import { AppError, notFound } from "../domain/errors.ts";
import { webhookTarget } from "../domain/webhooks.ts";
import type { Deps } from "../ports/deps.ts";
import * as deliveries from "../repositories/deliveries.ts";
import { receiverFor } from "../repositories/deliveryTargets.ts";
import * as webhooks from "../repositories/webhooks.ts";
import type { RedeliverAnyBody, RedeliverReply } from "../schemas/deliveries.ts";
import type { Principal } from "../schemas/principal.ts";

type Needs = Pick<Deps, "circuits" | "clock" | "documents" | "log" | "queue">;

/** Of a range at once; the reply says whether more are left. */
const RANGE_MAX = 500;
/** Those of a receiver that is off are passed over. */
const READ_MAX = 5_000;
const PAGE = 100;

/**
 * @param webhookId only this webhook's; those of every channel when left out.
 * @throws AppError `not-found` for a webhook or delivery that is not the tenant's; `conflict` for one whose webhook is off, or
 *   whose person wants the channel no longer: every attempt would be cancelled.
 */
export async function redeliver(
  deps: Needs,
  principal: Principal,
  webhookId: string | undefined,
  body: RedeliverAnyBody,
): Promise<RedeliverReply> {
  const { tenant_id } = principal;
  const bucket =
    webhookId === undefined ? undefined : await bucketOfWebhook(deps, tenant_id, webhookId);
  const reply =
    body.delivery_id === undefined
      ? await range(deps, principal, bucket, body)
      : await one(deps, principal, bucket, body.delivery_id);
  const { redelivered, skipped } = reply;
  deps.log.info("delivery.begun-anew", { tenant_id, webhook_id: webhookId, redelivered, skipped });
  return reply;
}

async function bucketOfWebhook(
  { documents }: Needs,
  tenantId: string,
  id: string,
): Promise<string> {
  const webhook = await webhooks.find(documents, tenantId, id);
  if (webhook === undefined) throw notFound("webhook");
  if (webhook.status !== "active") {
    throw new AppError("conflict", "The webhook is off: turn it on, then redeliver.");
  }
  return bucketOf(webhookTarget(webhook));
}

async function one(
  deps: Needs,
  principal: Principal,
  bucket: string | undefined,
  id: string,
): Promise<RedeliverReply> {
  const { tenant_id } = principal;
  const stored =
    bucket === undefined
      ? await deliveries.find(deps.documents, tenant_id, id)
      : await deliveries.read(deps.documents, tenant_id, bucket, id);
  if (stored === undefined) throw notFound("delivery");
  if ((await receiverFor(deps, stored.delivery)) === undefined) {
    const detail =
      "It would be cancelled: the webhook is off or removed, or the person wants the channel no longer.";
    throw new AppError("conflict", detail);
  }
  sayWell(deps, [stored]);
  const begun = await begin(deps, principal, stored);
  return { redelivered: begun ? 1 : 0, skipped: 0, more: false };
}

async function range(
  deps: Needs,
  principal: Principal,
  bucket: string | undefined,
  { since, until, channel, status = "failed" }: RedeliverAnyBody,
): Promise<RedeliverReply> {
  const isReversed = since !== undefined && until !== undefined && since > until;
  const [from, to] = isReversed ? [until, since] : [since, until];
  // All are read before any is begun: a changed status would shift the pages.
  const wanted: deliveries.StoredDelivery[] = [];
  const isWanted = new Map<string, boolean>();
  const asked = { bucket, since: from, until: to, status, channel, limit: PAGE };
  let cursor: string | undefined;
  let read = 0;
  do {
    const page = await deliveries.list(deps.documents, principal.tenant_id, { ...asked, cursor });
    for (const stored of page.items) {
      const { delivery } = stored;
      const known = isWanted.get(delivery.bucket);
      const wants = known ?? (await receiverFor(deps, delivery)) !== undefined;
      isWanted.set(delivery.bucket, wants);
      if (wants) wanted.push(stored);
    }
    read += page.items.length;
    cursor = page.cursor;
  } while (cursor !== undefined && wanted.length < RANGE_MAX && read < READ_MAX);
  sayWell(deps, wanted);
  let redelivered = 0;
  for (const stored of wanted) redelivered += (await begin(deps, principal, stored)) ? 1 : 0;
  return { redelivered, skipped: read - wanted.length, more: cursor !== undefined };
}

/**
 * Who redelivers says that the receivers are well: once, before the first attempt. Said again with each delivery it would let
 * all of them call at once a receiver that hangs after all.
 */
function sayWell({ circuits }: Needs, begun: readonly deliveries.StoredDelivery[]): void {
  for (const receiver of new Set(begun.map(({ delivery }) => receiverOf(delivery))))
    circuits.forget(receiver);
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
    changeAudit(principal, "delivery.redeliver", subject, ["status"], at),
  ]);
  return outcome === "done";
}
