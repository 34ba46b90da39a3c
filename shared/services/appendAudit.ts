/** Puts an entry behind the last one of its day, and notes for the tenant which entry is the newest. */
import { link } from "../domain/audit.ts";
import { retryOnConflict } from "../domain/retryOnConflict.ts";
import type { Deps } from "../ports/deps.ts";
import * as audit from "../repositories/audit.ts";
import * as auditNewest from "../repositories/auditNewest.ts";
import type { AuditEntry, AuditRecord, EarlierDay } from "../schemas/audit.ts";

type Needs = Pick<Deps, "documents" | "log">;

/**
 * Appends the entry to its day's chain, exactly once however often it is delivered. The log has its place and hash too: it is
 * kept elsewhere, where nobody who writes to the store can change it.
 * @throws AppError `conflict` when it loses too many races to others; the queue then delivers it again.
 */
export async function appendAudit(deps: Needs, entry: AuditEntry): Promise<void> {
  const { documents, log } = deps;
  const day = entry.at.slice(0, 10);
  const attempt = async (): Promise<AuditRecord | "known" | "conflict"> => {
    if (await audit.has(documents, entry.tenant_id, day, entry.id)) return "known";
    const last = await audit.readHead(documents, entry.tenant_id, day);
    const before = last === undefined ? await dayBefore(deps, entry.tenant_id, day) : undefined;
    const record = link(entry, last?.head, before);
    return (await audit.append(documents, record, last?.etag)) === "done" ? record : "conflict";
  };
  const record = await retryOnConflict(attempt, { what: "The audit chain" });
  if (record === "known") return;
  const { tenant_id, seq, hash } = record;
  log.info("audit.appended", { tenant_id, day, seq, hash });
  await noteNewest(deps, record);
}

/** What the tenant's own note knows stays known, also when that day was removed meanwhile. */
async function dayBefore(
  { documents }: Needs,
  tenantId: string,
  day: string,
): Promise<EarlierDay | null> {
  const newest = (await auditNewest.read(documents, tenantId))?.newest;
  return newest !== undefined && newest.day < day
    ? newest
    : await audit.newestDayBefore(documents, tenantId, day);
}

/** After a crash before it the note lags behind: what it names is in the chain all the same. */
async function noteNewest({ documents }: Needs, record: AuditRecord): Promise<void> {
  const attempt = async (): Promise<"done" | "conflict"> => {
    const known = await auditNewest.read(documents, record.tenant_id);
    if (known !== undefined && !(await goesOn(documents, known.newest, record))) return "done";
    return await auditNewest.save(documents, record, known?.etag);
  };
  await retryOnConflict(attempt, { what: "The newest audit entry" });
}

/** Whether the record is behind that entry, in a chain that still has it: a day made anew would else hide that it was. */
async function goesOn(
  documents: Deps["documents"],
  newest: EarlierDay,
  record: AuditRecord,
): Promise<boolean> {
  if (record.day !== newest.day) return record.day > newest.day;
  if (record.seq <= newest.seq) return false;
  return (
    record.previous_hash === newest.hash ||
    (await audit.hasLink(documents, record.tenant_id, newest))
  );
}
