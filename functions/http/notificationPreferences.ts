/** What people want to be told of: their own preferences, and the administrators' defaults. */
import { AppError } from "../../shared/domain/errors.ts";
import { preferencesEtag, preferencesView } from "../../shared/domain/notificationPreferences.ts";
import * as preferences from "../../shared/repositories/notificationPreferences.ts";
import {
  DefaultsView,
  PreferencesTestReply,
  PreferencesView,
  SaveDefaultsBody,
  SavePreferencesBody,
} from "../../shared/schemas/notificationPreferences.ts";
import type { Principal } from "../../shared/schemas/principal.ts";
import { saveNotificationDefaults } from "../../shared/services/saveNotificationDefaults.ts";
import { savePreferences } from "../../shared/services/savePreferences.ts";
import { testPreferences } from "../../shared/services/testPreferences.ts";
import { type Call, endpoint } from "../kit/endpoint.ts";

const OWN = "v1/me/notification-preferences";
const DEFAULTS = "admin/notification-defaults";

type Context = Pick<Call<undefined, undefined, unknown>, "deps" | "principal">;

export const preferencesGet = endpoint({
  name: "notification-preferences-get",
  method: "GET",
  route: OWN,
  permission: "signed-in",
  summary: "Read your preferences: which events reach you, where and when.",
  reply: PreferencesView,
  async handle(context) {
    requirePerson(context.principal);
    return shown(context);
  },
});

export const preferencesPut = endpoint({
  name: "notification-preferences-put",
  method: "PUT",
  route: OWN,
  permission: "signed-in",
  summary: "Save your preferences; what is left out stays.",
  body: SavePreferencesBody,
  reply: PreferencesView,
  async handle({ deps, principal, body, ifMatch }) {
    await savePreferences(deps, principal, body, ifMatch);
    return shown({ deps, principal });
  },
});

export const preferencesTest = endpoint({
  name: "notification-preferences-test",
  method: "POST",
  route: `${OWN}/test`,
  permission: "signed-in",
  summary: "Send yourself a test over each channel that is on.",
  reply: PreferencesTestReply,
  async handle({ deps, principal }) {
    return { status: 200, body: await testPreferences(deps, principal) };
  },
});

export const defaultsGet = endpoint({
  name: "notification-defaults-get",
  method: "GET",
  route: DEFAULTS,
  permission: "webhooks:manage",
  summary: "Read the defaults for people who have saved no preferences of their own.",
  reply: DefaultsView,
  handle: async (context) => shownDefaults(context),
});

export const defaultsPut = endpoint({
  name: "notification-defaults-put",
  method: "PUT",
  route: DEFAULTS,
  permission: "webhooks:manage",
  summary: "Set the defaults for people who have saved no preferences of their own.",
  body: SaveDefaultsBody,
  reply: DefaultsView,
  async handle({ deps, principal, body, ifMatch }) {
    await saveNotificationDefaults(deps, principal, body, ifMatch);
    return shownDefaults({ deps, principal });
  },
});

function requirePerson({ kind }: Principal): void {
  if (kind === "user") return;
  throw new AppError("forbidden", "Only people have notification preferences.");
}

async function shown({ deps, principal }: Context) {
  const { tenant_id, id, email } = principal;
  const own = await preferences.read(deps.documents, tenant_id, id);
  const defaults = await preferences.readDefaults(deps.documents, tenant_id);
  const holding = own?.record.preferences ?? defaults.preferences;
  const { hasEmail } = deps.channels;
  return {
    status: 200 as const,
    body: preferencesView(own?.record, holding, { email, hasEmail }),
    etag: preferencesEtag(own?.record, holding),
  };
}

async function shownDefaults({ deps, principal }: Context) {
  const stored = await preferences.readDefaults(deps.documents, principal.tenant_id);
  const source = stored.etag === undefined ? ("defaults" as const) : ("own" as const);
  const updated_at = stored.updatedAt ?? null;
  return {
    status: 200 as const,
    body: { ...stored.preferences, source, updated_at },
    etag: preferencesEtag(undefined, stored.preferences),
  };
}
