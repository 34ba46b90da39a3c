/** Ends the writing of a report that no further try would help, so that whoever polls is told why. */
import { AppError } from "../domain/errors.ts";
import type { Deps } from "../ports/deps.ts";
import * as reportWritebacks from "../repositories/reportWritebacks.ts";
import type { ReportMessage } from "../schemas/messages.ts";

/** Write-back is switched off, Sentinel refuses, or the incident is gone. */
const FINAL_CODES: ReadonlySet<string> = new Set(["conflict", "not-found", "invalid-fields"]);

/** @returns false when it may be written yet: a failure that names a time means that it is being carried out elsewhere. */
export async function giveUpReport(
  { documents, log }: Pick<Deps, "documents" | "log">,
  message: ReportMessage,
  error: unknown,
): Promise<boolean> {
  if (!(error instanceof AppError) || error.retryAfterSeconds !== undefined) return false;
  if (!FINAL_CODES.has(error.code)) return false;
  log.warn("report.not-written", { ...message, error });
  await reportWritebacks.refuse(documents, message, error.detail);
  return true;
}
