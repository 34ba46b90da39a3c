import { AuditMessage } from "../../shared/schemas/messages.ts";
import { appendAudit } from "../../shared/services/appendAudit.ts";
import { worker } from "../kit/worker.ts";

export const appendAuditWorker = worker({
  name: "append-audit",
  queue: "audit",
  message: AuditMessage,
  handle: appendAudit,
});
