/** Rows that a sync could not take over: container `control`, one document per provider. */
import { ZodError } from "zod";

import { AppError, type ErrorCode } from "../domain/errors.ts";
import { retryOnConflict } from "../domain/retryOnConflict.ts";
import type { DocumentStore } from "../ports/documentStore.ts";
import { SetAsideRecord, type SetAsideRow } from "../schemas/incidents.ts";
import { asDocument } from "../schemas/json.ts";

interface Owner {
  tenant_id: string;
  id: string;
}

const CONTAINER = "control";
/** A workspace that sends more strange rows than this keeps the newest. */
const ROWS_MAX = 100;

const idOf = (owner: Owner): string => `set-aside:${owner.tenant_id}:${owner.id}`;

/** What a store says of a document that it will never take. */
const OF_ROW: readonly ErrorCode[] = ["too-large", "invalid-fields"];

/**
 * Why a row cannot be taken over, in words that may be shown; `undefined` when the failure is not the row's: then
 * the sync as a whole failed, and no row may be passed over for it.
 */
export function faultOfRow(error: unknown): string | undefined {
  if (error instanceof ZodError) return "The row cannot be read.";
  return error instanceof AppError && OF_ROW.includes(error.code) ? error.detail : undefined;
}

/** `undefined` when every row could be taken over. */
export async function read(
  documents: DocumentStore,
  provider: Owner,
): Promise<SetAsideRecord | undefined> {
  const id = idOf(provider);
  const stored = await documents.read(CONTAINER, [id], id);
  return stored && SetAsideRecord.parse(stored.doc);
}

/**
 * Adds rows and removes those that were taken over after all. Does nothing when nothing changes.
 * @throws AppError `store-unavailable` when it loses too many races.
 */
export async function update(
  documents: DocumentStore,
  provider: Owner,
  failed: readonly SetAsideRow[],
  taken: ReadonlySet<number>,
): Promise<void> {
  const id = idOf(provider);
  const attempt = async (): Promise<"done" | "conflict"> => {
    const stored = await documents.read(CONTAINER, [id], id);
    const before = stored === undefined ? [] : SetAsideRecord.parse(stored.doc).rows;
    const again = new Set(failed.map((row) => row.number));
    const kept = before.filter((row) => !again.has(row.number) && !taken.has(row.number));
    if (failed.length === 0 && kept.length === before.length) return "done";
    const rows = [...failed, ...kept].slice(0, ROWS_MAX);
    const { tenant_id, id: provider_id } = provider;
    const doc = asDocument({ type: "set-aside", id, tenant_id, provider_id, rows });
    const write = stored
      ? ({ kind: "replace", doc, etag: stored.etag } as const)
      : ({ kind: "create", doc } as const);
    return documents.batch(CONTAINER, [id], [write]);
  };
  await retryOnConflict(attempt, { what: "The rows put aside", code: "store-unavailable" });
}
