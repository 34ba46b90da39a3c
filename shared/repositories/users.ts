/** People of a tenant: container `tenants`, a document for each. */
import type { DocumentStore, Write } from "../ports/documentStore.ts";
import { UserRecord } from "../schemas/users.ts";
import { queryPage } from "./pages.ts";

const CONTAINER = "tenants";

export interface StoredUser {
  user: UserRecord;
  etag: string;
}

export async function read(
  documents: DocumentStore,
  tenantId: string,
  objectId: string,
): Promise<StoredUser | undefined> {
  const stored = await documents.read(CONTAINER, [tenantId], `user:${objectId}`);
  return stored && { user: UserRecord.parse(stored.doc), etag: stored.etag };
}

/** @param etag of the version that was read; `undefined` for somebody new. */
export function save(
  documents: DocumentStore,
  user: UserRecord,
  etag: string | undefined,
): Promise<"done" | "conflict"> {
  const write: Write =
    etag === undefined ? { kind: "create", doc: user } : { kind: "replace", doc: user, etag };
  return documents.batch(CONTAINER, [user.tenant_id], [write]);
}

/** Who signed in first comes last. */
export async function list(
  documents: DocumentStore,
  tenantId: string,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<{ users: UserRecord[]; cursor: string | undefined }> {
  const page = await queryPage(
    documents,
    CONTAINER,
    {
      partition: [tenantId],
      where: [{ op: "eq", field: "type", value: "user" }],
      orderBy: { field: "created_at", direction: "desc" },
      limit,
    },
    cursor,
  );
  return { users: page.items.map(({ doc }) => UserRecord.parse(doc)), cursor: page.cursor };
}
