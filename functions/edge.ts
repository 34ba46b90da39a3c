/** What the kit asks of the product around every request; the kit itself knows no records. */
import { keyIdOf } from "../shared/domain/apiKeys.ts";
import * as apiKeys from "../shared/repositories/apiKeys.ts";
import { authenticateApiKey } from "../shared/services/authenticateApiKey.ts";
import type { KeyDoor } from "./kit/signIn.ts";

export const keyDoor: KeyDoor = {
  principalOf: authenticateApiKey,
  saveUse: ({ documents }, id, use) => apiKeys.addUse(documents, keyIdOf(id) ?? id, use),
};
