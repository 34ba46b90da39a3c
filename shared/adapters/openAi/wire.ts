/** Our words as chat completions, and chat completions in our words. */
import type { ChatCompletionCreateParams } from "openai/resources/chat/completions";
import { z } from "zod";

import type {
  ChatMessage,
  ChatReply,
  ChatRequest,
  TokenUsage,
} from "../../schemas/modelExchanges.ts";
import type { ModelAbilities } from "../../schemas/models.ts";
import { messagesInWords, schemaInWords, toolCallInWords } from "./inWords.ts";

type Body = ChatCompletionCreateParams;

/** How a request is put, by what the endpoint understands. */
export function bodyOf(request: ChatRequest, modelId: string, abilities: ModelAbilities): Body {
  const inWords = usesWords(request, abilities);
  const { tools, response_schema: shape, max_output_tokens } = request;
  const worded = inWords ? messagesInWords(request.messages, tools) : request.messages;
  const hasSchema = shape !== undefined && abilities.json_schema !== false;
  const messages = shape !== undefined && !hasSchema ? schemaInWords(worded, shape.schema) : worded;
  return {
    model: modelId,
    messages: messages.map(messageOf),
    ...streamingOf(abilities),
    [abilities.output_limit ?? "max_tokens"]: max_output_tokens,
    ...(tools.length > 0 &&
      !inWords && {
        tools: tools.map(({ name, description, parameters }) => ({
          type: "function" as const,
          function: { name, description, parameters, strict: true },
        })),
        tool_choice: tools.length === 1 ? ("required" as const) : ("auto" as const),
      }),
    ...(hasSchema && {
      response_format: {
        type: "json_schema" as const,
        json_schema: { name: shape.name, schema: shape.schema, strict: true },
      },
    }),
  };
}

/** Streams say of themselves what they counted only when they are asked to. */
function streamingOf({ streaming }: ModelAbilities): Pick<Body, "stream" | "stream_options"> {
  if (streaming === "none") return {};
  if (streaming === "without_usage") return { stream: true };
  return { stream: true, stream_options: { include_usage: true } };
}

const usesWords = (request: ChatRequest, abilities: ModelAbilities): boolean =>
  request.tools.length > 0 && (abilities.tools === false || request.tools_in_words === true);

function messageOf(message: ChatMessage): Body["messages"][number] {
  if (message.role !== "assistant") return message;
  const { role, content, tool_calls: calls } = message;
  const tool_calls = calls.map(({ id, name, arguments: text }) => ({
    id,
    type: "function" as const,
    function: { name, arguments: text },
  }));
  return tool_calls.length === 0 ? { role, content: content ?? "" } : { role, content, tool_calls };
}

const Usage = z
  .looseObject({
    prompt_tokens: z.int().nonnegative(),
    completion_tokens: z.int().nonnegative(),
    prompt_tokens_details: z
      .looseObject({ cached_tokens: z.int().nonnegative().nullish() })
      .nullish(),
  })
  .nullish()
  .catch(null);

/** Endpoints differ in what they leave out: only a choice with a message is needed. */
const Completion = z.looseObject({
  model: z.string().catch(""),
  choices: z
    .array(
      z.looseObject({
        finish_reason: z.string().nullish(),
        message: z.looseObject({
          content: z.string().nullish(),
          refusal: z.string().nullish(),
          tool_calls: z
            .array(
              z.looseObject({
                id: z.string().catch("call"),
                function: z.looseObject({
                  name: z.string(),
                  arguments: z.union([
                    z.string(),
                    z.record(z.string(), z.json()).transform((value) => JSON.stringify(value)),
                  ]),
                }),
              }),
            )
            .nullish(),
        }),
      }),
    )
    .min(1),
  usage: Usage,
});

/** `undefined` when the answer has not the shape of a chat completion. */
export function replyOf(
  answer: unknown,
  request: ChatRequest,
  abilities: ModelAbilities,
): ChatReply | undefined {
  const { data } = Completion.safeParse(answer);
  const choice = data?.choices[0];
  if (data === undefined || choice === undefined) return undefined;
  const { content, refusal, tool_calls: calls } = choice.message;
  const given = (calls ?? []).map(({ id, function: of }) => ({
    id,
    name: of.name,
    arguments: of.arguments,
  }));
  const inWords = usesWords(request, abilities) ? toolCallInWords(content ?? "") : undefined;
  const tool_calls = inWords === undefined ? given : [inWords];
  return {
    text: content ?? refusal ?? null,
    tool_calls,
    finish: finishOf(choice.finish_reason, typeof refusal === "string", tool_calls.length > 0),
    usage: usageOf(data.usage),
    answered_by: data.model.slice(0, 200),
    abilities: seen(request, abilities, given.length > 0),
  };
}

function finishOf(
  reason: string | null | undefined,
  isRefusal: boolean,
  hasCalls: boolean,
): ChatReply["finish"] {
  if (reason === "content_filter") return "content_filter";
  if (isRefusal) return "refusal";
  if (reason === "length") return "length";
  return hasCalls ? "tool_calls" : "stop";
}

function usageOf(usage: z.infer<typeof Usage>): TokenUsage | null {
  if (usage === null || usage === undefined) return null;
  const { prompt_tokens: input_tokens, completion_tokens: output_tokens } = usage;
  const cached = usage.prompt_tokens_details?.cached_tokens ?? 0;
  return { input_tokens, output_tokens, cached_input_tokens: Math.min(cached, input_tokens) };
}

/** What an accepted request says of the endpoint. */
const seen = (
  request: ChatRequest,
  abilities: ModelAbilities,
  hasCalls: boolean,
): ModelAbilities => ({
  tools: hasCalls ? true : abilities.tools,
  json_schema:
    request.response_schema !== undefined && abilities.json_schema === null
      ? true
      : abilities.json_schema,
  output_limit: abilities.output_limit,
  streaming: abilities.streaming ?? "with_usage",
});
