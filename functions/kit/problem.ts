/** The only place where a failure becomes an HTTP status. Shape: RFC 9457 problem details. */
import { AppError, type ErrorCode } from "../../shared/domain/errors.ts";
import type { Problem } from "../../shared/schemas/problem.ts";

const STATUS: Readonly<Record<ErrorCode, readonly [status: number, title: string]>> = {
  "malformed-request": [400, "Malformed request"],
  unauthenticated: [401, "Not signed in"],
  forbidden: [403, "Not allowed"],
  "not-found": [404, "Not found"],
  "method-not-allowed": [405, "Method not allowed"],
  conflict: [409, "Conflict"],
  "precondition-failed": [412, "Changed meanwhile"],
  "too-large": [413, "Too large"],
  "unsupported-media-type": [415, "Unsupported media type"],
  "invalid-fields": [422, "Invalid fields"],
  "kql-refused": [422, "Query refused"],
  "rate-limited": [429, "Too many requests"],
  "siem-unavailable": [503, "Sentinel is unavailable"],
  "query-timeout": [503, "The query took too long"],
  "model-unavailable": [503, "The model is unavailable"],
  "model-rate-limited": [503, "The model is busy"],
  "model-timeout": [503, "The model took too long"],
  "model-too-large": [503, "The answer of the model is too large"],
  "model-broken-off": [503, "The answer of the model broke off"],
  "sign-in-unavailable": [503, "Sign-in is unavailable"],
  "store-unavailable": [503, "The store is unavailable"],
  "queue-unavailable": [503, "The queue is unavailable"],
  "lock-lost": [409, "Lock lost"],
};

/** Whether the failure is on our side, which an operator has to see in the log. */
export const isOurs = (error: unknown): boolean =>
  !(error instanceof AppError) || STATUS[error.code][0] >= 500;

export interface ProblemReply {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** Maps a failure to its reply. What is not an AppError is a bug: 500, with nothing of it in the body. */
export function problem(
  error: unknown,
  at: { instance: string; traceId: string },
  headers: Readonly<Record<string, string>>,
): ProblemReply {
  const known = error instanceof AppError ? error : undefined;
  const [status, title] = known === undefined ? [500, "Internal error"] : STATUS[known.code];
  const code = known?.code ?? "internal";
  const body: Problem = {
    type: `urn:socmate:problem:${code}`,
    title,
    status,
    detail: known?.detail ?? "Something failed on our side; quote the trace id.",
    code,
    instance: at.instance,
    trace_id: at.traceId,
    ...(known !== undefined && known.errors.length > 0 && { errors: [...known.errors] }),
  };
  return {
    status,
    headers: {
      ...headers,
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      ...(status === 401 && { "www-authenticate": "Bearer" }),
      ...(known?.retryAfterSeconds !== undefined && {
        "retry-after": String(Math.max(1, Math.ceil(known.retryAfterSeconds))),
      }),
    },
    body: JSON.stringify(body),
  };
}
