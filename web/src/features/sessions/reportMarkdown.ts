/** A report as Markdown: absolute times only, and nothing from outside that could act as markup. */
import type { SessionView } from "../../../../shared/schemas/sessions.ts";
import { madeVisible } from "../../components/outsideCharacters.ts";
import { VERDICT_WORD } from "../../components/words.ts";

/** Every character that Markdown could take as markup is escaped; line feeds would begin new blocks. */
export const plain = (text: string): string =>
  madeVisible(text)
    .replaceAll(/\s+/g, " ")
    .replaceAll(/[\\`*_{}[\]()<>#+\-.!|~&:@/]/g, String.raw`\$&`);

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", `## ${title}`, "", ...lines];
}

const unanswered = ({ question, reason }: { question: string; reason: string }): string =>
  `- ${plain(question)}: ${plain(reason)}`;

/** Empty when there is no report yet. */
export function reportMarkdown(session: SessionView): string {
  const { report } = session;
  if (report === null) return "";
  const numbers = new Map(report.claims.map(({ id }, index) => [id, index + 1]));
  const refs = (ids: readonly string[]) =>
    ids.map((id) => ` \\[${numbers.get(id) ?? "?"}\\]`).join("");
  const about =
    session.incident_number === undefined ? "" : ` of incident ${session.incident_number}`;
  const claims = report.claims.map(({ check, text, reason }, index) => {
    const state = check === "verified" ? "checked" : `struck: ${plain(reason)}`;
    return `${index + 1}. ${plain(text)} (${state})`;
  });
  const { judgements } = report;
  const stability =
    judgements === undefined ? "" : `, ${judgements.agree} of ${judgements.of} judgements agree`;
  return [
    `# Investigation${about}: ${VERDICT_WORD[report.verdict]}`,
    "",
    `Confidence ${report.confidence.toFixed(2)}, ${report.check}${stability}. Session ${session.id}.`,
    ...(session.degraded === undefined
      ? []
      : [`No model judged: ${plain(session.degraded.reason)}`]),
    `Looked from ${session.timespan.from} to ${session.timespan.to}.`,
    ...section(
      "Summary",
      report.summary.map(({ text, claim_ids: ids }) => `- ${plain(text)}${refs(ids)}`),
    ),
    ...section("Claims", claims),
    ...section(
      "Timeline",
      report.timeline.map(({ at, text }) => `- ${at}: ${plain(text)}`),
    ),
    ...section(
      "Actions",
      report.actions.map(({ text, priority }) => `- ${priority}: ${plain(text)}`),
    ),
    ...section(
      "Entities",
      report.entities.map(({ type, value }) => `- ${plain(type)}: ${plain(value)}`),
    ),
    ...section(
      "ATT&CK",
      report.mitre.map(
        ({ tactic, technique }) =>
          `- ${plain(tactic)}${technique === null ? "" : ` ${plain(technique)}`}`,
      ),
    ),
    ...section("Not checked", report.not_checked.map(unanswered)),
    ...section("Not observable", report.not_observable.map(unanswered)),
    ...section(
      "Struck from the report",
      (report.struck ?? []).map(
        ({ part, text, reason }) => `- ${plain(part)}: ${plain(text)} (${plain(reason)})`,
      ),
    ),
    "",
  ].join("\n");
}
