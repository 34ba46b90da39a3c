/** One message, one slice of work on a session. */
import { InvestigationMessage } from "../../shared/schemas/messages.ts";
import { advanceInvestigation } from "../../shared/services/advanceInvestigation.ts";
import { worker } from "../kit/worker.ts";

export const advanceInvestigationWorker = worker({
  name: "advance-investigation",
  queue: "investigations",
  message: InvestigationMessage,
  handle: advanceInvestigation,
});
