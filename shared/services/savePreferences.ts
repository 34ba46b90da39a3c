/** Saves what a person wants to be told of; what the body leaves out stays. */
import { randomBytes } from "node:crypto";

import { changeAudit } from "../domain/audit.ts";
import { AppError, changedMeanwhile, invalidBody, type FieldError } from "../domain/errors.ts";
import { preferencesEtag, readerBucket, withChanges } from "../domain/notificationPreferences.ts";
import { retryOnConflict } from "../domain/retryOnConflict.ts";
import { seal } from "../domain/sealing.ts";
import { shownUrl } from "../domain/webhooks.ts";
import type { Deps } from "../ports/deps.ts";
import * as preferences from "../repositories/notificationPreferences.ts";
import {
  fieldsSet,
  type NotificationPreferences,
  type PreferencesRecord,
  type SavePreferencesBody,
} from "../schemas/notificationPreferences.ts";
import type { Principal } from "../schemas/principal.ts";

type Needs = Pick<Deps, "channels" | "clock" | "documents" | "keys" | "log" | "outbound" | "queue">;

type Addresses = Pick<
  PreferencesRecord,
  "slack_url" | "slack_url_shown" | "teams_url" | "teams_url_shown"
>;

const CHATS = ["slack", "teams"] as const;

/**
 * Mail goes to the address of the sign-in alone, so that nobody subscribes somebody else.
 * @param ifMatch the version that the caller saw; `undefined` changes whatever is there.
 * @throws AppError `forbidden` for who is no person; `precondition-failed`; `invalid-fields` for a channel without an address.
 */
export async function savePreferences(
  deps: Needs,
  principal: Principal,
  body: SavePreferencesBody,
  ifMatch: string | undefined,
): Promise<PreferencesRecord> {
  const { tenant_id, id: user_id } = principal;
  if (principal.kind !== "user") {
    throw new AppError("forbidden", "Only people have notification preferences.");
  }
  await refuseAddresses(deps, body);
  return retryOnConflict(
    async () => {
      const stored = await preferences.read(deps.documents, tenant_id, user_id);
      const defaults = await preferences.readDefaults(deps.documents, tenant_id);
      const before = stored?.record.preferences ?? defaults.preferences;
      if (ifMatch !== undefined && ifMatch !== preferencesEtag(stored?.record, before)) {
        throw changedMeanwhile("preferences");
      }
      const after = withChanges(before, body);
      const addresses = await addressesAfter(deps, principal, stored?.record, body);
      refuseUnreachable(deps, principal, after, addresses);
      const at = deps.clock.now().toISOString();
      const record: PreferencesRecord = {
        type: "notification-preferences",
        id: "preferences",
        tenant_id,
        bucket: readerBucket(user_id),
        user_id,
        user_name: principal.name,
        email: principal.email ?? null,
        preferences: after,
        ...addresses,
        created_at: stored?.record.created_at ?? at,
        updated_at: at,
      };
      const subject = { id: `preferences:${user_id}`, version: stored?.etag ?? `first:${at}` };
      const audit = changeAudit(
        principal,
        "preferences.save",
        subject,
        fieldsSet(body),
        deps.clock.now(),
      );
      const outcome = await preferences.save(deps, record, stored?.etag, [audit]);
      return outcome === "done" ? record : "conflict";
    },
    { what: "Your preferences" },
  );
}

async function refuseAddresses({ outbound }: Needs, body: SavePreferencesBody): Promise<void> {
  const errors: FieldError[] = [];
  for (const chat of CHATS) {
    const url = body[`${chat}_url`];
    if (typeof url !== "string") continue;
    const detail = await outbound.refusal(url);
    if (detail !== undefined) errors.push({ pointer: `/${chat}_url`, detail });
  }
  if (errors.length > 0) throw invalidBody(errors);
}

async function addressesAfter(
  deps: Needs,
  { tenant_id, id }: Principal,
  before: PreferencesRecord | undefined,
  body: SavePreferencesBody,
): Promise<Addresses> {
  const kept: Addresses = {};
  for (const chat of CHATS) {
    const [field, shown] = [`${chat}_url`, `${chat}_url_shown`] as const;
    const url = body[field];
    if (url === null) continue;
    if (url === undefined) {
      if (before?.[field] !== undefined) {
        Object.assign(kept, { [field]: before[field], [shown]: before[shown] });
      }
      continue;
    }
    const place = { tenant_id, subject_id: `preferences:${id}`, field };
    const sealed = await seal(url, place, deps.keys, randomBytes);
    Object.assign(kept, { [field]: sealed, [shown]: shownUrl(chat, url) });
  }
  return kept;
}

/** A channel that is on and reaches nobody would be silence that looks like nothing happened. */
function refuseUnreachable(
  { channels }: Needs,
  { email }: Principal,
  { channels: on }: NotificationPreferences,
  addresses: Addresses,
): void {
  const errors: FieldError[] = [];
  if (on.email && email === undefined) {
    errors.push({ pointer: "/channels/email", detail: "Your sign-in has no e-mail address." });
  } else if (on.email && !channels.hasEmail) {
    const detail = "This deployment has no mail server: an operator sets SMTP_URL and MAIL_FROM.";
    errors.push({ pointer: "/channels/email", detail });
  }
  for (const chat of CHATS) {
    if (!on[chat] || addresses[`${chat}_url`] !== undefined) continue;
    const detail = `Give ${chat}_url: the address of the chat's incoming webhook.`;
    errors.push({ pointer: `/channels/${chat}`, detail });
  }
  if (errors.length > 0) throw invalidBody(errors);
}
