/** Deliveries over all channels, for administrators: look, begin anew. */
import { deliveryPage } from "../../shared/domain/deliveries.ts";
import * as deliveries from "../../shared/repositories/deliveries.ts";
import {
  DeliveryPage,
  DeliveryQuery,
  RedeliverAnyBody,
  RedeliverReply,
} from "../../shared/schemas/deliveries.ts";
import { redeliver } from "../../shared/services/redeliver.ts";
import { endpoint } from "../kit/endpoint.ts";

const ROUTE = "admin/deliveries";
const permission = "webhooks:manage";

export const deliveriesList = endpoint({
  name: "deliveries-list",
  method: "GET",
  route: ROUTE,
  permission,
  summary: "List the deliveries over all channels, newest first.",
  query: DeliveryQuery,
  reply: DeliveryPage,
  async handle({ deps, principal, query }) {
    const page = await deliveries.list(deps.documents, principal.tenant_id, query);
    return { status: 200, body: deliveryPage(page, query.limit) };
  },
});

export const deliveriesRedeliver = endpoint({
  name: "deliveries-redeliver",
  method: "POST",
  route: `${ROUTE}/redeliver`,
  permission,
  summary: "Redeliver one delivery of any channel, or those of a time range.",
  body: RedeliverAnyBody,
  reply: RedeliverReply,
  async handle({ deps, principal, body }) {
    return { status: 200, body: await redeliver(deps, principal, undefined, body) };
  },
});
