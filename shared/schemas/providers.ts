/** SIEM providers: the Sentinel workspaces a tenant has connected. */
import { z } from "zod";

/** A secret under envelope encryption: only its key wrapper can open it, only in its own place. */
export const SealedSecret = z.object({
  v: z.literal(1),
  enc: z.literal("A256GCM"),
  kid: z.string(),
  alg: z.string(),
  wrapped: z.string(),
  iv: z.string(),
  ct: z.string(),
  tag: z.string(),
});
export type SealedSecret = z.infer<typeof SealedSecret>;

/** Stands for a stored secret that is damaged beyond its shape: no wrapper knows the key, so opening it is refused. */
const UNREADABLE: SealedSecret = {
  v: 1,
  enc: "A256GCM",
  kid: "unreadable",
  alg: "none",
  wrapped: "",
  iv: "",
  ct: "",
  tag: "",
};

export const ProviderAuth = z.enum(["client_secret", "managed_identity"]);
export type ProviderAuth = z.infer<typeof ProviderAuth>;

/** Which of Microsoft's clouds the workspace is in. */
export const ProviderCloud = z.enum(["public", "usgov", "china"]);
export type ProviderCloud = z.infer<typeof ProviderCloud>;

const Names = z.array(z.string().min(1).max(200)).max(200);

/** What queries on the workspace may do beyond, or short of, what every query may do. */
export const ProviderKqlPolicy = z.strictObject({
  /** Only these tables may be read; empty: all of the workspace. */
  allowed_tables: Names.default([]),
  denied_tables: Names.default([]),
  /** Plugins besides bag_unpack, narrow and pivot. */
  allowed_plugins: Names.default([]),
  /** Functions that reach other workspaces, e.g. `workspace`, allowed by name. */
  allowed_scopes: Names.default([]),
  /** Whether every table needs a bound of its own on TimeGenerated. */
  needs_time_bound: z.boolean().default(false),
});
export type ProviderKqlPolicy = z.infer<typeof ProviderKqlPolicy>;

/** One step of a connection test, in words an administrator can act on. */
export const ConnectionCheck = z.object({
  name: z.enum(["token", "query", "incidents_table", "graph", "arm"]),
  state: z.enum(["ok", "failed", "skipped"]),
  detail: z.string(),
});
export type ConnectionCheck = z.infer<typeof ConnectionCheck>;

export const Health = z.enum(["healthy", "error"]);
export type Health = z.infer<typeof Health>;

/**
 * One provider as it is stored: document `sip_…` of partition (tenant_id). Fields with a default are absent from
 * records that were written before the field existed.
 */
export const SiemProvider = z.object({
  type: z.literal("provider"),
  id: z.string(),
  /** The SoCMate tenant that owns it. */
  tenant_id: z.string(),
  name: z.string(),
  provider_type: z.literal("sentinel"),
  status: z.enum(["active", "error", "inactive"]),
  is_default: z.boolean(),
  workspace_id: z.string(),
  /** Entra tenant of the workspace's app registration. */
  azure_tenant_id: z.string(),
  /** Empty for a managed identity. */
  client_id: z.string(),
  auth: ProviderAuth,
  client_secret: SealedSecret.optional().catch(UNREADABLE),
  /** Last four characters of the secret; absent when it is too short to show any. */
  client_secret_end: z.string().optional(),
  cloud: ProviderCloud.default("public"),
  sync_enabled: z.boolean(),
  /** How often its incidents are synchronised: ISO 8601 duration. */
  sync_interval: z.iso.duration().default("PT5M"),
  /** How far the first sync looks back: ISO 8601 duration. */
  sync_window: z.iso.duration(),
  /** Whether changes may be written back to Sentinel. */
  writeback_enabled: z.boolean().default(false),
  kql_policy: ProviderKqlPolicy.prefault({}),
  /** Where Azure Resource Manager finds the workspace: all three or not usable. */
  subscription_id: z.string().nullable().default(null),
  resource_group: z.string().nullable().default(null),
  workspace_name: z.string().nullable().default(null),
  last_health_check: z.iso.datetime().nullable().default(null),
  last_health_status: Health.nullable().default(null),
  /** What the last health check tried; empty before the first. */
  last_health_checks: z.array(ConnectionCheck).default([]),
  /** E-mail or name of who added it; `null` when nobody did. */
  created_by: z.string().nullable().default(null),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
});
export type SiemProvider = z.infer<typeof SiemProvider>;

/** How the synchronisation of one provider stands: document `sync:<tenant>:<provider>` of container control. */
export const SyncState = z.object({
  type: z.literal("sync"),
  id: z.string(),
  tenant_id: z.string(),
  provider_id: z.string(),
  /** Newest LastModifiedTime that was taken over; absent before the first sync ended. */
  cursor: z.iso.datetime().optional(),
  /** Where the first sync began to look; no later one looks further back. */
  covered_from: z.iso.datetime().optional(),
  /** The workspace that all of this is of; absent from records of before it was kept. */
  workspace_id: z.string().optional(),
  /** How far a run has come that has not ended: all changes from `from` to `reached` were taken over by `at`. */
  walk: z
    .object({ from: z.iso.datetime(), reached: z.iso.datetime(), at: z.iso.datetime() })
    .optional(),
  last_success_at: z.iso.datetime().optional(),
  last_attempt_at: z.iso.datetime().optional(),
  /** What went wrong in the last attempt; absent when it went well. */
  error: z.object({ code: z.string(), detail: z.string(), at: z.iso.datetime() }).optional(),
  /** Sentinel asked us to wait until then. */
  retry_at: z.iso.datetime().optional(),
  /** Fencing number of the run that wrote this; a run with a smaller one has been overtaken and may not write. */
  fence: z.int().nonnegative(),
});
export type SyncState = z.infer<typeof SyncState>;
