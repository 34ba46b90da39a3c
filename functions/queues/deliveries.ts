/** One message, one attempt of a delivery. */
import { DeliveryMessage } from "../../shared/schemas/messages.ts";
import { sendDelivery } from "../../shared/services/sendDelivery.ts";
import { worker } from "../kit/worker.ts";

export const sendDeliveryWorker = worker({
  name: "send-delivery",
  queue: "deliveries",
  message: DeliveryMessage,
  handle: sendDelivery,
});
