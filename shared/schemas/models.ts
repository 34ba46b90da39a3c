/** Language models: what a tenant's administrators have set up, and what is shown of it. */
import { z } from "zod";

import { SealedSecret } from "./providers.ts";
import { partsAreFine } from "./wholeBody.ts";

const Time = z.iso.datetime();

export const ModelProvider = z.enum(["azure", "openai_compatible"]);
export type ModelProvider = z.infer<typeof ModelProvider>;

/** US dollars for a million tokens. */
export const ModelPrices = z.strictObject({
  input_per_million: z.number().nonnegative().max(10_000),
  /** Left out: cached tokens cost as much as others. */
  cached_input_per_million: z.number().nonnegative().max(10_000).optional(),
  output_per_million: z.number().nonnegative().max(10_000),
});
export type ModelPrices = z.infer<typeof ModelPrices>;

/** What the endpoint was seen to understand; `null` as long as nobody knows. */
export const ModelAbilities = z.object({
  tools: z.boolean().nullable(),
  json_schema: z.boolean().nullable(),
  /** Which name the endpoint has for the bound of its answer. */
  output_limit: z.enum(["max_completion_tokens", "max_tokens"]).nullable(),
  /** How the endpoint streams: counting its tokens at the end, without it, or not at all. */
  streaming: z.enum(["with_usage", "without_usage", "none"]).nullable().default(null),
});
export type ModelAbilities = z.infer<typeof ModelAbilities>;

export const UNKNOWN_ABILITIES: ModelAbilities = {
  tools: null,
  json_schema: null,
  output_limit: null,
  streaming: null,
};

export const ModelAuth = z.enum(["api_key", "managed_identity", "none"]);
export type ModelAuth = z.infer<typeof ModelAuth>;

/** One model as it is stored, in the tenant's document `models`. */
export const ModelRecord = z.object({
  model_name: z.string(),
  /** The SoCMate tenant that owns it. */
  tenant_id: z.string(),
  provider: ModelProvider,
  /** Azure: the deployment; else the model's name at the endpoint. */
  model_id: z.string(),
  /** Azure: `https://name.openai.azure.com`; else the address that `/chat/completions` is added to. */
  api_base: z.string(),
  auth: ModelAuth,
  api_key: SealedSecret.optional(),
  /** Last four characters of the key; absent when it is too short to show any. */
  api_key_end: z.string().optional(),
  api_version: z.string().nullable(),
  prices: ModelPrices.nullable(),
  /** How many tokens a request may have. */
  context_tokens: z.int(),
  is_default: z.boolean(),
  abilities: ModelAbilities,
  last_test: z.object({ at: Time, status: z.enum(["healthy", "error"]) }).nullable(),
  created_by: z.string().nullable(),
  created_at: Time,
  updated_at: Time,
});
export type ModelRecord = z.infer<typeof ModelRecord>;

export const ModelName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
    "Begin with a letter or digit; use letters, digits, dots, dashes and underscores.",
  );
const ModelId = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}\s]+$/u, "A model's id has no white space.");
const ApiBase = z
  .url({ protocol: /^https?$/, error: "Give the address of the endpoint, with https://." })
  .max(500);
const ApiKey = z.string().min(1).max(1000).regex(/^\S+$/, "The key has white space in it.");
const ApiVersion = z.string().regex(/^[A-Za-z0-9.-]{1,40}$/, "E.g. 2024-10-21.");

const settings = {
  provider: ModelProvider,
  model_id: ModelId,
  api_base: ApiBase,
  api_version: ApiVersion.nullable(),
  prices: ModelPrices.nullable(),
  context_tokens: z.int().min(4_000).max(2_000_000),
  is_default: z.boolean(),
};

/** Body of POST /api/admin/models. Without a key Azure is asked by the deployment's identity, others without any. */
export const CreateModelBody = z.strictObject({
  ...settings,
  model_name: ModelName,
  api_version: settings.api_version.default(null),
  prices: settings.prices.default(null),
  context_tokens: settings.context_tokens.default(64_000),
  /** A tenant's first model is its default in any case. */
  is_default: settings.is_default.default(false),
  api_key: ApiKey.optional(),
});
export type CreateModelBody = z.infer<typeof CreateModelBody>;

/** Body of PATCH /api/admin/models/{name}: what is left out stays; `api_key: null` removes the key. */
export const UpdateModelBody = z
  .strictObject({ ...settings, api_key: ApiKey.nullable() })
  .partial()
  .refine((body) => Object.values(body).some((value) => value !== undefined), {
    error: "Name at least one field to change.",
    when: partsAreFine,
  });
export type UpdateModelBody = z.infer<typeof UpdateModelBody>;

/** A model as administrators see it. The key never leaves: only its last four characters, or none. */
export const ModelView = ModelRecord.omit({ tenant_id: true, api_key: true, api_key_end: true })
  .extend({
    api_key_masked: z.string().nullable(),
    /** `settings`: comes with the deployment and cannot be changed here. */
    source: z.enum(["tenant", "settings"]),
  })
  .meta({ id: "Model" });
export type ModelView = z.infer<typeof ModelView>;

export const ModelList = z.object({ items: z.array(ModelView), total: z.int() });

/** Reply of GET /api/v1/models: names alone, for who starts investigations. */
export const ModelNames = z.object({
  items: z.array(z.object({ model_name: z.string(), is_default: z.boolean() })),
  total: z.int(),
});

/** One step of a model's test, in words an administrator can act on. */
export const ModelCheck = z.object({
  name: z.enum(["answer", "tools", "json_schema"]),
  state: z.enum(["ok", "fallback", "failed", "skipped"]),
  detail: z.string(),
});
export type ModelCheck = z.infer<typeof ModelCheck>;

/** Reply of POST /api/admin/models/{name}/test. */
export const ModelTestReply = z.object({
  status: z.enum(["healthy", "error"]),
  message: z.string(),
  latency_ms: z.number().nonnegative(),
  checks: z.array(ModelCheck),
});
export type ModelTestReply = z.infer<typeof ModelTestReply>;
