/** SIEM providers in container `tenants`, partition (tenant_id). */
import { retryOnConflict } from "../domain/retryOnConflict.ts";
import type { Deps } from "../ports/deps.ts";
import type { DocumentStore, Filter, Query, Write } from "../ports/documentStore.ts";
import { asDocument } from "../schemas/json.ts";
import type { OutboxMessage } from "../schemas/messages.ts";
import {
  type ConnectionCheck,
  type Health,
  type SealedSecret,
  SiemProvider,
} from "../schemas/providers.ts";
import { commit } from "./outbox.ts";
import { queryAll } from "./pages.ts";

export interface StoredProvider {
  record: SiemProvider;
  etag: string;
}

const CONTAINER = "tenants";
const IS_PROVIDER: Filter = { op: "eq", field: "type", value: "provider" };
/** What requests call the tenant's default provider. */
const DEFAULT_NAME = "sentinel";

/** `undefined` when absent or another tenant's. */
export async function read(
  documents: DocumentStore,
  tenantId: string,
  id: string,
): Promise<StoredProvider | undefined> {
  const stored = await documents.read(CONTAINER, [tenantId], id);
  if (stored === undefined || stored.doc["type"] !== "provider") return undefined;
  return { record: SiemProvider.parse(stored.doc), etag: stored.etag };
}

/** The same, and `undefined` when it was deleted. */
export async function readInUse(
  documents: DocumentStore,
  tenantId: string,
  id: string,
): Promise<StoredProvider | undefined> {
  const stored = await read(documents, tenantId, id);
  return stored?.record.status === "inactive" ? undefined : stored;
}

/** All of a tenant's providers that were not deleted, by id. */
export async function list(documents: DocumentStore, tenantId: string): Promise<SiemProvider[]> {
  return (await listStored(documents, tenantId)).map(({ record }) => record);
}

/** The same with the version of each. */
export async function listStored(
  documents: DocumentStore,
  tenantId: string,
): Promise<StoredProvider[]> {
  return all(documents, { partition: [tenantId] });
}

/** Providers of all tenants whose secret is sealed. */
export async function withSecret(documents: DocumentStore): Promise<StoredProvider[]> {
  const found = await all(documents, {});
  return found.filter(({ record }) => record.client_secret !== undefined);
}

/** Puts a secret under another key, unless the provider changed since it was read: `conflict` then. */
export async function replaceSecret(
  documents: DocumentStore,
  { record, etag }: StoredProvider,
  sealed: SealedSecret,
): Promise<"done" | "conflict"> {
  const set = { client_secret: sealed };
  const write: Write = { kind: "patch", id: record.id, set, etag };
  return documents.batch(CONTAINER, [record.tenant_id], [write]);
}

/** The deleted providers that led to the same workspace. */
export async function deletedOf(
  documents: DocumentStore,
  { tenant_id, workspace_id }: Pick<SiemProvider, "tenant_id" | "workspace_id">,
): Promise<SiemProvider[]> {
  const found = await all(documents, { partition: [tenant_id] }, ["inactive"]);
  return found.map(({ record }) => record).filter((one) => one.workspace_id === workspace_id);
}

/** Providers to synchronise, of one tenant or of all: failed ones too, so that they recover by themselves. */
export async function toSync(
  documents: DocumentStore,
  tenantId: string | undefined,
): Promise<SiemProvider[]> {
  const found = await all(documents, tenantId === undefined ? {} : { partition: [tenantId] });
  return found.map(({ record }) => record).filter((provider) => provider.sync_enabled);
}

/** The provider that a request names: `sentinel` or nothing for the default one, a `sip_` id, or a name. */
export async function find(
  documents: DocumentStore,
  tenantId: string,
  name: string = DEFAULT_NAME,
): Promise<SiemProvider | undefined> {
  const known = await list(documents, tenantId);
  return (
    known.find((provider) => provider.id === name) ??
    known.find((provider) => provider.name === name) ??
    (name === DEFAULT_NAME ? known.find((provider) => provider.is_default) : undefined)
  );
}

/** `conflict` when the id is taken. */
export async function create(
  documents: DocumentStore,
  provider: SiemProvider,
): Promise<"done" | "conflict"> {
  const doc = asDocument(provider);
  return documents.batch(CONTAINER, [provider.tenant_id], [{ kind: "create", doc }]);
}

/**
 * Records whether the workspace answers: no edit, so that `updated_at`, by which clients are kept, stays. A provider that
 * was deleted meanwhile stays deleted.
 */
export async function setStatus(
  documents: DocumentStore,
  provider: SiemProvider,
  status: "active" | "error",
): Promise<void> {
  const attempt = async (): Promise<"done" | "conflict"> => {
    const stored = await read(documents, provider.tenant_id, provider.id);
    if (stored === undefined) return "done";
    if (stored.record.status === "inactive" || stored.record.status === status) return "done";
    const set = { status };
    const write: Write = { kind: "patch", id: provider.id, set, etag: stored.etag };
    return documents.batch(CONTAINER, [provider.tenant_id], [write]);
  };
  await retryOnConflict(attempt, { what: "The provider", code: "store-unavailable" });
}

/**
 * Records what a connection test found, with its messages in the same batch: no edit, so `updated_at` stays.
 * @returns `conflict` when the provider changed since it was read.
 */
export async function recordHealth(
  deps: Pick<Deps, "clock" | "documents" | "log" | "queue">,
  { record, etag }: StoredProvider,
  health: Health,
  checks: ConnectionCheck[],
  messages: readonly OutboxMessage[],
): Promise<"done" | "conflict"> {
  const at = deps.clock.now().toISOString();
  const set = {
    status: health === "healthy" ? "active" : "error",
    last_health_check: at,
    last_health_status: health,
    last_health_checks: checks,
  };
  const write: Write = { kind: "patch", id: record.id, set, etag };
  return commit(deps, CONTAINER, [record.tenant_id], [write], messages);
}

async function all(
  documents: DocumentStore,
  scope: Pick<Query, "partition">,
  status: readonly SiemProvider["status"][] = ["active", "error"],
): Promise<StoredProvider[]> {
  const where: Filter[] = [IS_PROVIDER, { op: "in", field: "status", values: status }];
  const found: StoredProvider[] = [];
  for await (const { doc, etag } of queryAll(documents, CONTAINER, { ...scope, where, limit: 200 }))
    found.push({ record: SiemProvider.parse(doc), etag });
  return found;
}
