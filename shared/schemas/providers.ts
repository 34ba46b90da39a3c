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

/** One provider as it is stored: document `sip_…` of partition (tenant_id). */
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
  client_id: z.string(),
  auth: z.enum(["client_secret", "managed_identity"]),
  client_secret: SealedSecret.optional(),
  sync_enabled: z.boolean(),
  /** How far the first sync looks back: ISO 8601 duration. */
  sync_window: z.iso.duration(),
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
