/** What a model sees of results: summaries made by code, and rows that it can ask for by their evidence's id. */
import type { SentinelAlert } from "../ports/siem.ts";
import type { Json } from "../schemas/json.ts";
import type { ChatMessage } from "../schemas/modelExchanges.ts";
import type { Claim, Evidence } from "../schemas/sessions.ts";
import { messageTokens } from "./modelBudget.ts";
import { cellText, fenced, fencedSentence, isUntrusted } from "./modelFence.ts";

/** Up to so many rows are shown whole; of more, a summary with the first and the last. */
const WHOLE_ROWS_MAX = 8;
const FIRST_ROWS = 3;
const LAST_ROWS = 2;
const TOP_VALUES = 3;
const COLUMNS_MAX = 30;
/** Longest text of one result, in characters. */
const RESULT_LENGTH_MAX = 9_000;
const LEFT_OUT = "(left out to save room; ask read_rows for it again)";

/** A result as the model sees it first. */
export function evidenceText(evidence: Evidence): string {
  const { rows, row_count } = evidence;
  const head = headOf(evidence);
  if (row_count === 0) return head;
  const text =
    rows.length <= WHOLE_ROWS_MAX
      ? [head, ...rowLines(evidence, 0, rows.length)]
      : [
          head,
          ...evidence.columns.slice(0, COLUMNS_MAX).map((_, i) => columnSummary(evidence, i)),
          ...rowLines(evidence, 0, FIRST_ROWS),
          "…",
          ...rowLines(evidence, rows.length - LAST_ROWS, rows.length),
        ];
  return bounded(text.join("\n"));
}

/** Rows `from` to `to`, both from 1 and inclusive. */
export const rowsText = (evidence: Evidence, from: number, to: number): string =>
  bounded([headOf(evidence), ...rowLines(evidence, from - 1, to)].join("\n"));

/** One line: what was asked and how much came. */
export function headOf({ id, question, row_count, truncated, statistics }: Evidence): string {
  const part = statistics.partial_error !== undefined ? ", answered in part only" : "";
  const more = truncated ? ", cut off: there are more" : "";
  return `${id}: ${question} ${row_count} rows${more}${part}.`;
}

const rowLines = ({ id, columns, rows }: Evidence, from: number, to: number): string[] =>
  rows.slice(from, to).map(({ values }, i) => {
    const cells = columns
      .slice(0, COLUMNS_MAX)
      .map((column, at) => `${column.name}=${cellText(values[at] ?? null, column, id)}`);
    return `row ${from + i + 1}: ${cells.join("; ")}`;
  });

function columnSummary({ id, columns, rows }: Evidence, at: number): string {
  const column = columns[at];
  if (column === undefined) return "";
  const values = rows.map(({ values: cells }) => cells[at] ?? null);
  const filled = values.filter((value) => value !== null && value !== "");
  const counts = new Map<string, { value: Json; count: number }>();
  for (const value of filled) {
    const key = JSON.stringify(value);
    counts.set(key, { value, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  const head = `column ${column.name} (${column.type}): ${filled.length} filled, ${counts.size} distinct`;
  if (!isUntrusted(column, id) && column.type !== "string" && column.type !== "bool") {
    const ordered = filled.toSorted((a, b) => (a === b ? 0 : (a ?? "") < (b ?? "") ? -1 : 1));
    const [least, most] = [ordered[0] ?? "-", ordered.at(-1) ?? "-"];
    return `${head}, ${cellText(least, column, id)} to ${cellText(most, column, id)}`;
  }
  const top = [...counts.values()]
    .toSorted((a, b) => b.count - a.count)
    .slice(0, TOP_VALUES)
    .map(({ value, count }) => `${cellText(value, column, id)} ×${count}`);
  return `${head}; most often ${top.join(", ")}`;
}

/** Whole lines only: half a fence would be no fence. */
function bounded(text: string): string {
  if (text.length <= RESULT_LENGTH_MAX) return text;
  const cut = text.slice(0, RESULT_LENGTH_MAX);
  return `${cut.slice(0, Math.max(0, cut.lastIndexOf("\n")))}\n(more was left out; ask read_rows for it)`;
}

/** A claim with the untrusted values of its proof behind fences. */
export function claimText(
  { id, text, kind, is_key, refs }: Claim,
  evidence: readonly Evidence[],
): string {
  const values = refs.flatMap(({ evidence_id, column, value }) => {
    const from = evidence.find((one) => one.id === evidence_id);
    const of = from?.columns.find(({ name }) => name === column);
    const isOpen = of !== undefined && !isUntrusted(of, evidence_id);
    return value === undefined || value === null || typeof value === "number" || isOpen
      ? []
      : [value];
  });
  const mark = is_key ? ", key" : "";
  return `${id} (${kind}${mark}): ${fencedSentence(text, values)}`;
}

/** The conversation within its room: the oldest results give way first, then nothing does. */
export function fitted(messages: readonly ChatMessage[], tokensMax: number): ChatMessage[] {
  const fitting = [...messages];
  let tokens = fitting.reduce((sum, message) => sum + messageTokens(message), 0);
  for (let at = 0; at < fitting.length && tokens > tokensMax; at += 1) {
    const message = fitting[at];
    if (message === undefined || message.role !== "tool") continue;
    const shorter: ChatMessage = { ...message, content: LEFT_OUT };
    tokens += messageTokens(shorter) - messageTokens(message);
    fitting[at] = shorter;
  }
  return fitting;
}

/** What earlier sessions know, as lines that a model may read. */
export const remembered = (known: { label: string; values: string[] }[]): string =>
  known.length === 0
    ? "Nothing is known."
    : boundedLines(known.map(({ label, values }) => [label, ...values.map(fenced)].join(" ")));

/** Names of alerts are fenced: rules put log values into them. */
export const alertsText = (
  alerts: readonly Pick<SentinelAlert, "name" | "tactics" | "techniques">[],
): string =>
  alerts.length === 0
    ? "There are no alerts."
    : boundedLines(
        alerts.map(
          ({ name, tactics, techniques }) =>
            `${fenced(name)} tactics ${tactics.join(", ") || "none"}, techniques ${techniques.join(", ") || "none"}`,
        ),
      );

/** As many of the lines as a result has room for. */
function boundedLines(lines: readonly string[]): string {
  const kept: string[] = [];
  let length = 0;
  for (const line of lines) {
    length += line.length + 1;
    if (length > RESULT_LENGTH_MAX) break;
    kept.push(line);
  }
  return kept.join("\n");
}
