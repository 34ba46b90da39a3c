/** The last two stages: claims are checked against the evidence as stored, and the report is written from them. */
import type { Evidence, Report, SessionRecord } from "../schemas/sessions.ts";
import { judgedReport } from "./modelConclusion.ts";
import { writeReport } from "./report.ts";
import { checkReport } from "./reportCheck.ts";
import type { NewStep } from "./slice.ts";
import type { InvestigationState } from "./state.ts";

export function concludeInvestigation(
  session: Pick<SessionRecord, "persona">,
  state: InvestigationState,
  evidence: readonly Evidence[],
  at: Date,
): { report: Report; steps: NewStep[] } {
  const byId = new Map(evidence.map((one) => [one.id, one]));
  const written = judgedReport(writeReport(session, state, byId), session, state, evidence);
  const { report } = checkReport(written, { session, state, evidence });
  const struck = report.claims.filter(({ check }) => check === "struck").length;
  const note = (stage: NewStep["stage"], kind: NewStep["kind"], summary: string): NewStep => ({
    stage,
    kind,
    summary,
    duration_ms: 0,
    at: at.toISOString(),
  });
  const steps = [
    note(
      "evidence_assessment",
      "decision",
      `${evidence.length} answers gave ${report.claims.length} claims, of which ${struck} were struck; ${report.not_observable.length} questions are not observable and ${report.not_checked.length} were not checked.`,
    ),
    note(
      "report",
      "note",
      `The report says ${report.verdict.replace("_", " ")} with a confidence of ${report.confidence}.`,
    ),
  ];
  return { report, steps };
}
