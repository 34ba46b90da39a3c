/** One message, one finished session whose report goes to its incident in Sentinel. */
import { reportKeyOf } from "../../shared/domain/triggeredInvestigations.ts";
import { ReportMessage } from "../../shared/schemas/messages.ts";
import { giveUpReport } from "../../shared/services/giveUpReport.ts";
import { readReport } from "../../shared/services/readReport.ts";
import { writeBackIncident } from "../../shared/services/writeBackIncident.ts";
import { worker } from "../kit/worker.ts";

/** Each part has a key of its own, so that a message that comes twice writes nothing twice. */
export const writeReportWorker = worker({
  name: "write-report",
  queue: "reports",
  message: ReportMessage,
  async handle(deps, message) {
    const report = await readReport(deps, message);
    if (report === undefined) return;
    const { principal, incident, writebacks } = report;
    for (const [index, request] of writebacks.entries()) {
      const idempotencyKey = reportKeyOf(message.session_id, index);
      const target = { ...incident, ifMatch: undefined, idempotencyKey };
      try {
        await writeBackIncident(deps, principal, target, request);
      } catch (error) {
        if (await giveUpReport(deps, message, error)) return;
        throw error;
      }
    }
  },
});
