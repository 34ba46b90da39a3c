/** Events that people are told of. */
import { NotificationMessage } from "../../shared/schemas/messages.ts";
import { deliverNotification } from "../../shared/services/deliverNotification.ts";
import { worker } from "../kit/worker.ts";

export const deliverNotificationWorker = worker({
  name: "deliver-notification",
  queue: "notifications",
  message: NotificationMessage,
  handle: deliverNotification,
});
