/** Requests and replies of the SIEM provider administration (seed 002). */
import { z } from "zod";

import {
  ConnectionCheck,
  Health,
  ProviderAuth,
  ProviderCloud,
  ProviderKqlPolicy,
  SiemProvider,
} from "./providers.ts";
import { SetAsideRow } from "./setAsideRows.ts";
import { partsAreFine } from "./wholeBody.ts";

/** Azure shows GUIDs here; other texts are taken and the connection test says what is wrong with them. */
const Identifier = z
  .string()
  .trim()
  .max(100)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, "Use letters, digits, dots, dashes and underscores.");
/** A GUID, or a domain such as contoso.onmicrosoft.com. */
const DirectoryId = z
  .string()
  .trim()
  .max(253)
  .regex(/^[A-Za-z0-9][A-Za-z0-9.-]*$/, "Give the tenant's id or one of its domains.");
const Secret = z
  .string()
  .min(1)
  .max(1000)
  .regex(/^(?:\S(?:.*\S)?)?$/, "The secret has white space around it or a line break in it.");
const Name = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^\P{Cc}*$/u, "A name has no control characters.")
  .refine((name) => name.toLowerCase() !== "sentinel" && !name.toLowerCase().startsWith("sip_"), {
    error: '"sentinel" means the default provider and "sip_" begins an id: choose another name.',
  });
const SubscriptionId = z.guid("Give the subscription's id, a GUID.");
const ResourceGroup = z
  .string()
  .max(90)
  .regex(/^[\p{L}\p{N}_().-]*[\p{L}\p{N}_()-]$/u, "This is no name of a resource group.");
const WorkspaceName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9-]{1,61}[A-Za-z0-9]$/, "This is no name of a workspace.");

const armAddress = {
  subscription_id: SubscriptionId.nullable().optional(),
  resource_group: ResourceGroup.nullable().optional(),
  workspace_name: WorkspaceName.nullable().optional(),
};
const connection = {
  provider_type: z.literal("sentinel"),
  workspace_id: Identifier,
  /** The Entra tenant of the app registration. */
  tenant_id: DirectoryId,
  client_id: Identifier.optional(),
  client_secret: Secret.optional(),
  auth: ProviderAuth.default("client_secret"),
  cloud: ProviderCloud.default("public"),
  writeback_enabled: z.boolean().default(false),
  ...armAddress,
};

/** Asked also when other fields are wrong, so that one reply names all that is missing. */
const always = { when: () => true };
const Partly = z.looseObject({
  auth: z.unknown().optional(),
  client_id: z.unknown().optional(),
  client_secret: z.unknown().optional(),
  provider_id: z.unknown().optional(),
});
type Partly = z.infer<typeof Partly>;

/** Whether the rule holds for what was sent, as far as it was an object. */
const rule =
  (holds: (body: Partly) => boolean) =>
  (body: unknown): boolean => {
    const parsed = Partly.safeParse(body);
    return !parsed.success || holds(parsed.data);
  };
const isBySecret = ({ auth }: Partly): boolean => auth === undefined || auth === "client_secret";
const hasClient = rule((body) => !isBySecret(body) || body.client_id !== undefined);
const hasSecret = rule((body) => !isBySecret(body) || body.client_secret !== undefined);
const hasSecretOrProvider = rule(
  (body) => !isBySecret(body) || body.client_secret !== undefined || body.provider_id !== undefined,
);
const noSecret = rule(
  (body) => body.auth !== "managed_identity" || body.client_secret === undefined,
);

const CLIENT_MISSING = { path: ["client_id"], error: "Give the app registration's client id." };
const SECRET_MISSING = { path: ["client_secret"], error: "Give the app registration's secret." };
const SECRET_UNUSED = { path: ["client_secret"], error: "A managed identity has no secret." };

/** Body of POST /api/admin/siem-providers/test: nothing of it is stored. */
export const ProviderTestBody = z
  .strictObject({
    ...connection,
    /** Takes the secret of this saved provider when none is given: a changed form can be tested without typing it. */
    provider_id: z.string().min(1).max(100).optional(),
  })
  .refine(hasClient, { ...CLIENT_MISSING, ...always })
  .refine(hasSecretOrProvider, { ...SECRET_MISSING, ...always })
  .refine(noSecret, { ...SECRET_UNUSED, ...always });
export type ProviderTestBody = z.infer<typeof ProviderTestBody>;

/** Body of POST /api/admin/siem-providers. */
export const CreateProviderBody = z
  .strictObject({
    name: Name,
    ...connection,
    sync_enabled: z.boolean().default(true),
    /** PT1M to P1D. */
    sync_interval: z.iso.duration().default("PT5M"),
    /** PT5M to P90D. */
    sync_window: z.iso.duration().default("P1D"),
    kql_policy: ProviderKqlPolicy.prefault({}),
  })
  .refine(hasClient, { ...CLIENT_MISSING, ...always })
  .refine(hasSecret, { ...SECRET_MISSING, ...always })
  .refine(noSecret, { ...SECRET_UNUSED, ...always });
export type CreateProviderBody = z.infer<typeof CreateProviderBody>;

/** Body of PATCH /api/admin/siem-providers/{id}: what is left out stays as it is. */
export const UpdateProviderBody = z
  .strictObject({
    name: Name.optional(),
    provider_type: z.literal("sentinel").optional(),
    workspace_id: Identifier.optional(),
    tenant_id: DirectoryId.optional(),
    client_id: Identifier.optional(),
    client_secret: Secret.optional(),
    auth: ProviderAuth.optional(),
    cloud: ProviderCloud.optional(),
    sync_enabled: z.boolean().optional(),
    sync_interval: z.iso.duration().optional(),
    sync_window: z.iso.duration().optional(),
    writeback_enabled: z.boolean().optional(),
    kql_policy: ProviderKqlPolicy.optional(),
    ...armAddress,
  })
  .refine((body) => Object.values(body).some((value) => value !== undefined), {
    error: "Name at least one field to change.",
    when: partsAreFine,
  });
export type UpdateProviderBody = z.infer<typeof UpdateProviderBody>;

/** A provider as administrators see it. The secret never leaves: only its last four characters, or none. */
export const ProviderView = SiemProvider.pick({
  id: true,
  name: true,
  provider_type: true,
  status: true,
  workspace_id: true,
  /** The Entra tenant, as in the bodies. */
  tenant_id: true,
  auth: true,
  cloud: true,
  is_default: true,
  sync_enabled: true,
  sync_interval: true,
  sync_window: true,
  writeback_enabled: true,
  kql_policy: true,
  subscription_id: true,
  resource_group: true,
  workspace_name: true,
  last_health_check: true,
  last_health_status: true,
  last_health_checks: true,
  created_by: true,
  created_at: true,
  updated_at: true,
}).extend({
  client_id: z.string().nullable(),
  client_secret_masked: z.string().nullable(),
});
export type ProviderView = z.infer<typeof ProviderView>;

/** How a provider's synchronisation stands: when it last went well, and what went wrong since. */
export const ProviderSync = z.object({
  last_success_at: z.iso.datetime().nullable(),
  error: z.object({ code: z.string(), detail: z.string(), at: z.iso.datetime() }).nullable(),
  /** Rows of Sentinel's that could not be taken over; `is_more` when there are more than are kept. */
  set_aside: z.object({ count: z.int().nonnegative(), is_more: z.boolean() }),
});
export type ProviderSync = z.infer<typeof ProviderSync>;

/** One provider with how its synchronisation stands, and the rows that were set aside, newest first. */
export const ProviderDetail = ProviderView.extend({
  last_sync: ProviderSync,
  set_aside_rows: z.array(SetAsideRow),
});

export const ProviderList = z.object({
  providers: z.array(ProviderView.extend({ last_sync: ProviderSync })),
  total: z.int(),
});

/** Reply of both connection tests. `message` is the same for every failure; `checks` say what is wrong. */
export const ProviderTestReply = z.object({
  status: Health,
  message: z.string(),
  latency_ms: z.number().nonnegative(),
  checks: z.array(ConnectionCheck),
});
export type ProviderTestReply = z.infer<typeof ProviderTestReply>;

export const DefaultProviderReply = z.object({ message: z.string() });
