/** Incidents as CSV (RFC 4180), made for spreadsheets: times absolute, and no cell that a spreadsheet would compute. */
import type { IncidentRecord } from "../schemas/incidents.ts";
import { effectiveSeverity } from "./incidents.ts";
import { linkOf } from "./incidentViews.ts";

type Cell = (incident: IncidentRecord) => string | number | null;

const COLUMNS: Readonly<Record<string, Cell>> = {
  number: ({ number }) => number,
  title: ({ title }) => title,
  severity: effectiveSeverity,
  // As Sentinel wrote it, also where it never documented the word.
  sentinel_severity: ({ severity, stated }) => stated["severity"] ?? severity,
  status: ({ status }) => status,
  classification: ({ classification }) => classification,
  classification_reason: ({ classification_reason }) => classification_reason,
  owner: ({ owner }) => owner?.user_principal_name ?? owner?.email ?? owner?.name ?? null,
  local_status: ({ local_status }) => local_status,
  assigned_to: ({ assigned_to }) => assigned_to,
  tags: ({ tags }) => tags.join("; "),
  notes: ({ notes }) => notes,
  labels: ({ labels }) => labels.join("; "),
  alert_count: ({ alert_count }) => alert_count,
  tactics: ({ tactics }) => tactics.join("; "),
  techniques: ({ techniques }) => techniques.join("; "),
  products: ({ products }) => products.join("; "),
  created_at: ({ created_at }) => created_at,
  last_modified_at: ({ last_modified_at }) => last_modified_at,
  first_activity_at: ({ first_activity_at }) => first_activity_at,
  last_activity_at: ({ last_activity_at }) => last_activity_at,
  closed_at: ({ closed_at }) => closed_at,
  provider: ({ provider }) => provider,
  source_provider: ({ source_provider }) => source_provider,
  source_incident_id: ({ source_incident_id }) => source_incident_id,
  incident_url: ({ incident_url }) => linkOf(incident_url),
};

/** A spreadsheet takes the text behind these for a formula, also behind blanks (OWASP, CSV injection). */
const FORMULA = /^\s*[=+\-@\t\r\n|%＝＋－＠]/;
const NEEDS_QUOTES = /[",\r\n;\t]|^\s|\s$/;

/** The byte order mark, which has spreadsheets read UTF-8, and the names of the columns. */
export const csvHead = (): string => `\uFEFF${Object.keys(COLUMNS).join(",")}\r\n`;

/** One line, with its end. */
export const csvLine = (incident: IncidentRecord): string =>
  `${Object.values(COLUMNS)
    .map((cell) => csvCell(cell(incident)))
    .join(",")}\r\n`;

/** One cell: what reads as a formula is given an apostrophe before it, which spreadsheets take for "this is text". */
export function csvCell(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
