/** Webhooks for administrators: set up, try, rotate, look at deliveries and begin them anew. */
import { z } from "zod";

import { bucketOf, deliveryPage } from "../../shared/domain/deliveries.ts";
import { notFound } from "../../shared/domain/errors.ts";
import { webhookEtag, webhookTarget, webhookView } from "../../shared/domain/webhooks.ts";
import * as deliveries from "../../shared/repositories/deliveries.ts";
import * as webhooks from "../../shared/repositories/webhooks.ts";
import {
  DeliveryPage,
  DeliveryQuery,
  RedeliverBody,
  RedeliverReply,
} from "../../shared/schemas/deliveries.ts";
import {
  CreateWebhookBody,
  RotateWebhookQuery,
  UpdateWebhookBody,
  WebhookList,
  type WebhookRecord,
  WebhookTestReply,
  WebhookView,
  WebhookWithSecret,
} from "../../shared/schemas/webhooks.ts";
import { createWebhook } from "../../shared/services/createWebhook.ts";
import { deleteWebhook } from "../../shared/services/deleteWebhook.ts";
import { redeliver } from "../../shared/services/redeliver.ts";
import { rotateWebhook } from "../../shared/services/rotateWebhook.ts";
import { testWebhook } from "../../shared/services/testWebhook.ts";
import { updateWebhook } from "../../shared/services/updateWebhook.ts";
import { type Call, endpoint } from "../kit/endpoint.ts";

const ROUTE = "admin/webhooks";
const ONE = `${ROUTE}/{id}`;
const permission = "webhooks:manage";
const WebhookParams = z.strictObject({ id: z.string().min(1).max(100) });

export const webhooksList = endpoint({
  name: "webhooks-list",
  method: "GET",
  route: ROUTE,
  permission,
  summary: "List the webhooks, each with its newest delivery.",
  reply: WebhookList,
  async handle({ deps, principal }) {
    const known = await webhooks.list(deps.documents, principal.tenant_id);
    const items = await Promise.all(known.map((webhook) => viewOf(deps, webhook)));
    return { status: 200, body: { items, total: items.length } };
  },
});

export const webhooksCreate = endpoint({
  name: "webhooks-create",
  method: "POST",
  route: ROUTE,
  permission,
  summary: "Set up a webhook; the signing secret is in this reply only.",
  success: 201,
  showsSecret: true,
  body: CreateWebhookBody,
  reply: WebhookWithSecret,
  async handle({ deps, principal, body }) {
    const { webhook, secret } = await createWebhook(deps, principal, body);
    return {
      status: 201,
      body: { ...webhookView(webhook, undefined), ...(secret !== undefined && { secret }) },
      etag: webhookEtag(webhook),
      headers: { location: `/api/${ROUTE}/${webhook.id}` },
    };
  },
});

export const webhooksGet = endpoint({
  name: "webhooks-get",
  method: "GET",
  route: ONE,
  permission,
  summary: "Read a webhook.",
  params: WebhookParams,
  reply: WebhookView,
  async handle({ deps, principal, params }) {
    return shown(deps, await webhookOf(deps, principal.tenant_id, params.id));
  },
});

export const webhooksUpdate = endpoint({
  name: "webhooks-update",
  method: "PATCH",
  route: ONE,
  permission,
  summary: "Change a webhook, or turn it on or off.",
  params: WebhookParams,
  body: UpdateWebhookBody,
  reply: WebhookView,
  async handle({ deps, principal, params, body, ifMatch }) {
    return shown(deps, await updateWebhook(deps, principal, { id: params.id, ifMatch }, body));
  },
});

export const webhooksDelete = endpoint({
  name: "webhooks-delete",
  method: "DELETE",
  route: ONE,
  permission,
  summary: "Remove a webhook with its secrets.",
  success: 204,
  params: WebhookParams,
  async handle({ deps, principal, params }) {
    await deleteWebhook(deps, principal, params.id);
    return { status: 204 };
  },
});

export const webhooksRotate = endpoint({
  name: "webhooks-rotate",
  method: "POST",
  route: `${ONE}/rotate`,
  permission,
  summary: "Give a webhook a new secret; for a while both sign.",
  params: WebhookParams,
  query: RotateWebhookQuery,
  reply: WebhookWithSecret,
  async handle({ deps, principal, params, query }) {
    const rotated = await rotateWebhook(deps, principal, params.id, query.overlap_hours);
    const view = await viewOf(deps, rotated.webhook);
    return { status: 200, body: { ...view, secret: rotated.secret } };
  },
});

export const webhooksTest = endpoint({
  name: "webhooks-test",
  method: "POST",
  route: `${ONE}/test`,
  permission,
  summary: "Send a test to a webhook and report the outcome.",
  params: WebhookParams,
  reply: WebhookTestReply,
  async handle({ deps, principal, params }) {
    return { status: 200, body: await testWebhook(deps, principal, params.id) };
  },
});

export const webhooksDeliveries = endpoint({
  name: "webhooks-deliveries",
  method: "GET",
  route: `${ONE}/deliveries`,
  permission,
  summary: "List a webhook's deliveries with their attempts, newest first.",
  params: WebhookParams,
  query: DeliveryQuery,
  reply: DeliveryPage,
  async handle({ deps, principal, params, query }) {
    const { tenant_id } = principal;
    const webhook = await webhookOf(deps, tenant_id, params.id);
    const bucket = bucketOf(webhookTarget(webhook));
    const page = await deliveries.list(deps.documents, tenant_id, { ...query, bucket });
    return { status: 200, body: deliveryPage(page, query.limit) };
  },
});

export const webhooksRedeliver = endpoint({
  name: "webhooks-redeliver",
  method: "POST",
  route: `${ONE}/redeliver`,
  permission,
  summary: "Redeliver one delivery, or those of a time range.",
  params: WebhookParams,
  body: RedeliverBody,
  reply: RedeliverReply,
  async handle({ deps, principal, params, body }) {
    return { status: 200, body: await redeliver(deps, principal, params.id, body) };
  },
});

type Deps = Call<undefined, undefined, undefined>["deps"];

async function webhookOf(deps: Deps, tenantId: string, id: string): Promise<WebhookRecord> {
  const webhook = await webhooks.find(deps.documents, tenantId, id);
  if (webhook === undefined) throw notFound("webhook");
  return webhook;
}

async function viewOf(deps: Deps, webhook: WebhookRecord): Promise<WebhookView> {
  const bucket = bucketOf(webhookTarget(webhook));
  const asked = { bucket, limit: 1 };
  const { items } = await deliveries.list(deps.documents, webhook.tenant_id, asked);
  return webhookView(webhook, items[0]?.delivery);
}

const shown = async (deps: Deps, webhook: WebhookRecord) => ({
  status: 200 as const,
  body: await viewOf(deps, webhook),
  etag: webhookEtag(webhook),
});
