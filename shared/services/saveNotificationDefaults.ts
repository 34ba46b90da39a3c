/** Sets what people are told of who have not said it themselves. */
import { changeAudit } from "../domain/audit.ts";
import { changedMeanwhile } from "../domain/errors.ts";
import { preferencesEtag, withChanges } from "../domain/notificationPreferences.ts";
import { retryOnConflict } from "../domain/retryOnConflict.ts";
import type { Deps } from "../ports/deps.ts";
import * as preferences from "../repositories/notificationPreferences.ts";
import {
  fieldsSet,
  type NotificationPreferences,
  type SaveDefaultsBody,
} from "../schemas/notificationPreferences.ts";
import type { Principal } from "../schemas/principal.ts";

type Needs = Pick<Deps, "clock" | "documents" | "log" | "queue">;

/**
 * What the body leaves out stays.
 * @param ifMatch the version that the caller saw; `undefined` changes whatever is there.
 * @throws AppError `precondition-failed`; `conflict` when it loses too many races.
 */
export async function saveNotificationDefaults(
  deps: Needs,
  principal: Principal,
  body: SaveDefaultsBody,
  ifMatch: string | undefined,
): Promise<NotificationPreferences> {
  const { tenant_id } = principal;
  return retryOnConflict(
    async () => {
      const stored = await preferences.readDefaults(deps.documents, tenant_id);
      if (ifMatch !== undefined && ifMatch !== preferencesEtag(undefined, stored.preferences)) {
        throw changedMeanwhile("defaults");
      }
      const after = withChanges(stored.preferences, body);
      const at = deps.clock.now();
      const subject = {
        id: "notification-defaults",
        version: stored.etag ?? `first:${at.getTime()}`,
      };
      const audit = changeAudit(principal, "preferences.defaults", subject, fieldsSet(body), at);
      const changed = { preferences: after, etag: stored.etag };
      const outcome = await preferences.saveDefaults(deps, tenant_id, changed, [audit]);
      return outcome === "done" ? after : "conflict";
    },
    { what: "The defaults" },
  );
}
