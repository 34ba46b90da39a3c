/** For endpoints that know no tools or no schema: the same asked for in words, and read from the answer's text. */
import { z } from "zod";

import { Json, type JsonObject } from "../../schemas/json.ts";
import type { ChatMessage, ChatRequest, ToolCall } from "../../schemas/modelExchanges.ts";

/** Tools as part of the first message; their calls and results as plain messages. */
export function messagesInWords(
  messages: readonly ChatMessage[],
  tools: ChatRequest["tools"],
): ChatMessage[] {
  const list = tools.map(
    ({ name, description, parameters }) =>
      `- ${name}: ${description}\n  arguments, as JSON Schema: ${JSON.stringify(parameters)}`,
  );
  const how = [
    "You have these tools:",
    ...list,
    'Answer with one JSON object and nothing else: {"tool": "<name>", "arguments": {…}}.',
  ].join("\n");
  const worded = messages.map((message): ChatMessage => {
    if (message.role === "tool") return { role: "user", content: `Result:\n${message.content}` };
    if (message.role !== "assistant" || message.tool_calls.length === 0) return message;
    const calls = message.tool_calls.map(({ name, arguments: text }) =>
      JSON.stringify({ tool: name, arguments: parsed(text) ?? {} }),
    );
    return { role: "assistant", content: calls.join("\n"), tool_calls: [] };
  });
  const [first, ...rest] = worded;
  if (first?.role !== "system") return [{ role: "system", content: how }, ...worded];
  return [{ role: "system", content: `${first.content}\n\n${how}` }, ...rest];
}

export function schemaInWords(messages: readonly ChatMessage[], schema: JsonObject): ChatMessage[] {
  const how = `Answer with one JSON object of this JSON Schema and nothing else: ${JSON.stringify(schema)}`;
  return [...messages, { role: "user", content: how }];
}

const Worded = z.looseObject({
  tool: z.string(),
  arguments: z.record(z.string(), Json).default({}),
});

/** The call that a text makes; `undefined` when it makes none. */
export function toolCallInWords(text: string): ToolCall | undefined {
  const from = text.indexOf("{");
  const to = text.lastIndexOf("}");
  const { data } = Worded.safeParse(from === -1 ? undefined : parsed(text.slice(from, to + 1)));
  if (data === undefined) return undefined;
  return { id: "call_in_words", name: data.tool, arguments: JSON.stringify(data.arguments) };
}

function parsed(text: string): Json | undefined {
  try {
    return Json.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
