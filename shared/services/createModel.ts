/** Sets up a language model; a tenant's first one is its default. */
import { randomBytes } from "node:crypto";

import { AppError } from "../domain/errors.ts";
import {
  authOf,
  isNamed,
  modelAudit,
  modelEtag,
  MODELS_MAX,
  refuseUnusableModel,
  withDefault,
} from "../domain/models.ts";
import { secretEnd } from "../domain/providers.ts";
import { seal } from "../domain/sealing.ts";
import type { Deps } from "../ports/deps.ts";
import * as models from "../repositories/models.ts";
import { type CreateModelBody, ModelRecord, UNKNOWN_ABILITIES } from "../schemas/models.ts";
import type { Principal } from "../schemas/principal.ts";

type Needs = Pick<Deps, "clock" | "documents" | "keys" | "log" | "queue" | "settings">;

/**
 * Stores the model with its key sealed; the endpoint is not tried.
 * @throws AppError `conflict` when the name is taken or there are too many; `invalid-fields` when it cannot work.
 */
export async function createModel(
  deps: Needs,
  principal: Principal,
  body: CreateModelBody,
): Promise<ModelRecord> {
  const { tenant_id } = principal;
  const { api_key: key, ...fields } = body;
  const at = deps.clock.now();
  const place = { tenant_id, subject_id: `model:${body.model_name}`, field: "api_key" };
  const record = ModelRecord.parse({
    ...fields,
    tenant_id,
    auth: authOf(body.provider, key !== undefined),
    ...(key !== undefined && {
      api_key: await seal(key, place, deps.keys, randomBytes),
      api_key_end: secretEnd(key),
    }),
    abilities: UNKNOWN_ABILITIES,
    last_test: null,
    created_by: principal.email ?? principal.name,
    created_at: at.toISOString(),
    updated_at: at.toISOString(),
  });
  refuseUnusableModel(record, deps.settings.auth.tenantIds[0]);
  return await models.change(deps, tenant_id, (known) => {
    if (known.some(isNamed(record.model_name))) {
      throw new AppError("conflict", `A model named '${record.model_name}' exists already.`);
    }
    if (known.length >= MODELS_MAX) {
      throw new AppError("conflict", `There are ${MODELS_MAX} models already; remove one first.`);
    }
    const added: ModelRecord = { ...record, is_default: body.is_default || known.length === 0 };
    const all = [...known, added];
    const subject = { name: added.model_name, version: modelEtag(added) };
    return {
      items: added.is_default ? withDefault(all, added.model_name) : all,
      messages: [modelAudit(principal, "model.create", subject, Object.keys(body), at)],
      result: added,
    };
  });
}
