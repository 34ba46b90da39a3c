/** Removes a language model with its key; sessions that wait for it end with the rules' own report. */
import { notFound } from "../domain/errors.ts";
import { isNamed, modelAudit, modelEtag } from "../domain/models.ts";
import type { Deps } from "../ports/deps.ts";
import * as models from "../repositories/models.ts";
import type { Principal } from "../schemas/principal.ts";

type Needs = Pick<Deps, "clock" | "documents" | "log" | "queue">;

/** Was it the default, then nobody is until an administrator says who. @throws AppError `not-found`. */
export async function deleteModel(deps: Needs, principal: Principal, name: string): Promise<void> {
  await models.change(deps, principal.tenant_id, (known) => {
    const found = known.find(isNamed(name));
    if (found === undefined) throw notFound("model");
    const subject = { name: found.model_name, version: modelEtag(found) };
    return {
      items: known.filter((one) => one !== found),
      messages: [modelAudit(principal, "model.delete", subject, [], deps.clock.now())],
      result: undefined,
    };
  });
}
