/** Webhooks of a tenant: one document `webhooks` in container `tenants`, so that names are unique and their number is bounded. */
import { z } from "zod";

import { retryOnConflict } from "../domain/retryOnConflict.ts";
import type { Deps } from "../ports/deps.ts";
import type { DocumentStore, Stored, Write } from "../ports/documentStore.ts";
import { asDeepDocument } from "../schemas/json.ts";
import type { OutboxMessage } from "../schemas/messages.ts";
import type { SealedSecret } from "../schemas/providers.ts";
import { WebhookRecord } from "../schemas/webhooks.ts";
import { commit } from "./outbox.ts";

const CONTAINER = "tenants";
const ID = "webhooks";
const TENANTS_MAX = 1000;
const SECRET_FIELDS = ["url", "secret", "previous_secret"] as const;

const WebhooksDocument = z.looseObject({ tenant_id: z.string(), webhooks: z.array(WebhookRecord) });

/** What a change leaves, and what it answers once that is done. */
export interface WebhooksChange<Result> {
  webhooks: readonly WebhookRecord[];
  messages: readonly OutboxMessage[];
  result: Result;
}

/** In the order in which they were set up. */
export async function list(documents: DocumentStore, tenantId: string): Promise<WebhookRecord[]> {
  const stored = await documents.read(CONTAINER, [tenantId], ID);
  return stored === undefined ? [] : WebhooksDocument.parse(stored.doc).webhooks;
}

/** `undefined` when absent or another tenant's. */
export async function find(
  documents: DocumentStore,
  tenantId: string,
  id: string,
): Promise<WebhookRecord | undefined> {
  return (await list(documents, tenantId)).find((webhook) => webhook.id === id);
}

/**
 * Decides on the webhooks as they are and writes the outcome if they still are so; otherwise decides anew.
 * @throws AppError `conflict` when it loses too many races; whatever `decide` throws.
 */
export async function change<Result>(
  deps: Pick<Deps, "clock" | "documents" | "log" | "queue">,
  tenantId: string,
  decide: (known: readonly WebhookRecord[]) => WebhooksChange<Result>,
): Promise<Result> {
  const attempt = async (): Promise<{ result: Result } | "conflict"> => {
    const stored = await deps.documents.read(CONTAINER, [tenantId], ID);
    const known = stored === undefined ? [] : WebhooksDocument.parse(stored.doc).webhooks;
    const { webhooks, messages, result } = decide(known);
    const write = writeOf(tenantId, stored, webhooks);
    const outcome = await commit(deps, CONTAINER, [tenantId], [write], messages);
    return outcome === "done" ? { result } : "conflict";
  };
  return (await retryOnConflict(attempt, { what: "The list of webhooks" })).result;
}

/** Secrets of all tenants' webhooks, each with the way to put it under another wrapping key. */
export async function sealedSecrets(documents: DocumentStore): Promise<
  {
    tenant_id: string;
    subject_id: string;
    sealed: SealedSecret;
    replace: (renewed: SealedSecret) => Promise<"done" | "conflict">;
  }[]
> {
  const where = [{ op: "eq", field: "type", value: ID } as const];
  const page = await documents.query(CONTAINER, { where, limit: TENANTS_MAX });
  return page.items.flatMap(({ doc }) => {
    const { tenant_id, webhooks } = WebhooksDocument.parse(doc);
    return webhooks.flatMap((webhook) =>
      SECRET_FIELDS.flatMap((field) => {
        const sealed = webhook[field];
        if (sealed === undefined) return [];
        const replace = (renewed: SealedSecret) =>
          replaceSecret(documents, { tenant_id, sealed, renewed });
        return [{ tenant_id, subject_id: webhook.id, sealed, replace }];
      }),
    );
  });
}

/** The secret is found by its ciphertext, which no two secrets share. */
async function replaceSecret(
  documents: DocumentStore,
  {
    tenant_id,
    sealed,
    renewed,
  }: { tenant_id: string; sealed: SealedSecret; renewed: SealedSecret },
): Promise<"done" | "conflict"> {
  const stored = await documents.read(CONTAINER, [tenant_id], ID);
  if (stored === undefined) return "conflict";
  const { webhooks } = WebhooksDocument.parse(stored.doc);
  let isFound = false;
  const next = webhooks.map((webhook) => {
    const field = SECRET_FIELDS.find((name) => webhook[name]?.ct === sealed.ct);
    if (field === undefined) return webhook;
    isFound = true;
    return { ...webhook, [field]: renewed };
  });
  return isFound
    ? documents.batch(CONTAINER, [tenant_id], [writeOf(tenant_id, stored, next)])
    : "conflict";
}

function writeOf(
  tenantId: string,
  stored: Stored | undefined,
  webhooks: readonly WebhookRecord[],
): Write {
  const doc = asDeepDocument({ id: ID, type: ID, tenant_id: tenantId, webhooks });
  return stored === undefined
    ? { kind: "create", doc }
    : { kind: "replace", doc, etag: stored.etag };
}
