import { link } from "../domain/audit.ts";
import { AppError } from "../domain/errors.ts";
import type { Deps } from "../ports/deps.ts";
import * as audit from "../repositories/audit.ts";
import type { AuditEntry } from "../schemas/audit.ts";

/** Workers that append at the same time lose a race at most this often before the queue retries. */
const TRIES = 10;

/** Appends the entry to its day's chain, exactly once however often it is delivered. */
export async function appendAudit(
  { documents }: Pick<Deps, "documents">,
  entry: AuditEntry,
): Promise<void> {
  const day = entry.at.slice(0, 10);
  for (let tried = 0; tried < TRIES; tried += 1) {
    if (await audit.has(documents, entry.tenant_id, day, entry.id)) return;
    const last = await audit.readHead(documents, entry.tenant_id, day);
    const outcome = await audit.append(documents, link(entry, last?.head), last?.etag);
    if (outcome === "done") return;
  }
  throw new AppError("conflict", "The audit chain is busy.");
}
