/** Language models of a tenant: document `models` in container `tenants`. */
import { deploymentModel, isNamed } from "../domain/models.ts";
import type { Deps } from "../ports/deps.ts";
import type { DocumentStore } from "../ports/documentStore.ts";
import { type ModelAbilities, ModelRecord } from "../schemas/models.ts";
import type { SealedSecret } from "../schemas/providers.ts";
import { tenantList } from "./tenantList.ts";

const stored = tenantList("models", ModelRecord, "The list of models");

/** Those that the tenant has set up, in the order in which it did; and how they are changed. */
export const { list, change } = stored;

type Reads = Pick<Deps, "documents" | "settings">;

/** The tenant's own, or the deployment's when the tenant has set up none. */
export async function usable(
  { documents, settings }: Reads,
  tenantId: string,
): Promise<ModelRecord[]> {
  const own = await list(documents, tenantId);
  const given = deploymentModel(tenantId, settings.models.azure);
  return own.length > 0 || given === undefined ? own : [given];
}

/** The model of that name, or the default one without a name; `undefined` when there is none. */
export async function find(
  deps: Reads,
  tenantId: string,
  name: string | undefined,
): Promise<ModelRecord | undefined> {
  if (name === undefined) {
    return (await usable(deps, tenantId)).find(({ is_default }) => is_default);
  }
  const given = deploymentModel(tenantId, deps.settings.models.azure);
  const known = [
    ...(await list(deps.documents, tenantId)),
    ...(given === undefined ? [] : [given]),
  ];
  return known.find(isNamed(name));
}

/** Keeps what was seen of an endpoint; a model that was changed meanwhile has not been seen. No edit: nothing is audited. */
export async function learn(
  documents: DocumentStore,
  { tenant_id, model_name, updated_at }: ModelRecord,
  abilities: ModelAbilities,
): Promise<void> {
  const isSame = (one: ModelRecord): boolean =>
    isNamed(model_name)(one) && one.updated_at === updated_at;
  // Who loses a race here learns the same from the next exchange.
  await stored.renew(documents, tenant_id, (known) =>
    known.some(isSame)
      ? known.map((one) => (isSame(one) ? { ...one, abilities } : one))
      : undefined,
  );
}

/** Keys of all tenants' models that are sealed, each with the way to put it under another wrapping key. */
export async function sealedKeys(documents: DocumentStore): Promise<
  {
    tenant_id: string;
    subject_id: string;
    sealed: SealedSecret;
    replace: (renewed: SealedSecret) => Promise<"done" | "conflict">;
  }[]
> {
  return (await stored.all(documents)).flatMap(({ tenant_id, items }) =>
    items.flatMap(({ model_name, api_key: sealed }) => {
      if (sealed === undefined) return [];
      const replace = (renewed: SealedSecret) =>
        stored.renew(documents, tenant_id, (known) =>
          withKey(known, { model_name, sealed }, renewed),
        );
      return [{ tenant_id, subject_id: `model:${model_name}`, sealed, replace }];
    }),
  );
}

/** `undefined` when the model has that key no more. */
function withKey(
  models: readonly ModelRecord[],
  of: { model_name: string; sealed: SealedSecret },
  renewed: SealedSecret,
): ModelRecord[] | undefined {
  const isSame = (one: ModelRecord): boolean =>
    isNamed(of.model_name)(one) && one.api_key?.ct === of.sealed.ct;
  if (!models.some(isSame)) return undefined;
  return models.map((one) => (isSame(one) ? { ...one, api_key: renewed } : one));
}
