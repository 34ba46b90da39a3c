/** An endpoint on loopback that speaks chat completions as Azure OpenAI and its likes do, and answers by script. */
import {
  createServer,
  type IncomingHttpHeaders,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createTlsServer } from "node:https";

import { z } from "zod";

import { stream, type StreamForm, type Whole } from "./stream.ts";

const Body = z.looseObject({
  model: z.string(),
  messages: z.array(
    z.looseObject({
      role: z.string(),
      content: z.string().nullish(),
      tool_calls: z.array(z.looseObject({})).optional(),
    }),
  ),
  tools: z
    .array(z.looseObject({ function: z.looseObject({ name: z.string(), strict: z.boolean() }) }))
    .optional(),
  response_format: z.looseObject({ type: z.string() }).optional(),
  max_tokens: z.int().optional(),
  max_completion_tokens: z.int().optional(),
  stream: z.boolean().optional(),
  stream_options: z.looseObject({ include_usage: z.boolean() }).optional(),
});
export type ChatBody = z.infer<typeof Body>;

export interface ChatCall {
  /** With the query. */
  path: string;
  headers: IncomingHttpHeaders;
  body: ChatBody;
}

/** What the endpoint does with one request. Where a stream is asked for, answers come as one, in the form. */
export type Answer =
  | {
      kind: "tools";
      calls: readonly { name: string; arguments: unknown }[];
      usage?: Usage | null;
      form?: StreamForm;
    }
  | {
      kind: "text";
      text: string;
      finish?: "stop" | "length" | "content_filter";
      usage?: Usage | null;
      form?: StreamForm;
    }
  | { kind: "refusal"; text: string; form?: StreamForm }
  | { kind: "status"; status: number; body?: unknown; headers?: Record<string, string> }
  /** Bytes that are no chat completion, as JSON or not. */
  | { kind: "raw"; text: string }
  /** A stream of these bytes. */
  | { kind: "events"; text: string }
  /** So many bytes of answer; a stream in pieces of 10 kB. */
  | { kind: "large"; bytes: number }
  /** Headers, and then nothing. */
  | { kind: "silent" }
  | { kind: "disconnect" };

export interface Usage {
  prompt_tokens: number;
  completion_tokens: number;
  prompt_tokens_details?: { cached_tokens: number };
}

const USAGE: Usage = { prompt_tokens: 1000, completion_tokens: 100 };

/** Decides by the request; the number counts from 1. @throws to fail the test's request with 500. */
export type Script = (call: ChatCall, number: number) => Answer;

export class OpenAiDouble {
  readonly calls: ChatCall[] = [];
  /** Answers that nobody stayed for: their connection was closed by the other side. */
  leftEarly = 0;
  #script: Script;
  #server: Server | undefined;

  constructor(script: Script = () => ({ kind: "text", text: "ready" })) {
    this.#script = script;
  }

  /** Answers the next requests so, one each, and the last one for ever. */
  static answering(...answers: readonly Answer[]): OpenAiDouble {
    return new OpenAiDouble((_, number) => {
      const answer = answers[Math.min(number, answers.length) - 1];
      if (answer === undefined) throw new Error("Nothing was scripted.");
      return answer;
    });
  }

  does(script: Script): void {
    this.#script = script;
    this.calls.length = 0;
  }

  /** @param tls serves HTTPS with this certificate. */
  async start(tls?: { key: string; cert: string }): Promise<this> {
    const answer: RequestListener = (request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const body = Body.safeParse(JSON.parse(Buffer.concat(chunks).toString() || "{}"));
        if (!body.success) return send(response, 400, { error: { message: "No chat request." } });
        const { url: path = "", headers } = request;
        response.on("close", () => (this.leftEarly += response.writableFinished ? 0 : 1));
        const call = { path, headers, body: body.data };
        this.calls.push(call);
        this.#answer(response, call);
      });
    };
    const server = tls === undefined ? createServer(answer) : createTlsServer(tls, answer);
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return this;
  }

  /** What `api_base` is set to. */
  get url(): string {
    return `http://127.0.0.1:${this.port}/v1`;
  }

  get port(): number {
    const address = this.#server?.address();
    if (typeof address !== "object" || address === null) throw new Error("Not started.");
    return address.port;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  #answer(response: ServerResponse, call: ChatCall): void {
    const answer = this.#script(call, this.calls.length);
    if (answer.kind === "disconnect") response.destroy();
    else if (answer.kind === "silent") response.writeHead(200).flushHeaders();
    else if (answer.kind === "status")
      send(response, answer.status, answer.body ?? {}, answer.headers);
    else if (answer.kind === "events") response.writeHead(200, EVENTS_TYPE).end(answer.text);
    else if (answer.kind === "raw") response.writeHead(200, JSON_TYPE).end(answer.text);
    else {
      const whole = wholeOf(call, answer);
      const form = "form" in answer ? answer.form : undefined;
      if (call.body.stream === true) void stream(response, whole, form);
      else send(response, 200, completion(whole));
    }
  }
}

const EVENTS_TYPE = { "content-type": "text/event-stream" };
const JSON_TYPE = { "content-type": "application/json" };

type Spoken = Extract<Answer, { kind: "tools" | "text" | "refusal" | "large" }>;

function wholeOf({ body }: ChatCall, answer: Spoken): Whole {
  const model = `${body.model}-2026-01-01`;
  const said = { model, content: null, finish: "stop", usage: USAGE };
  if (answer.kind === "refusal") return { ...said, refusal: answer.text };
  if (answer.kind === "large") return { ...said, content: "x".repeat(answer.bytes) };
  const usage = answer.usage === undefined ? USAGE : answer.usage;
  if (answer.kind === "text") {
    return { ...said, content: answer.text, finish: answer.finish ?? "stop", usage };
  }
  const tool_calls = answer.calls.map(({ name, arguments: given }, i) => ({
    id: `call_${body.messages.length}_${i}`,
    type: "function",
    function: { name, arguments: typeof given === "string" ? given : JSON.stringify(given) },
  }));
  return { ...said, tool_calls, finish: "tool_calls", usage };
}

const completion = ({ model, finish, usage, ...message }: Whole) => ({
  id: "chatcmpl-1",
  object: "chat.completion",
  created: 1,
  model,
  choices: [{ index: 0, finish_reason: finish, message: { role: "assistant", ...message } }],
  ...(usage !== null && { usage }),
});

function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { ...JSON_TYPE, ...headers }).end(JSON.stringify(body));
}

/** As Azure refuses what its filter minds in a question. */
export const FILTERED: Answer = {
  kind: "status",
  status: 400,
  body: {
    error: {
      code: "content_filter",
      param: "prompt",
      status: 400,
      message: "The response was filtered due to the prompt triggering the policy.",
      innererror: { code: "ResponsibleAIPolicyViolation" },
    },
  },
};
