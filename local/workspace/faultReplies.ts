/** Replies that a fault gives instead of the service, each in that service's words. */
import type { Clock } from "../../shared/ports/clock.ts";
import { armError } from "./armCall.ts";
import { type Entra, loginError } from "./entra.ts";
import { type Fault, retryAfterOf, type ServiceTarget } from "./faults.ts";
import { graphError } from "./graph.ts";
import {
  bearerOf,
  serviceError,
  statusError,
  type WireReply,
  type WireRequest,
} from "./wireReply.ts";

/** What a fault answers instead of the service; undefined when the service answers. */
export function faultReply(
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
      entra.revoke(bearerOf(request));
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
