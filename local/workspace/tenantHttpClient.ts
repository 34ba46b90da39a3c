/** The simulated services as an HTTP client: the real SDKs run on it as they run on the network. */
import {
  createHttpHeaders,
  type HttpClient,
  type PipelineRequest,
  type PipelineResponse,
  RestError,
} from "@azure/core-rest-pipeline";

import type { Clock } from "../../shared/ports/clock.ts";
import { answerArm } from "./arm.ts";
import { armError } from "./armIncidents.ts";
import { createEntra, type Entra, loginError } from "./entra.ts";
import {
  createFaults,
  type Fault,
  type Faults,
  retryAfterOf,
  type ServiceTarget,
  waitFor,
} from "./faults.ts";
import { answerGraph, graphError } from "./graph.ts";
import { createLogAnalytics } from "./logAnalytics.ts";
import { type Limits, LOG_ANALYTICS_LIMITS } from "./throttle.ts";
import { serviceError, statusError, type WireReply, type WireRequest } from "./wireReply.ts";
import type { Workspace } from "./workspace.ts";

const HOSTS: Readonly<Record<string, ServiceTarget>> = {
  "api.loganalytics.io": "loganalytics",
  "api.loganalytics.azure.com": "loganalytics",
  "login.microsoftonline.com": "login",
  "graph.microsoft.com": "graph",
  "management.azure.com": "arm",
};
/** Five at once as in the service; how many in 30 seconds is limited only when LOG_ANALYTICS_LIMITS is given. */
const QUEUE_ONLY: Limits = { ...LOG_ANALYTICS_LIMITS, requests: Infinity, waiting: Infinity };

/**
 * Answers for the token endpoint, Graph, Resource Manager and the workspaces of these tenants; any other host cannot be found. Nothing
 * reaches the network.
 */
export function createTenantHttpClient(
  tenants: readonly Workspace[],
  faults: Faults = createFaults(),
  limits: Limits = QUEUE_ONLY,
): HttpClient {
  const clock: Clock = { now: () => tenants[0]?.now() ?? new Date(0) };
  const entra = createEntra(tenants, clock);
  const logAnalytics = createLogAnalytics(tenants, entra, limits);
  const services: Record<
    ServiceTarget,
    (wire: WireRequest, struck: Fault[]) => Promise<WireReply>
  > = {
    login: async (wire) => entra.answer(wire),
    graph: async (wire) => answerGraph(tenants, wire, entra),
    arm: async (wire) => answerArm(tenants, wire, entra),
    loganalytics: (wire, struck) => logAnalytics.answer(wire, struck),
  };
  return {
    sendRequest: async (request) => {
      const url = new URL(request.url);
      const target = HOSTS[url.host];
      if (target === undefined)
        throw lost(request, "ENOTFOUND", `getaddrinfo ENOTFOUND ${url.host}`);
      const wire = wireRequest(request, url);
      const struck = faults.strike(target);
      await delay(struck, request);
      if (struck.some(({ kind }) => kind === "disconnect"))
        throw lost(request, "ECONNRESET", "socket hang up");
      const reply =
        faultReply(target, struck, wire, entra, clock) ?? (await services[target](wire, struck));
      return pipelineResponse(request, cut(reply, struck));
    },
  };
}

const lost = (request: PipelineRequest, code: string, message: string): RestError =>
  new RestError(message, { code, request });

function wireRequest(request: PipelineRequest, url: URL): WireRequest {
  const body = typeof request.body === "string" ? request.body : "";
  return { method: request.method, url, headers: request.headers.toJSON(), body };
}

/** Waits as long as the latency faults say; an aborted request ends at once. */
async function delay(struck: readonly Fault[], { abortSignal }: PipelineRequest): Promise<void> {
  const abort = new AbortController();
  const onAbort = (): void => abort.abort();
  abortSignal?.addEventListener("abort", onAbort);
  try {
    await waitFor(struck, abort.signal);
  } finally {
    abortSignal?.removeEventListener("abort", onAbort);
  }
}

/** What a fault answers instead of the service; undefined when the service answers. */
function faultReply(
  target: ServiceTarget,
  struck: readonly Fault[],
  request: WireRequest,
  entra: Entra,
  clock: Clock,
): WireReply | undefined {
  for (const fault of struck) {
    const wait = retryAfterOf(fault);
    if (fault.kind === "status")
      return withHeaders(failure(target, fault.status ?? 500, clock), wait);
    if (fault.kind === "error_code") {
      const code = fault.code ?? (target === "login" ? "AADSTS7000222" : "GeneralError");
      return withHeaders(codeReply(target, fault.status, code, clock), wait);
    }
    if (fault.kind === "expired_token") {
      entra.revoke((request.headers["authorization"] ?? "").replace(/^Bearer /i, ""));
      return codeReply(target, 401, "ExpiredTokenError", clock);
    }
  }
  return undefined;
}

const withHeaders = (reply: WireReply, headers: Readonly<Record<string, string>>): WireReply => ({
  ...reply,
  headers: { ...reply.headers, ...headers },
});

const failure = (target: ServiceTarget, status: number, clock: Clock): WireReply => {
  if (target === "login")
    return loginError(
      status,
      "server_error",
      "AADSTS90033: A transient error has occurred.",
      clock,
    );
  if (target === "loganalytics") return statusError(status);
  return codeReply(target, status, status === 403 ? "Forbidden" : "GeneralError", clock);
};

/** The error with a code, as the service writes it. */
function codeReply(
  target: ServiceTarget,
  status: number | undefined,
  code: string,
  clock: Clock,
): WireReply {
  if (target === "login")
    return loginError(status ?? 401, "invalid_client", `${code}: The sign-in was refused.`, clock);
  const write = { graph: graphError, arm: armError, loganalytics: serviceError }[target];
  return write(status ?? 400, code, "The request was refused");
}

/** Half of the answer, as when the connection ends early and nobody notices. */
const cut = (reply: WireReply, struck: readonly Fault[]): WireReply =>
  struck.some(({ kind }) => kind === "truncated")
    ? { ...reply, body: reply.body.slice(0, Math.floor(reply.body.length / 2)) }
    : reply;

const pipelineResponse = (request: PipelineRequest, reply: WireReply): PipelineResponse => ({
  request,
  status: reply.status,
  headers: createHttpHeaders({ ...reply.headers }),
  bodyAsText: reply.body,
});
