/** Runs an HTTP function for one request: streamed through the library's proxy, or buffered when streaming is off. */
import { randomUUID } from "node:crypto";
import type { Server } from "node:http";
import { Readable } from "node:stream";

import { bindingData } from "./bindingData.ts";
import { answerBuffered } from "./bufferedFunction.ts";
import { answerDirectly } from "./directAnswer.ts";
import type { ClientResponse } from "./clientResponse.ts";
import type { Registry } from "./core.ts";
import type { FunctionRequest } from "./functionRequest.ts";
import { invoke } from "./invoke.ts";
import type { RouteMatch } from "./routes.ts";

/** Answers the request; a function that throws or returns nothing usable is a 500 without a body. */
export async function answer(
  registry: Registry,
  proxy: Server | undefined,
  match: RouteMatch,
  request: FunctionRequest,
  response: ClientResponse,
): Promise<void> {
  try {
    if (proxy === undefined) await answerBuffered(registry, match, request, response);
    else await answerStreamed(registry, proxy, match, request, response);
  } catch (error) {
    registry.log("error", describe(error), match.fn.metadata.name);
    response.refuse(500);
  }
}

const describe = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : `Thrown: ${String(error)}`;

async function answerStreamed(
  registry: Registry,
  proxy: Server,
  { fn, params, names }: RouteMatch,
  request: FunctionRequest,
  response: ClientResponse,
): Promise<void> {
  const invocationId = randomUUID();
  proxy.emit("request", forwarded(request, invocationId), response);
  const { query } = request.target;
  const { body, headers } = request;
  await invoke(registry, fn, {
    data: {},
    invocationId,
    intercept: (result) => answerDirectly(result, invocationId, response),
    triggerMetadata: bindingData({ query, body, params, names, headers }),
  });
  // A function that returned undefined or null has sent nothing: the real host gives up on it with a 500.
  if (!response.isStarted) response.refuse(500);
}

/** What the library reads of a request on its proxy: four members, and the bytes when there can be a body. */
function forwarded(request: FunctionRequest, invocationId: string): object {
  const { method, target, host } = request;
  const members = {
    method,
    url: target.rawPath + target.query,
    headers: {
      "x-ms-invocation-id": invocationId,
      "x-forwarded-host": host,
      "x-forwarded-proto": "http",
    },
  };
  if (method === "GET" || method === "HEAD") return members;
  const chunks = request.chunks ?? (request.body?.length ? [request.body] : []);
  return Object.assign(Readable.from(chunks, { objectMode: false }), members);
}
