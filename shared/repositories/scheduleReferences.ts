/** What a schedule's provider and model mean: both must be the tenant's when they are set. */
import { type AppError, invalidBody } from "../domain/errors.ts";
import type { Deps } from "../ports/deps.ts";
import type { UpdateScheduleBody } from "../schemas/schedules.ts";
import * as models from "./models.ts";
import * as providers from "./providers.ts";

/** What requests call the default provider: it is looked up at each run. */
const DEFAULT_PROVIDER = "sentinel";

/**
 * The id of the named provider: `null` for the default one, `undefined` when none is named.
 * @throws AppError `invalid-fields` when the provider or the model is not the tenant's.
 */
export async function scheduleProviderId(
  deps: Pick<Deps, "documents" | "settings">,
  tenantId: string,
  { provider: name, model }: Pick<UpdateScheduleBody, "provider" | "model">,
): Promise<string | null | undefined> {
  if (typeof model === "string" && (await models.find(deps, tenantId, model)) === undefined) {
    throw unknown("/model", "There is no model of this name. An administrator can add it.");
  }
  if (name === undefined) return undefined;
  const provider = await providers.find(deps.documents, tenantId, name);
  if (provider === undefined && name !== DEFAULT_PROVIDER) {
    throw unknown("/provider", "There is no provider of this name or id.");
  }
  return name === DEFAULT_PROVIDER ? null : provider?.id;
}

const unknown = (pointer: string, detail: string): AppError => invalidBody([{ pointer, detail }]);
