/** One exchange with a language model, in our words: what was asked, what came back, as it is stored for replay. */
import { z } from "zod";

import { JsonObject } from "./json.ts";
import { ModelAbilities } from "./models.ts";

/** `arguments` is the text as the model wrote it: it may be no JSON at all. */
export const ToolCall = z.object({ id: z.string(), name: z.string(), arguments: z.string() });
export type ToolCall = z.infer<typeof ToolCall>;

export const ChatMessage = z.discriminatedUnion("role", [
  z.object({ role: z.literal("system"), content: z.string() }),
  z.object({ role: z.literal("user"), content: z.string() }),
  z.object({
    role: z.literal("assistant"),
    content: z.string().nullable(),
    tool_calls: z.array(ToolCall),
  }),
  z.object({ role: z.literal("tool"), tool_call_id: z.string(), content: z.string() }),
]);
export type ChatMessage = z.infer<typeof ChatMessage>;

export const ChatRequest = z.object({
  messages: z.array(ChatMessage),
  tools: z.array(z.object({ name: z.string(), description: z.string(), parameters: JsonObject })),
  /** The answer's shape; JSON Schema in the strict subset: every property required, no others. */
  response_schema: z.object({ name: z.string(), schema: JsonObject }).optional(),
  max_output_tokens: z.int().positive(),
  /** Tells requests apart that are the same in words, e.g. two judgements of one evidence. Not sent. */
  sample: z.int().optional(),
  /** Tools are described in words, because the endpoint did not use them. */
  tools_in_words: z.boolean().optional(),
});
export type ChatRequest = z.infer<typeof ChatRequest>;

/** Tokens as the endpoint counted them. */
export const TokenUsage = z.object({
  input_tokens: z.int().nonnegative(),
  cached_input_tokens: z.int().nonnegative(),
  output_tokens: z.int().nonnegative(),
});
export type TokenUsage = z.infer<typeof TokenUsage>;

export const ChatReply = z.object({
  text: z.string().nullable(),
  tool_calls: z.array(ToolCall),
  /** `length`: the answer was cut off. `content_filter`: of the question or of the answer. */
  finish: z.enum(["stop", "tool_calls", "length", "content_filter", "refusal"]),
  /** `null` when the endpoint did not count. */
  usage: TokenUsage.nullable(),
  /** What the endpoint says answered, e.g. `gpt-4o-2024-08-06`; empty when it does not. */
  answered_by: z.string(),
  /** Tries before this one whose answers broke off after they had begun: they may be charged for. */
  lost_tries: z.int().positive().optional(),
  /** What was seen of the endpoint in this exchange. */
  abilities: ModelAbilities,
});
export type ChatReply = z.infer<typeof ChatReply>;

/** Document `exchange:<turn>:<hash>` of a session: written before anything is done with the answer. */
export const ModelExchange = z.object({
  id: z.string(),
  type: z.literal("exchange"),
  tenant_id: z.string(),
  session_id: z.string(),
  /** From 1, in the order of the run. */
  turn: z.int().positive(),
  /** SHA-256 over the request's canonical JSON, hex. */
  prompt_hash: z.string(),
  /** Where the request's JSON lies in the blob store. */
  request_blob: z.string(),
  /** Where the reply's JSON lies in the blob store. */
  reply_blob: z.string(),
  model_name: z.string(),
  model_id: z.string(),
  at: z.iso.datetime(),
});
export type ModelExchange = z.infer<typeof ModelExchange>;
