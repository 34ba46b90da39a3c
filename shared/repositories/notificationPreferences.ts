/** Preferences: one document a person in container `notifications`, the tenant's defaults in container `tenants`. */
import { z } from "zod";

import {
  byDefaults,
  FACTORY_PREFERENCES,
  readerBucket,
} from "../domain/notificationPreferences.ts";
import type { Deps } from "../ports/deps.ts";
import type { DocumentStore, Stored, Write } from "../ports/documentStore.ts";
import { asDeepDocument } from "../schemas/json.ts";
import type { OutboxMessage } from "../schemas/messages.ts";
import { NotificationPreferences, PreferencesRecord } from "../schemas/notificationPreferences.ts";
import type { SealedSecret } from "../schemas/providers.ts";
import { commit } from "./outbox.ts";
import { queryAll } from "./pages.ts";
import * as users from "./users.ts";

const CONTAINER = "notifications";
const TYPE = "notification-preferences";
const PAGE = 500;
const DEFAULTS_ID = "notification-defaults";
const SECRET_FIELDS = ["slack_url", "teams_url"] as const;

const DefaultsDocument = z.looseObject({
  preferences: NotificationPreferences,
  updated_at: z.iso.datetime(),
});

/** `undefined` while the person has saved nothing. */
export async function read(
  documents: DocumentStore,
  tenantId: string,
  userId: string,
): Promise<{ record: PreferencesRecord; etag: string } | undefined> {
  const stored = await documents.read(CONTAINER, [tenantId, readerBucket(userId)], "preferences");
  return stored && { record: PreferencesRecord.parse(stored.doc), etag: stored.etag };
}

/** `conflict` when the preferences are no longer the version with this etag. */
export async function save(
  deps: Pick<Deps, "clock" | "documents" | "log" | "queue">,
  record: PreferencesRecord,
  etag: string | undefined,
  messages: readonly OutboxMessage[],
): Promise<"done" | "conflict"> {
  const doc = asDeepDocument(record);
  const write: Write =
    etag === undefined ? { kind: "create", doc } : { kind: "replace", doc, etag };
  return commit(deps, CONTAINER, [record.tenant_id, record.bucket], [write], messages);
}

/** What holds for a person: what was saved, or the tenant's defaults. `undefined` for who is no longer seen. */
export async function holdingFor(
  { clock, documents }: Pick<Deps, "clock" | "documents">,
  tenantId: string,
  userId: string,
): Promise<PreferencesRecord | undefined> {
  const own = await read(documents, tenantId, userId);
  if (own !== undefined) return own.record;
  const known = await users.read(documents, tenantId, userId);
  if (known === undefined) return undefined;
  const { preferences } = await readDefaults(documents, tenantId);
  return byDefaults(known.user, preferences, clock.now());
}

/** Everybody of the tenant who may be sent something: those who have saved preferences, then those for whom the defaults hold. */
export async function* everybody(
  { clock, documents }: Pick<Deps, "clock" | "documents">,
  tenantId: string,
): AsyncIterable<PreferencesRecord> {
  const own = new Set<string>();
  for await (const { doc } of saved(documents, [tenantId])) {
    const record = PreferencesRecord.parse(doc);
    own.add(record.user_id);
    yield record;
  }
  const { preferences } = await readDefaults(documents, tenantId);
  if (!preferences.channels.email) return;
  let cursor: string | undefined;
  do {
    const page = await users.list(documents, tenantId, { limit: PAGE, cursor });
    for (const user of page.users) {
      const record = own.has(user.object_id)
        ? undefined
        : byDefaults(user, preferences, clock.now());
      if (record !== undefined) yield record;
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
}

/** What holds in the tenant for those who have saved nothing. */
export async function readDefaults(
  documents: DocumentStore,
  tenantId: string,
): Promise<{
  preferences: NotificationPreferences;
  updatedAt: string | undefined;
  etag: string | undefined;
}> {
  const stored = await documents.read("tenants", [tenantId], DEFAULTS_ID);
  if (stored === undefined) {
    return { preferences: FACTORY_PREFERENCES, updatedAt: undefined, etag: undefined };
  }
  const { preferences, updated_at } = DefaultsDocument.parse(stored.doc);
  return { preferences, updatedAt: updated_at, etag: stored.etag };
}

/** `conflict` when the defaults are no longer the version with this etag. */
export async function saveDefaults(
  deps: Pick<Deps, "clock" | "documents" | "log" | "queue">,
  tenantId: string,
  { preferences, etag }: { preferences: NotificationPreferences; etag: string | undefined },
  messages: readonly OutboxMessage[],
): Promise<"done" | "conflict"> {
  const doc = asDeepDocument({
    id: DEFAULTS_ID,
    type: DEFAULTS_ID,
    tenant_id: tenantId,
    preferences,
    updated_at: deps.clock.now().toISOString(),
  });
  const write: Write =
    etag === undefined ? { kind: "create", doc } : { kind: "replace", doc, etag };
  return commit(deps, "tenants", [tenantId], [write], messages);
}

/** Addresses of all people's chats that are sealed, each with the way to put it under another wrapping key. */
export async function sealedSecrets(documents: DocumentStore): Promise<
  {
    tenant_id: string;
    subject_id: string;
    sealed: SealedSecret;
    replace: (renewed: SealedSecret) => Promise<"done" | "conflict">;
  }[]
> {
  const found: Awaited<ReturnType<typeof sealedSecrets>> = [];
  for await (const { doc, etag } of saved(documents, undefined)) {
    const record = PreferencesRecord.parse(doc);
    const { tenant_id, user_id, bucket } = record;
    for (const field of SECRET_FIELDS) {
      const sealed = record[field];
      if (sealed === undefined) continue;
      const replace = (renewed: SealedSecret) =>
        documents.batch(
          CONTAINER,
          [tenant_id, bucket],
          [{ kind: "replace", doc: asDeepDocument({ ...record, [field]: renewed }), etag }],
        );
      found.push({ tenant_id, subject_id: `preferences:${user_id}`, sealed, replace });
    }
  }
  return found;
}

const saved = (
  documents: DocumentStore,
  partition: readonly string[] | undefined,
): AsyncIterable<Stored> =>
  queryAll(documents, CONTAINER, {
    ...(partition !== undefined && { partition }),
    where: [{ op: "eq", field: "type", value: TYPE }],
    orderBy: { field: "created_at", direction: "asc" },
    limit: PAGE,
  });
