/** Calls an endpoint as the host would, on behalf of a given principal: everything but the token check is the real path. */
import { HttpRequest, InvocationContext } from "@azure/functions";

import { edge } from "../../functions/edge.ts";
import { type AnyEndpoint, toHttpHandler } from "../../functions/kit/endpoint.ts";
import { AppError } from "../domain/errors.ts";
import type { Deps } from "../ports/deps.ts";
import { Json } from "../schemas/json.ts";
import type { Principal } from "../schemas/principal.ts";

export interface TestRequest {
  /** Who calls; nobody is signed in when it is left out. */
  as?: Principal;
  /** Values of the route, e.g. `{ number: 12345 }`. */
  params?: Readonly<Record<string, string | number>>;
  /** A list repeats the parameter. */
  query?: Readonly<Record<string, string | number | readonly string[]>>;
  /** Sent as JSON; a string is sent as it is. */
  body?: Json;
  headers?: Readonly<Record<string, string>>;
}

export interface TestReply {
  status: number;
  headers: Headers;
  /** `null` for a reply without a body, or with one that is not JSON. */
  json: Json;
  /** The body as it was sent. */
  text: string;
}

/** Sends one request through parsing, permission check, handler and error mapping. */
export async function call(
  endpoint: AnyEndpoint,
  deps: Deps,
  request: TestRequest = {},
): Promise<TestReply> {
  const handler = toHttpHandler(
    endpoint,
    deps,
    async () => {
      if (request.as === undefined) throw new AppError("unauthenticated", "Send a bearer token.");
      return request.as;
    },
    edge,
  );
  const hasBody = request.body !== undefined;
  const incoming = new HttpRequest({
    method: endpoint.method,
    url: urlOf(endpoint.route, request),
    headers: { ...(hasBody && { "content-type": "application/json" }), ...request.headers },
    ...(hasBody && { body: { string: textOf(request.body ?? null) } }),
  });
  const context = new InvocationContext({ invocationId: "test", functionName: endpoint.name });
  const reply = await handler(incoming, context);
  const text =
    reply.body instanceof ReadableStream
      ? await new Response(reply.body).text()
      : typeof reply.body === "string"
        ? reply.body
        : reply.body instanceof Uint8Array
          ? Buffer.from(reply.body).toString()
          : "";
  const isJson = typeof reply.body === "string" || reply.body instanceof Uint8Array;
  return {
    status: reply.status ?? 200,
    headers: new Headers(Object.entries(reply.headers ?? {}).map(([k, v]) => [k, String(v)])),
    json: isJson ? Json.parse(JSON.parse(text)) : null,
    text,
  };
}

function urlOf(route: string, { params = {}, query = {} }: TestRequest): string {
  const path = route.replaceAll(/\{(\w+)(?::\w+)?\}/g, (_all, name: string) =>
    encodeURIComponent(String(params[name])),
  );
  const url = new URL(`http://127.0.0.1/api/${path}`);
  for (const [name, value] of Object.entries(query)) {
    const values = typeof value === "object" ? value : [String(value)];
    for (const one of values) url.searchParams.append(name, one);
  }
  return url.href;
}

const textOf = (body: Json): string => (typeof body === "string" ? body : JSON.stringify(body));
