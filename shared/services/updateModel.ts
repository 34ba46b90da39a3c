/** Changes a language model; the next exchange of every session uses it as it then is. */
import { randomBytes } from "node:crypto";

import { changedMeanwhile, invalidBody, notFound } from "../domain/errors.ts";
import {
  authOf,
  isNamed,
  modelAudit,
  modelEtag,
  refuseUnusableModel,
  withDefault,
} from "../domain/models.ts";
import { secretEnd } from "../domain/providers.ts";
import { seal } from "../domain/sealing.ts";
import type { Deps } from "../ports/deps.ts";
import * as models from "../repositories/models.ts";
import { ModelRecord, UNKNOWN_ABILITIES, type UpdateModelBody } from "../schemas/models.ts";
import type { SealedSecret } from "../schemas/providers.ts";
import type { Principal } from "../schemas/principal.ts";

type Needs = Pick<Deps, "clock" | "documents" | "keys" | "log" | "queue" | "settings">;

/** A key goes to the endpoint it was entered for: who changes the address enters it again. */
const KEY_AGAIN = {
  pointer: "/api_key",
  detail: "Enter the key again: it was entered for another address.",
};

/**
 * Sets the given fields and leaves the others alone.
 * @param target `ifMatch`: the version that the caller saw; `undefined` changes whatever is there.
 * @throws AppError `not-found`; `precondition-failed`; `invalid-fields`.
 */
export async function updateModel(
  deps: Needs,
  principal: Principal,
  target: { name: string; ifMatch: string | undefined },
  body: UpdateModelBody,
): Promise<ModelRecord> {
  const { tenant_id } = principal;
  // The seal is bound to the name as it is stored.
  const stored = (await models.list(deps.documents, tenant_id)).find(isNamed(target.name));
  if (stored === undefined) throw notFound("model");
  const place = { tenant_id, subject_id: `model:${stored.model_name}`, field: "api_key" };
  const sealed =
    typeof body.api_key === "string"
      ? await seal(body.api_key, place, deps.keys, randomBytes)
      : undefined;
  return await models.change(deps, tenant_id, (known) => {
    const before = known.find(isNamed(target.name));
    if (before === undefined) throw notFound("model");
    const version = modelEtag(before);
    if (target.ifMatch !== undefined && target.ifMatch !== version) {
      throw changedMeanwhile("model");
    }
    const at = deps.clock.now();
    const after = changed(before, body, sealed, at);
    refuseUnusableModel(after, deps.settings.auth.tenantIds[0]);
    const all = known.map((one) => (one === before ? after : one));
    const subject = { name: after.model_name, version };
    return {
      items: body.is_default === true ? withDefault(all, after.model_name) : all,
      messages: [modelAudit(principal, "model.patch", subject, Object.keys(body), at)],
      result: after,
    };
  });
}

function changed(
  before: ModelRecord,
  { api_key: key, ...fields }: UpdateModelBody,
  sealed: SealedSecret | undefined,
  at: Date,
): ModelRecord {
  const { api_key: kept, api_key_end: keptEnd, ...rest } = before;
  const isElsewhere = fields.api_base !== undefined && fields.api_base !== before.api_base;
  if (isElsewhere && kept !== undefined && key === undefined) {
    throw invalidBody([KEY_AGAIN]);
  }
  const secret =
    typeof key === "string"
      ? { api_key: sealed, api_key_end: secretEnd(key) }
      : key === null
        ? {}
        : { api_key: kept, api_key_end: keptEnd };
  const given = Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  );
  return ModelRecord.parse({
    ...rest,
    ...given,
    ...secret,
    auth: authOf(fields.provider ?? before.provider, secret.api_key !== undefined),
    // What was seen of another endpoint says nothing of this one.
    abilities: UNKNOWN_ABILITIES,
    last_test: null,
    updated_at: at.toISOString(),
  });
}
