/** Rows that a sync could not take over: container `control`, one document per provider. */
import { isDeepStrictEqual } from "node:util";

import { keptAside } from "../domain/incidentsSetAside.ts";
import { retryOnConflict } from "../domain/retryOnConflict.ts";
import type { DocumentStore } from "../ports/documentStore.ts";
import { asDocument } from "../schemas/json.ts";
import { SetAsideRecord, type SetAsideRow } from "../schemas/setAsideRows.ts";

interface Owner {
  tenant_id: string;
  id: string;
}

const CONTAINER = "control";

const idOf = (owner: Owner): string => `set-aside:${owner.tenant_id}:${owner.id}`;

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
  taken: readonly Pick<SetAsideRow, "name" | "number">[],
  now: Date,
): Promise<void> {
  const id = idOf(provider);
  const attempt = async (): Promise<"done" | "conflict"> => {
    const stored = await documents.read(CONTAINER, [id], id);
    const before = stored === undefined ? NONE : SetAsideRecord.parse(stored.doc);
    const { rows, is_more } = keptAside(before, failed, taken, now);
    if (isDeepStrictEqual(rows, before.rows)) return "done";
    const { tenant_id, id: provider_id } = provider;
    const doc = asDocument({ type: "set-aside", id, tenant_id, provider_id, rows, is_more });
    const write = stored
      ? ({ kind: "replace", doc, etag: stored.etag } as const)
      : ({ kind: "create", doc } as const);
    return documents.batch(CONTAINER, [id], [write]);
  };
  await retryOnConflict(attempt, { what: "The rows set aside", code: "store-unavailable" });
}

const NONE: Pick<SetAsideRecord, "rows" | "is_more"> = { rows: [], is_more: false };
