/** The simulated services as an HTTP client: the real SDKs run on it as they run on the network. */
import {
  createHttpHeaders,
  type HttpClient,
  type PipelineRequest,
  type PipelineResponse,
  RestError,
} from "@azure/core-rest-pipeline";

import type { Faults, ServiceTarget } from "./faults.ts";
import type { Limits } from "./throttle.ts";
import { createWire, halfOf, type Wire } from "./wire.ts";
import type { WireReply, WireRequest } from "./wireReply.ts";
import type { Workspace } from "./workspace.ts";

const HOSTS: Readonly<Record<string, ServiceTarget>> = {
  "api.loganalytics.io": "loganalytics",
  "api.loganalytics.azure.com": "loganalytics",
  "login.microsoftonline.com": "login",
  // Where a virtual machine asks for the token of its identity.
  "169.254.169.254": "login",
  "graph.microsoft.com": "graph",
  "management.azure.com": "arm",
};

/** The client of a wire of its own to these tenants. */
export const createTenantHttpClient = (
  tenants: readonly Workspace[],
  faults?: Faults,
  limits?: Limits,
): HttpClient => httpClientOf(createWire(tenants, faults, limits));

/** Answers for the hosts of the simulated services; any other cannot be found. Nothing reaches the network. */
export function httpClientOf(wire: Wire): HttpClient {
  return {
    sendRequest: async (request) => {
      const url = new URL(request.url);
      const target = HOSTS[url.host];
      if (target === undefined)
        throw lost(request, "ENOTFOUND", `getaddrinfo ENOTFOUND ${url.host}`);
      const signal = signalOf(request);
      try {
        const answer = await wire.answer(target, wireRequest(request, url), signal.signal);
        if (answer.kind === "cut") throw lost(request, "ECONNRESET", "socket hang up");
        const { reply } = answer;
        const body = answer.kind === "half" ? halfOf(reply.body) : reply.body;
        return pipelineResponse(request, { ...reply, body });
      } finally {
        signal.release();
      }
    },
  };
}

const lost = (request: PipelineRequest, code: string, message: string): RestError =>
  new RestError(message, { code, request });

function wireRequest(request: PipelineRequest, url: URL): WireRequest {
  const body = typeof request.body === "string" ? request.body : "";
  const headers = request.headers.toJSON();
  return { method: request.method, url, service: url.origin, headers, body };
}

/** The platform's signal for the pipeline's own kind. */
function signalOf({ abortSignal }: PipelineRequest): { signal: AbortSignal; release(): void } {
  const abort = new AbortController();
  const onAbort = (): void => abort.abort();
  abortSignal?.addEventListener("abort", onAbort);
  return {
    signal: abort.signal,
    release: () => abortSignal?.removeEventListener("abort", onAbort),
  };
}

const pipelineResponse = (request: PipelineRequest, reply: WireReply): PipelineResponse => ({
  request,
  status: reply.status,
  headers: createHttpHeaders({ ...reply.headers }),
  bodyAsText: reply.body,
});
