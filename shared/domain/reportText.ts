/** A report as text for places that are not ours: a comment and tasks in Sentinel, a ticket. */
import type { IncidentWriteback } from "../schemas/incidentsWriteback.ts";
import type { Report, SessionRecord } from "../schemas/sessions.ts";
import { shortened } from "./shortened.ts";

/** Sentinel takes comments of 30,000 characters. */
const TEXT_MAX = 29_000;
const TASKS_MAX = 5;
const TASK_TITLE_MAX = 150;

const VERDICTS: Readonly<Record<Report["verdict"], string>> = {
  true_positive: "True positive",
  benign_positive: "Benign positive",
  false_positive: "False positive",
  undetermined: "Undetermined",
};

/** The session's page. @param webOrigin where the page lives, without a trailing slash. */
export const pageOf = ({ session_id }: SessionRecord, webOrigin: string): string =>
  `${webOrigin}/sessions/${session_id}`;

/** What is to be written to the incident in Sentinel; empty when nothing was asked for, or there is no report. */
export function reportWritebacks(session: SessionRecord, webOrigin: string): IncidentWriteback[] {
  const { report, report_to } = session;
  if (report === undefined || report_to === undefined) return [];
  const comment = { comment: reportText(session, report, webOrigin) };
  const url = pageOf(session, webOrigin);
  const tasks = report.actions.slice(0, TASKS_MAX).map(({ text, priority }) => ({
    task: {
      title: shortened(plain(text), TASK_TITLE_MAX),
      description: shortened(`${plain(text)}\nPriority: ${priority}. Report: ${url}`, 3000),
    },
  }));
  return [
    ...(report_to.parts.includes("comment") ? [comment] : []),
    ...(report_to.parts.includes("task") ? tasks : []),
  ];
}

/** The whole report, short enough for a comment. */
export function reportText(session: SessionRecord, report: Report, webOrigin: string): string {
  const { verdict, confidence, check, summary, actions, not_observable } = report;
  const about =
    session.incident_number === undefined ? "" : ` of incident ${session.incident_number}`;
  const caution =
    check === "verified"
      ? "Every key claim was checked against its rows."
      : "NOT VERIFIED: a key claim did not hold.";
  const lines = [
    `SoCMate investigation${about}: ${VERDICTS[verdict]}, confidence ${Math.round(confidence * 100)} %. ${caution}`,
    ...listed(
      "Summary",
      summary.map(({ text }) => text),
    ),
    ...listed(
      "Recommended",
      actions.map(({ text, priority }) => `${text} (${priority})`),
    ),
    ...listed(
      "Not observable",
      not_observable.map(({ question, reason }) => `${question} ${reason}`),
    ),
  ];
  return `${shortened(lines.map(plain).join("\n"), TEXT_MAX)}\nWhole report: ${pageOf(session, webOrigin)}`;
}

const listed = (title: string, items: readonly string[]): string[] =>
  items.length === 0 ? [] : ["", `${title}:`, ...items.map((item) => `- ${item}`)];

/** Values of logs stand in it: nothing of them may act as markup where it is shown. */
const plain = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
