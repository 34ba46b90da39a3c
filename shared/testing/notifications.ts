/** What tests of notifications share: an event that happened, work that is done. */
import { plainKeys } from "../../local/workspace/testTenant.ts";
import type { Deps } from "../ports/deps.ts";
import * as deliveries from "../repositories/deliveries.ts";
import * as incidents from "../repositories/incidents.ts";
import type { DeliveryRecord } from "../schemas/deliveries.ts";
import { DeliveryMessage, type NotificationMessage } from "../schemas/messages.ts";
import { CreateWebhookBody } from "../schemas/webhooks.ts";
import { createWebhook } from "../services/createWebhook.ts";
import { deliverNotification } from "../services/deliverNotification.ts";
import { sendDelivery } from "../services/sendDelivery.ts";
import { testDeps } from "./deps.ts";
import { anIncident, aPrincipal, NOW, TENANT, WORKSPACE } from "./fixtures.ts";

export const notifiableDeps = () => testDeps({ keys: plainKeys });

/** An incident arrived, and the message that says so. */
export async function happened(
  deps: Deps,
  over: Parameters<typeof anIncident>[0] = {},
): Promise<NotificationMessage> {
  const incident = anIncident(over);
  await incidents.create(deps, incident, []);
  return {
    tenant_id: TENANT,
    event: "incident-alert",
    subject_id: `${WORKSPACE}:${incident.number}`,
    at: NOW,
  };
}

export const aWebhook = async (deps: Deps, over: Partial<CreateWebhookBody> = {}) =>
  createWebhook(
    deps,
    aPrincipal("admin"),
    CreateWebhookBody.parse({
      name: "SOAR",
      url: "https://hooks.example.com/soar?key=s3cr3t",
      ...over,
    }),
  );

export async function tell(deps: Deps, over: Parameters<typeof anIncident>[0] = {}): Promise<void> {
  await deliverNotification(deps, await happened(deps, over));
}

/** The tenant's deliveries, newest first. */
export async function deliveryLog(deps: Deps): Promise<DeliveryRecord[]> {
  const { items } = await deliveries.list(deps.documents, TENANT, { limit: 100 });
  return items.map(({ delivery }) => delivery);
}

/** Makes every attempt that is due; what is put off stays. */
export async function deliverDue(deps: Deps): Promise<number> {
  for (let done = 0; ; done += 1) {
    const [message] = await deps.queue.receive("deliveries", 1, 0);
    if (message === undefined) return done;
    await sendDelivery(deps, DeliveryMessage.parse(message.body));
    await message.complete();
  }
}
