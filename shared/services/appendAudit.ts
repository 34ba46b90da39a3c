import { link } from "../domain/audit.ts";
import { retryOnConflict } from "../domain/retryOnConflict.ts";
import type { Deps } from "../ports/deps.ts";
import * as audit from "../repositories/audit.ts";
import type { AuditEntry } from "../schemas/audit.ts";

/**
 * Appends the entry to its day's chain, exactly once however often it is delivered.
 * @throws AppError `conflict` when it loses too many races to others; the queue then delivers it again.
 */
export async function appendAudit(
  { documents }: Pick<Deps, "documents">,
  entry: AuditEntry,
): Promise<void> {
  const day = entry.at.slice(0, 10);
  const attempt = async (): Promise<"done" | "conflict"> => {
    if (await audit.has(documents, entry.tenant_id, day, entry.id)) return "done";
    const last = await audit.readHead(documents, entry.tenant_id, day);
    const previousDay =
      last === undefined ? await audit.newestDayBefore(documents, entry.tenant_id, day) : undefined;
    return audit.append(documents, link(entry, last?.head, previousDay), last?.etag);
  };
  await retryOnConflict(attempt, { what: "The audit chain" });
}
