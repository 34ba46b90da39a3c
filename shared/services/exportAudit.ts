/** The audit trail as CSV, page by page, however long it is. */
import { auditCsvHead, auditCsvLine } from "../domain/auditCsv.ts";
import type { Deps } from "../ports/deps.ts";
import * as audit from "../repositories/audit.ts";
import type { AuditFilter } from "../schemas/audit.ts";

const PAGE = 500;

/** Entries that match, newest first. */
export async function* exportAudit(
  { documents }: Pick<Deps, "documents">,
  tenantId: string,
  filter: AuditFilter,
): AsyncIterable<string> {
  yield auditCsvHead();
  let cursor: string | undefined;
  do {
    const page = await audit.search(documents, tenantId, filter, { limit: PAGE, cursor });
    yield page.records.map(auditCsvLine).join("");
    cursor = page.cursor;
  } while (cursor !== undefined);
}
