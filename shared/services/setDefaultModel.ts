/** Makes a language model the one that new sessions ask. */
import { notFound } from "../domain/errors.ts";
import { isNamed, modelAudit, modelEtag, withDefault } from "../domain/models.ts";
import type { Deps } from "../ports/deps.ts";
import * as models from "../repositories/models.ts";
import type { ModelRecord } from "../schemas/models.ts";
import type { Principal } from "../schemas/principal.ts";

type Needs = Pick<Deps, "clock" | "documents" | "log" | "queue">;

/** @throws AppError `not-found`. */
export async function setDefaultModel(
  deps: Needs,
  principal: Principal,
  name: string,
): Promise<ModelRecord> {
  return await models.change(deps, principal.tenant_id, (known) => {
    const found = known.find(isNamed(name));
    if (found === undefined) throw notFound("model");
    const subject = { name: found.model_name, version: modelEtag(found) };
    return {
      items: withDefault(known, name),
      messages: found.is_default
        ? []
        : [modelAudit(principal, "model.default", subject, ["is_default"], deps.clock.now())],
      result: { ...found, is_default: true },
    };
  });
}
