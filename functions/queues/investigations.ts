/** One message, one slice of work on a session. */
import { InvestigationMessage } from "../../shared/schemas/messages.ts";
import { worker } from "../kit/worker.ts";

export const advanceInvestigationWorker = worker({
  name: "advance-investigation",
  queue: "investigations",
  message: InvestigationMessage,
  /** The investigator is most of the program: it is loaded with the first message. */
  async handle(deps, message) {
    const { advanceInvestigation } = await import("../../shared/services/advanceInvestigation.ts");
    await advanceInvestigation(deps, message);
  },
});
