/** A provider's form as it is typed, and the bodies that the API takes, made from it. */
import type { ProviderAuth, ProviderCloud } from "../../../../shared/schemas/providers.ts";
import type { ProviderView, UpdateProviderBody } from "../../../../shared/schemas/siemProviders.ts";

/** Every field as its control holds it; lists are one name a line. */
export interface ProviderDraft {
  name: string;
  workspace_id: string;
  tenant_id: string;
  client_id: string;
  /** Empty: the saved secret stays. */
  client_secret: string;
  auth: ProviderAuth;
  cloud: ProviderCloud;
  subscription_id: string;
  resource_group: string;
  workspace_name: string;
  sync_enabled: boolean;
  sync_interval: string;
  sync_window: string;
  writeback_enabled: boolean;
  allowed_tables: string;
  denied_tables: string;
  allowed_plugins: string;
  allowed_scopes: string;
  needs_time_bound: boolean;
}
export type DraftField = keyof ProviderDraft;

const EMPTY: ProviderDraft = {
  name: "",
  workspace_id: "",
  tenant_id: "",
  client_id: "",
  client_secret: "",
  auth: "client_secret",
  cloud: "public",
  subscription_id: "",
  resource_group: "",
  workspace_name: "",
  sync_enabled: true,
  sync_interval: "PT5M",
  sync_window: "P1D",
  writeback_enabled: false,
  allowed_tables: "",
  denied_tables: "",
  allowed_plugins: "",
  allowed_scopes: "",
  needs_time_bound: false,
};

/** The form of a saved provider; of a new one when none is given. A secret is never part of it. */
export function draftOf(view: ProviderView | undefined): ProviderDraft {
  if (view === undefined) return { ...EMPTY };
  const { kql_policy: policy } = view;
  return {
    name: view.name,
    workspace_id: view.workspace_id,
    tenant_id: view.tenant_id,
    client_id: view.client_id ?? "",
    client_secret: "",
    auth: view.auth,
    cloud: view.cloud,
    subscription_id: view.subscription_id ?? "",
    resource_group: view.resource_group ?? "",
    workspace_name: view.workspace_name ?? "",
    sync_enabled: view.sync_enabled,
    sync_interval: view.sync_interval,
    sync_window: view.sync_window,
    writeback_enabled: view.writeback_enabled,
    allowed_tables: policy.allowed_tables.join("\n"),
    denied_tables: policy.denied_tables.join("\n"),
    allowed_plugins: policy.allowed_plugins.join("\n"),
    allowed_scopes: policy.allowed_scopes.join("\n"),
    needs_time_bound: policy.needs_time_bound,
  };
}

const linesOf = (text: string): string[] =>
  text
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter((line) => line !== "");

const orNull = (text: string): string | null => (text.trim() === "" ? null : text.trim());

/** The fields that a connection test needs. An empty text is left out or, where it clears something, null. */
export function connectionOf(draft: ProviderDraft) {
  const usesSecret = draft.auth === "client_secret" && draft.client_secret !== "";
  return {
    provider_type: "sentinel" as const,
    workspace_id: draft.workspace_id.trim(),
    tenant_id: draft.tenant_id.trim(),
    ...(draft.client_id.trim() !== "" && { client_id: draft.client_id.trim() }),
    ...(usesSecret && { client_secret: draft.client_secret }),
    auth: draft.auth,
    cloud: draft.cloud,
    writeback_enabled: draft.writeback_enabled,
    subscription_id: orNull(draft.subscription_id),
    resource_group: orNull(draft.resource_group),
    workspace_name: orNull(draft.workspace_name),
  };
}

/** Body of the creation. */
export const createBodyOf = (draft: ProviderDraft) => ({
  name: draft.name.trim(),
  ...connectionOf(draft),
  sync_enabled: draft.sync_enabled,
  sync_interval: draft.sync_interval,
  sync_window: draft.sync_window,
  kql_policy: {
    allowed_tables: linesOf(draft.allowed_tables),
    denied_tables: linesOf(draft.denied_tables),
    allowed_plugins: linesOf(draft.allowed_plugins),
    allowed_scopes: linesOf(draft.allowed_scopes),
    needs_time_bound: draft.needs_time_bound,
  },
});

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Only what differs from `base`: two people who change different fields do not undo each other. */
export function changesOf(draft: ProviderDraft, base: ProviderDraft): UpdateProviderBody {
  const before: Record<string, unknown> = createBodyOf(base);
  const changed = Object.entries(createBodyOf(draft)).filter(
    ([field, value]) => !same(value, before[field]),
  );
  return Object.fromEntries(changed);
}

/** Whether both would reach the same workspace in the same way; a test of one then holds for the other. */
export const isSameConnection = (a: ProviderDraft, b: ProviderDraft): boolean =>
  same(connectionOf(a), connectionOf(b));

/** Fields that differ between two drafts, the secret apart. */
export const differencesOf = (a: ProviderDraft, b: ProviderDraft): DraftField[] => {
  const before: Record<string, unknown> = { ...b };
  const fields: [string, unknown][] = Object.entries(a);
  const names = new Set(fields.filter(([name, value]) => value !== before[name]).map(([n]) => n));
  return FIELDS.filter((field) => field !== "client_secret" && names.has(field));
};

/** In the order of the form. */
const FIELDS: readonly DraftField[] = [
  "name",
  "cloud",
  "auth",
  "workspace_id",
  "tenant_id",
  "client_id",
  "client_secret",
  "subscription_id",
  "resource_group",
  "workspace_name",
  "sync_enabled",
  "sync_interval",
  "sync_window",
  "writeback_enabled",
  "allowed_tables",
  "denied_tables",
  "allowed_plugins",
  "allowed_scopes",
  "needs_time_bound",
];
/** @returns the form's field of that name; undefined for any other text. */
export const fieldNamed = (name: string): DraftField | undefined =>
  FIELDS.find((field) => field === name);

/** How often incidents can be synchronised, in words. */
export const INTERVALS = [
  ["PT1M", "1 minute"],
  ["PT5M", "5 minutes"],
  ["PT15M", "15 minutes"],
  ["PT1H", "1 hour"],
  ["P1D", "1 day"],
] as const;
