/**
 * A door for language models: tools that ask the endpoints of the API, by the Model Context Protocol over streamable
 * HTTP. Stateless: each POST is answered by itself, with JSON. The SDK loads with the first request.
 */
import { z } from "zod";

import { AppError, type FieldError } from "../../shared/domain/errors.ts";
import { JsonObject } from "../../shared/schemas/json.ts";
import { type AnyEndpoint, endpoint } from "./endpoint.ts";
import { ask, type Asker, type InnerRequest } from "./inner.ts";
import { parseBody } from "./parse.ts";
import { isOurs } from "./problem.ts";

const ROUTE = "mcp";

/** One tool: an endpoint with arguments that a model fills in. */
export interface Tool {
  name: string;
  /** What it does and when to use it, for the model. */
  description: string;
  input: z.ZodObject;
  endpoint: AnyEndpoint;
  /** Whether it changes nothing. */
  isReadOnly: boolean;
  /** @throws AppError `invalid-fields` for arguments that are not the tool's. */
  request(input: unknown): InnerRequest;
}

/** Keeps the type of a tool's arguments between their schema and the request. */
export const tool = <Input extends z.ZodObject>(
  declared: Omit<Tool, "request" | "input"> & {
    input: Input;
    request(input: z.output<Input>): InnerRequest;
  },
): Tool => ({
  ...declared,
  request: (input) => {
    // Its own parse gives the type; what is wrong is said in the words of every endpoint.
    parseBody({ body: declared.input }, input);
    return declared.request(declared.input.parse(input));
  },
});

/** One message of JSON-RPC from the client; the server asks nothing of it, so that no answers come. */
const Message = z.strictObject({
  jsonrpc: z.literal("2.0"),
  /** Absent for a notification. */
  id: z.union([z.string().max(200), z.int()]).optional(),
  method: z.string().min(1).max(200),
  params: JsonObject.optional(),
});

const Answer = z.looseObject({ jsonrpc: z.literal("2.0") });

/** The address of MCP, with these tools. */
export const mcpEndpoint = (tools: readonly Tool[], instructions: string): AnyEndpoint =>
  endpoint({
    name: "mcp",
    method: "POST",
    route: ROUTE,
    permission: "signed-in",
    // Clients ask by GET whether there is a stream of events beside the answers: 405 says that there is none (unmatched.ts).
    summary: "Tools for language models by the Model Context Protocol (streamable HTTP).",
    body: Message,
    reply: Answer,
    async handle({ deps, principal, body, origin }) {
      const answer = await answered(tools, instructions, { deps, principal, origin }, body);
      return answer === undefined ? { status: 202 } : { status: 200, body: Answer.parse(answer) };
    },
  });

/** The answer to one message; `undefined` for a notification. */
async function answered(
  tools: readonly Tool[],
  instructions: string,
  asker: Asker,
  message: z.infer<typeof Message>,
): Promise<unknown> {
  const { Server, Transport, ListTools, CallTool } = await sdk();
  const server = new Server(
    { name: "socmate", title: "SoCMate", version: "1.0.0" },
    { capabilities: { tools: {} }, instructions },
  );
  server.setRequestHandler(ListTools, () => ({ tools: tools.map(listed) }));
  server.setRequestHandler(CallTool, async ({ params }) => {
    const called = tools.find(({ name }) => name === params.name);
    if (called === undefined) return failed("not-found", `There is no tool ${params.name}.`);
    return await result(called, asker, params.arguments ?? {});
  });
  const transport = new Transport({ enableJsonResponse: true });
  await server.connect(transport);
  try {
    const request = new Request(new URL(`/api/${ROUTE}`, asker.origin), {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
      },
    });
    const response = await transport.handleRequest(request, { parsedBody: message });
    if (response.status === 202) return undefined;
    if (response.ok) return await response.json();
    throw new AppError("malformed-request", "The message is not a valid MCP message.");
  } finally {
    await server.close();
  }
}

async function sdk() {
  const [{ Server }, { WebStandardStreamableHTTPServerTransport }, types] = await Promise.all([
    import("@modelcontextprotocol/sdk/server/index.js"),
    import("@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js"),
    import("@modelcontextprotocol/sdk/types.js"),
  ]);
  return {
    Server,
    Transport: WebStandardStreamableHTTPServerTransport,
    ListTools: types.ListToolsRequestSchema,
    CallTool: types.CallToolRequestSchema,
  };
}

const InputSchema = z.looseObject({
  type: z.literal("object"),
  properties: z.record(z.string(), z.looseObject({})).optional(),
});

const listed = ({ name, description, input, isReadOnly }: Tool) => ({
  name,
  description,
  inputSchema: InputSchema.parse(z.toJSONSchema(input, { io: "input" })),
  annotations: { readOnlyHint: isReadOnly, destructiveHint: false, openWorldHint: false },
});

/** A failure is a result as well: the model reads it and can do better. What failed on our side is told to the log alone. */
async function result(called: Tool, asker: Asker, input: unknown) {
  try {
    const body = await ask(called.endpoint, asker, called.request(input));
    const structured = JsonObject.safeParse(body);
    return {
      content: [{ type: "text" as const, text: JSON.stringify(body) }],
      ...(structured.success && { structuredContent: structured.data }),
    };
  } catch (error) {
    if (isOurs(error)) asker.deps.log.error("mcp.failed", { tool: called.name, error });
    if (!(error instanceof AppError)) return failed("internal", "Something failed on our side.");
    const { code, detail, errors, retryAfterSeconds } = error;
    const wait = retryAfterSeconds === undefined ? "" : ` Wait ${Math.ceil(retryAfterSeconds)} s.`;
    const fields = errors.map((one) => ` ${nameOf(one)}: ${one.detail}`).join("");
    const said = errors.length > 0 ? "The arguments are not valid." : detail;
    return failed(code, `${said}${wait}${fields}`);
  }
}

/** The argument's name as the tool has it: `severity`, or `severity.0` for one of a list. */
const nameOf = ({ pointer }: FieldError): string =>
  pointer.replace(/^\/(?:query\/|headers\/)?/, "").replaceAll("/", ".");

const failed = (code: string, detail: string) => ({
  content: [{ type: "text" as const, text: `${code}: ${detail}` }],
  isError: true,
});
