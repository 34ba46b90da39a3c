/** Language models of a tenant: one document `models` in container `tenants`, so that names are unique and one is the default. */
import { z } from "zod";

import { deploymentModel, isNamed } from "../domain/models.ts";
import { retryOnConflict } from "../domain/retryOnConflict.ts";
import type { Deps } from "../ports/deps.ts";
import type { DocumentStore, Stored, Write } from "../ports/documentStore.ts";
import { asDeepDocument } from "../schemas/json.ts";
import type { OutboxMessage } from "../schemas/messages.ts";
import { type ModelAbilities, ModelRecord } from "../schemas/models.ts";
import type { SealedSecret } from "../schemas/providers.ts";
import { commit } from "./outbox.ts";

const CONTAINER = "tenants";
const ID = "models";
const TENANTS_MAX = 1000;

const ModelsDocument = z.looseObject({ tenant_id: z.string(), models: z.array(ModelRecord) });

/** What a change leaves, and what it answers once that is done. */
export interface ModelsChange<Result> {
  models: readonly ModelRecord[];
  messages: readonly OutboxMessage[];
  result: Result;
}

/** Those that the tenant has set up, in the order in which it did. */
export async function list(documents: DocumentStore, tenantId: string): Promise<ModelRecord[]> {
  const stored = await documents.read(CONTAINER, [tenantId], ID);
  return stored === undefined ? [] : ModelsDocument.parse(stored.doc).models;
}

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

/**
 * Decides on the models as they are and writes the outcome if they still are so; otherwise decides anew.
 * @throws AppError `conflict` when it loses too many races; whatever `decide` throws.
 */
export async function change<Result>(
  deps: Pick<Deps, "clock" | "documents" | "log" | "queue">,
  tenantId: string,
  decide: (known: readonly ModelRecord[]) => ModelsChange<Result>,
): Promise<Result> {
  const attempt = async (): Promise<{ result: Result } | "conflict"> => {
    const stored = await deps.documents.read(CONTAINER, [tenantId], ID);
    const known = stored === undefined ? [] : ModelsDocument.parse(stored.doc).models;
    const { models, messages, result } = decide(known);
    const write = writeOf(tenantId, stored, models);
    const outcome = await commit(deps, CONTAINER, [tenantId], [write], messages);
    return outcome === "done" ? { result } : "conflict";
  };
  return (await retryOnConflict(attempt, { what: "The list of models" })).result;
}

/** Keeps what was seen of an endpoint; a model that was changed meanwhile has not been seen. No edit: nothing is audited. */
export async function learn(
  documents: DocumentStore,
  { tenant_id, model_name, updated_at }: ModelRecord,
  abilities: ModelAbilities,
): Promise<void> {
  const stored = await documents.read(CONTAINER, [tenant_id], ID);
  if (stored === undefined) return;
  const { models } = ModelsDocument.parse(stored.doc);
  const isSame = (one: ModelRecord): boolean =>
    isNamed(model_name)(one) && one.updated_at === updated_at;
  const learned = models.map((one) => (isSame(one) ? { ...one, abilities } : one));
  // Who loses a race here learns the same from the next exchange.
  await documents.batch(CONTAINER, [tenant_id], [writeOf(tenant_id, stored, learned)]);
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
  const where = [{ op: "eq", field: "type", value: ID } as const];
  const page = await documents.query(CONTAINER, { where, limit: TENANTS_MAX });
  return page.items.flatMap(({ doc }) => {
    const { tenant_id, models } = ModelsDocument.parse(doc);
    return models.flatMap(({ model_name, api_key: sealed }) =>
      sealed === undefined
        ? []
        : [
            {
              tenant_id,
              subject_id: `model:${model_name}`,
              sealed,
              replace: (renewed: SealedSecret) =>
                replaceKey(documents, { tenant_id, model_name, sealed }, renewed),
            },
          ],
    );
  });
}

async function replaceKey(
  documents: DocumentStore,
  of: { tenant_id: string; model_name: string; sealed: SealedSecret },
  renewed: SealedSecret,
): Promise<"done" | "conflict"> {
  const stored = await documents.read(CONTAINER, [of.tenant_id], ID);
  if (stored === undefined) return "conflict";
  const { models } = ModelsDocument.parse(stored.doc);
  const isSame = (one: ModelRecord): boolean =>
    isNamed(of.model_name)(one) && one.api_key?.ct === of.sealed.ct;
  if (!models.some(isSame)) return "conflict";
  const next = models.map((one) => (isSame(one) ? { ...one, api_key: renewed } : one));
  return documents.batch(CONTAINER, [of.tenant_id], [writeOf(of.tenant_id, stored, next)]);
}

function writeOf(
  tenantId: string,
  stored: Stored | undefined,
  models: readonly ModelRecord[],
): Write {
  const doc = asDeepDocument({ id: ID, type: ID, tenant_id: tenantId, models });
  return stored === undefined
    ? { kind: "create", doc }
    : { kind: "replace", doc, etag: stored.etag };
}
