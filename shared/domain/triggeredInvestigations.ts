/** What a playbook sees of the investigation that it started, and of the report that it wanted written back. */
import type { WritebackRecord } from "../schemas/incidentsWriteback.ts";
import type { ReportWriteback, TriggeredInvestigation } from "../schemas/sentinelTrigger.ts";
import type { SessionRecord } from "../schemas/sessions.ts";
import { writebackIdOf } from "./incidentsWritebackRecord.ts";
import { pageOf, reportText, reportWritebacks } from "./reportText.ts";
import { isOver } from "./sessions.ts";

/** @param write_back `null` when nobody asked for it. */
export function triggeredView(
  session: SessionRecord,
  write_back: ReportWriteback | null,
  webOrigin: string,
): TriggeredInvestigation {
  const { session_id, status, incident_number, persona, report, error } = session;
  return {
    session_id,
    status,
    incident_number: incident_number ?? null,
    persona,
    verdict: report?.verdict ?? null,
    confidence: report?.confidence ?? null,
    check: report?.check ?? null,
    report_text: report === undefined ? null : reportText(session, report, webOrigin),
    actions: report?.actions ?? [],
    write_back,
    error: error ?? null,
    url: pageOf(session, webOrigin),
  };
}

/** Each part of a report is a write-back of its own. @param index 0 for the first part. */
export const reportKeyOf = (sessionId: string, index: number): string =>
  `report:${sessionId}:${index}`;

/** Ids of the write-backs that the session's report comes to; empty before there is one, or when nobody asked for it. */
export function reportWritebackIds(session: SessionRecord, webOrigin: string): string[] {
  const { report_to, session_id } = session;
  if (report_to === undefined) return [];
  return reportWritebacks(session, webOrigin).map((_, index) =>
    writebackIdOf(report_to.by.id, reportKeyOf(session_id, index)),
  );
}

/**
 * How far the report is in Sentinel; `null` when nobody asked for it.
 * @param records what was begun of it, one for each part; `undefined` for a part that was not.
 * @param refusal why none of what is left will be written.
 */
export function reportWriteback(
  { report_to, status }: SessionRecord,
  records: readonly (Pick<WritebackRecord, "state" | "error"> | undefined)[],
  refusal: string | undefined,
): ReportWriteback | null {
  if (report_to === undefined) return null;
  const { parts } = report_to;
  if (!isOver(status)) return { state: "queued", parts, reason: null };
  if (status !== "completed") {
    return { state: "failed", parts, reason: "The investigation ended without a report." };
  }
  const failed = records.find((record) => record?.state === "failed");
  const reason = refusal ?? failed?.error?.detail;
  if (refusal !== undefined || failed !== undefined) {
    return { state: "failed", parts, reason: reason ?? "Sentinel did not take it." };
  }
  if (records.every((record) => record?.state === "done"))
    return { state: "done", parts, reason: null };
  const waiting = records.find((record) => record?.error !== undefined)?.error?.detail;
  return { state: "queued", parts, reason: waiting ?? null };
}
