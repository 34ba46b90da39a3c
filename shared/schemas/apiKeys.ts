/** API keys: what an administrator gives to one integration, and what is shown of it afterwards. */
import { z } from "zod";

import { listOf } from "./page.ts";
import { Permission } from "./principal.ts";

const Time = z.iso.datetime();
const Line = z
  .string()
  .trim()
  .regex(/^\P{Cc}*$/u, "Leave out control characters.");
/** A network such as 203.0.113.0/24 or 2001:db8::/32, or one address. */
const Network = z.union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()], {
  error: "Give a network such as 203.0.113.0/24 or 2001:db8::/32, or one address.",
});

/** What a key may do: nothing of administration, and no list of people. */
export const KeyScope = Permission.extract(
  [
    "incidents:read",
    "incidents:write",
    "incidents:writeback",
    "investigations:read",
    "investigations:write",
    "kql:analyze",
    "hunting:run",
    "notifications:read",
    "search:read",
    "graph:read",
    "schedules:read",
    "schedules:write",
    "schedules:run",
  ],
  {
    error: ({ input }) => {
      const known = Permission.safeParse(input).data;
      return (
        known && `A key cannot have ${known}: keys never administer, nor read the list of people.`
      );
    },
  },
);

/** Body of POST /api/admin/api-keys. */
export const CreateApiKeyBody = z.strictObject({
  name: Line.min(1).max(100),
  description: Line.max(500).default(""),
  scopes: z.array(KeyScope).min(1).max(50),
  expires_in_days: z.int().min(1).max(3650).default(365),
  /** Requests in any minute, over all instances. */
  rate_limit_per_minute: z.int().min(1).max(10_000).default(100),
  /** Where the key may be used from; empty means anywhere. */
  allowed_cidrs: z.array(Network).max(50).default([]),
});
export type CreateApiKeyBody = z.infer<typeof CreateApiKeyBody>;

/** Query of POST /api/admin/api-keys/{id}/rotate. */
export const RotateApiKeyQuery = z.strictObject({
  /** How long the secret before this one still opens; 0 ends it at once. */
  overlap_hours: z.coerce.number().int().min(0).max(168).default(24),
});
export type RotateApiKeyQuery = z.infer<typeof RotateApiKeyQuery>;

export const ApiKeyParams = z.strictObject({ id: z.string().min(1).max(60) });

/** Document `key` of container apiKeys; its partition is the public part of the key's text. */
export const ApiKeyRecord = z.object({
  type: z.literal("key"),
  id: z.literal("key"),
  key_id: z.string(),
  /** The SoCMate tenant that owns it. */
  tenant_id: z.string(),
  name: z.string(),
  description: z.string(),
  scopes: z.array(Permission),
  rate_limit_per_minute: z.int(),
  allowed_cidrs: z.array(z.string()),
  /** Peppered hash of the whole key, hex. */
  secret_hash: z.string(),
  /** The secret before the last rotation, as long as it still opens. */
  previous: z.object({ secret_hash: z.string(), valid_until: Time }).nullable(),
  expires_at: Time,
  rotated_at: Time.nullable(),
  revoked_at: Time.nullable(),
  revoked_by: z.string().nullable(),
  created_by: z.string(),
  created_at: Time,
  updated_at: Time,
});
export type ApiKeyRecord = z.infer<typeof ApiKeyRecord>;

/** Document `use` beside it: written now and then, not with each request. */
export const ApiKeyUse = z.object({
  last_used_at: Time,
  /** Address of the last use; `null` when the front end did not tell. */
  last_used_from: z.string().nullable(),
  /** Requests by day (UTC), the last 30 days that had any. */
  days: z.record(z.iso.date(), z.int().nonnegative()),
});
export type ApiKeyUse = z.infer<typeof ApiKeyUse>;

export const ApiKeyStatus = z.enum(["active", "expired", "revoked"]);
export type ApiKeyStatus = z.infer<typeof ApiKeyStatus>;

export const ApiKeyView = z
  .object({
    id: z.string(),
    /** The public part of the key's text: `sk_live_{key_id}_…`. */
    key_id: z.string(),
    name: z.string(),
    description: z.string(),
    scopes: z.array(Permission),
    rate_limit_per_minute: z.int(),
    allowed_cidrs: z.array(z.string()),
    status: ApiKeyStatus,
    expires_at: Time,
    /** Until when the secret before the last rotation opens too; `null` when it does not. */
    previous_valid_until: Time.nullable(),
    last_used_at: Time.nullable(),
    last_used_from: z.string().nullable(),
    /** Requests by day, oldest first; days without any are left out. */
    uses: z.array(z.object({ day: z.iso.date(), count: z.int().nonnegative() })),
    rotated_at: Time.nullable(),
    revoked_at: Time.nullable(),
    revoked_by: z.string().nullable(),
    created_by: z.string(),
    created_at: Time,
    updated_at: Time,
  })
  .meta({ id: "ApiKey" });
export type ApiKeyView = z.infer<typeof ApiKeyView>;

/** Reply of a creation or a rotation: the only time that the key itself is shown. */
export const IssuedApiKey = ApiKeyView.extend({
  api_key: z.string(),
  header_name: z.literal("X-API-Key"),
}).meta({ id: "IssuedApiKey" });
export type IssuedApiKey = z.infer<typeof IssuedApiKey>;

export const ApiKeyList = listOf(ApiKeyView);
