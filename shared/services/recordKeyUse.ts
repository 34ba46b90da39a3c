/** Adds what one instance counted of a key's uses to what all have written. */
import { keyIdOf } from "../domain/apiKeys.ts";
import type { Deps } from "../ports/deps.ts";
import * as apiKeys from "../repositories/apiKeys.ts";
import type { ApiKeyUse } from "../schemas/apiKeys.ts";

/** @param id of the key, as its principal has it. */
export const recordKeyUse = (
  { documents }: Pick<Deps, "documents">,
  id: string,
  use: ApiKeyUse,
): Promise<void> => apiKeys.addUse(documents, keyIdOf(id) ?? id, use);
