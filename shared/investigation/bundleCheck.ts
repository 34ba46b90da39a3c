/** Reads the report of an evidence bundle again from the bundle's own rows: each part must be what they give. */
import type { BundleFault } from "../domain/evidenceBundle.ts";
import type { BundleContent } from "../schemas/evidenceBundle.ts";
import type { Report, StruckPart } from "../schemas/sessions.ts";
import { checkReport, textOf } from "./reportCheck.ts";
import { InvestigationState } from "./state.ts";

/**
 * What of the report and of the bundle's figures does not follow from its rows, although the signature may be right: the
 * same check that the report passed before it was shown, and each count against what it counts.
 */
export function reportFaults(content: BundleContent): BundleFault[] {
  return [...figureFaults(content), ...partFaults(content)];
}

function partFaults({ report, session, state, evidence }: BundleContent): BundleFault[] {
  if (report === null) return [];
  const known = InvestigationState.safeParse(state);
  if (!known.success) {
    const detail = "Without what the run knew the report cannot be checked against the rows.";
    return [{ pointer: "/content/state", detail }];
  }
  const { faults } = checkReport(report, { session, state: known.data, evidence });
  return faults.map((fault) => ({
    pointer: `/content/report${placeOf(report, fault)}`,
    detail: fault.reason,
  }));
}

/** Where in the report it is; the part as a whole for what is missing in it. */
function placeOf(report: Report, { part, text }: StruckPart): string {
  if (part === "verdict") return text === report.check ? "/check" : "/verdict";
  if (part === "condition") return "/condition";
  const list: readonly object[] = report[part];
  const at = list.findIndex((one) => textOf(one) === text || ("text" in one && one.text === text));
  return at === -1 ? `/${part}` : `/${part}/${at}`;
}

/** Numbers that people read are counted again. */
function figureFaults({ session, steps, evidence }: BundleContent): BundleFault[] {
  const faults: BundleFault[] = [];
  const check = (pointer: string, said: unknown, counted: unknown): void => {
    if (said !== counted) {
      faults.push({
        pointer: `/content${pointer}`,
        detail: `Counted again it is ${String(counted)}.`,
      });
    }
  };
  check("/session/steps", session.steps, steps.length);
  const byId = new Map(evidence.map((one, i) => [one.id, { one, i }]));
  for (const { one, i } of byId.values()) {
    check(`/evidence/${i}/row_count`, one.row_count, one.rows.length);
  }
  steps.forEach((step, i) => {
    check(`/steps/${i}/seq`, step.seq, i + 1);
    if (step.evidence_id === undefined) return;
    const cited = byId.get(step.evidence_id)?.one;
    if (cited === undefined) {
      const detail = "The bundle holds no such evidence.";
      faults.push({ pointer: `/content/steps/${i}/evidence_id`, detail });
      return;
    }
    check(`/steps/${i}/row_count`, step.row_count, cited.row_count);
    check(`/steps/${i}/truncated`, step.truncated, cited.truncated);
    check(`/steps/${i}/kql`, step.kql, cited.kql);
  });
  return faults;
}
