/** Webhooks of a tenant: document `webhooks` in container `tenants`. */
import type { DocumentStore } from "../ports/documentStore.ts";
import type { SealedSecret } from "../schemas/providers.ts";
import { WebhookRecord } from "../schemas/webhooks.ts";
import { tenantList } from "./tenantList.ts";

const SECRET_FIELDS = ["url", "secret", "previous_secret"] as const;

const stored = tenantList("webhooks", WebhookRecord, "The list of webhooks");

export const { list, change } = stored;

/** `undefined` when absent or another tenant's. */
export async function find(
  documents: DocumentStore,
  tenantId: string,
  id: string,
): Promise<WebhookRecord | undefined> {
  return (await list(documents, tenantId)).find((webhook) => webhook.id === id);
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
  return (await stored.all(documents)).flatMap(({ tenant_id, items }) =>
    items.flatMap((webhook) =>
      SECRET_FIELDS.flatMap((field) => {
        const sealed = webhook[field];
        if (sealed === undefined) return [];
        const replace = (renewed: SealedSecret) =>
          stored.renew(documents, tenant_id, (known) => withSecret(known, sealed, renewed));
        return [{ tenant_id, subject_id: webhook.id, sealed, replace }];
      }),
    ),
  );
}

/** The secret is found by its ciphertext, which no two secrets share; `undefined` when it is there no more. */
function withSecret(
  webhooks: readonly WebhookRecord[],
  sealed: SealedSecret,
  renewed: SealedSecret,
): WebhookRecord[] | undefined {
  let isFound = false;
  const next = webhooks.map((webhook) => {
    const field = SECRET_FIELDS.find((name) => webhook[name]?.ct === sealed.ct);
    if (field === undefined) return webhook;
    isFound = true;
    return { ...webhook, [field]: renewed };
  });
  return isFound ? next : undefined;
}
