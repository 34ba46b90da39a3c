/** API keys: container `apiKeys`, a partition for each key with its documents `key` and `use` and its outbox rows. */
import { retryOnConflict } from "../domain/retryOnConflict.ts";
import { addUses, keptSeconds } from "../domain/apiKeys.ts";
import type { Deps } from "../ports/deps.ts";
import type { DocumentStore, Filter, Write } from "../ports/documentStore.ts";
import { ApiKeyRecord, ApiKeyUse } from "../schemas/apiKeys.ts";
import { asDeepDocument } from "../schemas/json.ts";
import type { OutboxMessage } from "../schemas/messages.ts";
import { commit } from "./outbox.ts";
import { queryPage } from "./pages.ts";

const CONTAINER = "apiKeys";
/** Longer than anybody asks for, so that the records of keys that are gone go too. */
const USE_KEPT_SECONDS = 400 * 86_400;

export interface StoredApiKey {
  key: ApiKeyRecord;
  etag: string;
}

/** Whosever it is; who has only an id asks `readOwn`. */
export async function read(
  documents: DocumentStore,
  keyId: string,
): Promise<StoredApiKey | undefined> {
  const stored = await documents.read(CONTAINER, [keyId], "key");
  return stored && { key: ApiKeyRecord.parse(stored.doc), etag: stored.etag };
}

/** `undefined` when there is none, or it is another tenant's. */
export async function readOwn(
  documents: DocumentStore,
  tenantId: string,
  keyId: string | undefined,
): Promise<StoredApiKey | undefined> {
  const stored = keyId === undefined ? undefined : await read(documents, keyId);
  return stored?.key.tenant_id === tenantId ? stored : undefined;
}

/** A tenant's keys, newest first, those that ended in the last 90 days too. */
export async function list(
  documents: DocumentStore,
  tenantId: string,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<{ keys: ApiKeyRecord[]; cursor: string | undefined }> {
  const orderBy = { field: "created_at", direction: "desc" } as const;
  const page = await queryPage(
    documents,
    CONTAINER,
    { where: ofTenant(tenantId), orderBy, limit },
    cursor,
  );
  return { keys: page.items.map(({ doc }) => ApiKeyRecord.parse(doc)), cursor: page.cursor };
}

/** How many of a tenant's keys open now. */
export const countActive = (
  documents: DocumentStore,
  tenantId: string,
  now: Date,
): Promise<number> =>
  documents.count(CONTAINER, {
    where: [
      ...ofTenant(tenantId),
      { op: "eq", field: "revoked_at", value: null },
      { op: "range", field: "expires_at", from: now.toISOString() },
    ],
  });

const ofTenant = (tenantId: string): Filter[] => [
  { op: "eq", field: "type", value: "key" },
  { op: "eq", field: "tenant_id", value: tenantId },
];

/**
 * Writes the key and its messages in one batch; the record goes by itself a while after the key has ended.
 * @param etag of the version that was read; `undefined` for a new key.
 */
export function save(
  deps: Pick<Deps, "clock" | "documents" | "log" | "queue">,
  key: ApiKeyRecord,
  etag: string | undefined,
  messages: readonly OutboxMessage[],
): Promise<"done" | "conflict"> {
  const doc = asDeepDocument(key);
  const ttlSeconds = keptSeconds(key, deps.clock.now());
  const write: Write =
    etag === undefined
      ? { kind: "create", doc, ttlSeconds }
      : { kind: "replace", doc, etag, ttlSeconds };
  return commit(deps, CONTAINER, [key.key_id], [write], messages);
}

/** `undefined` before the first use was written. */
export async function readUse(
  documents: DocumentStore,
  keyId: string,
): Promise<ApiKeyUse | undefined> {
  const stored = await documents.read(CONTAINER, [keyId], "use");
  return stored && ApiKeyUse.parse(stored.doc);
}

/** Adds what one instance counted to what all have written. */
export async function addUse(
  documents: DocumentStore,
  keyId: string,
  more: ApiKeyUse,
): Promise<void> {
  const attempt = async (): Promise<"done" | "conflict"> => {
    const stored = await documents.read(CONTAINER, [keyId], "use");
    const use = addUses(stored && ApiKeyUse.parse(stored.doc), more);
    const doc = { ...use, id: "use", type: "use", key_id: keyId };
    const ttlSeconds = USE_KEPT_SECONDS;
    const write: Write =
      stored === undefined
        ? { kind: "create", doc, ttlSeconds }
        : { kind: "replace", doc, etag: stored.etag, ttlSeconds };
    return await documents.batch(CONTAINER, [keyId], [write]);
  };
  await retryOnConflict(attempt, { what: "The key's use", code: "store-unavailable" });
}
