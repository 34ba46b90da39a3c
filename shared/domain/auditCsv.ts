/** The audit trail as CSV, made for spreadsheets. */
import type { AuditRecord } from "../schemas/audit.ts";
import { csvCell } from "./incidentsCsv.ts";

type Cell = (record: AuditRecord) => string | number | null;

const COLUMNS: Readonly<Record<string, Cell>> = {
  at: ({ at }) => at,
  actor_name: ({ actor_name }) => actor_name ?? null,
  actor_kind: ({ actor_kind }) => actor_kind,
  actor_id: ({ actor_id }) => actor_id,
  action: ({ action }) => action,
  subject_id: ({ subject_id }) => subject_id,
  fields: ({ fields }) => fields.join("; "),
  changes: ({ changes }) => (changes === undefined ? null : JSON.stringify(changes)),
  id: ({ id }) => id,
  day: ({ day }) => day,
  seq: ({ seq }) => seq,
  previous_hash: ({ previous_hash }) => previous_hash,
  hash: ({ hash }) => hash,
  previous_day: ({ previous_day: link }) => (link === undefined ? null : JSON.stringify(link)),
};

/** The byte order mark, which has spreadsheets read UTF-8, and the names of the columns. */
export const auditCsvHead = (): string => `\uFEFF${Object.keys(COLUMNS).join(",")}\r\n`;

/** One line, with its end. */
export const auditCsvLine = (record: AuditRecord): string =>
  `${Object.values(COLUMNS)
    .map((cell) => csvCell(cell(record)))
    .join(",")}\r\n`;
