/** Failures a caller can act on. Anything else is a bug and surfaces as a 500. */

/** The closed list of error codes. Clients branch on these; they never change meaning. */
export type ErrorCode =
  | "malformed-request"
  | "unauthenticated"
  | "forbidden"
  | "not-found"
  | "method-not-allowed"
  | "conflict"
  | "precondition-failed"
  | "too-large"
  | "unsupported-media-type"
  | "invalid-fields"
  | "kql-refused"
  | "rate-limited"
  | "siem-unavailable"
  | "query-timeout"
  | "model-unavailable"
  | "model-rate-limited"
  | "model-timeout"
  | "model-too-large"
  | "model-broken-off"
  | "store-unavailable"
  | "sign-in-unavailable"
  | "queue-unavailable"
  | "lock-lost";

/** One field that is wrong: `pointer` is an RFC 6901 JSON pointer into the body, or `/query/<name>`. */
export interface FieldError {
  pointer: string;
  detail: string;
}

interface AppErrorOptions extends ErrorOptions {
  errors?: readonly FieldError[];
  /** How long the caller should wait before it tries again, in seconds. */
  retryAfterSeconds?: number;
}

export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;
  /** Safe to show to a client. What happened inside goes into `cause`, for the log only. */
  readonly detail: string;
  readonly errors: readonly FieldError[];
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, detail: string, options: AppErrorOptions = {}) {
    super(`${code}: ${detail}`, options);
    this.code = code;
    this.detail = detail;
    this.errors = options.errors ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** A body with faults in these fields. */
export const invalidBody = (errors: readonly FieldError[]): AppError =>
  new AppError("invalid-fields", "The body is not valid.", { errors });

/** A query parameter that cannot be used, named by `/query/…`. */
export const invalidParameter = (parameter: string, detail: string, cause?: unknown): AppError =>
  new AppError("invalid-fields", detail, {
    errors: [{ pointer: `/query/${parameter}`, detail }],
    cause,
  });

/** A cursor that was not given for this list. */
export const foreignCursor = (cause: unknown): AppError =>
  invalidParameter("cursor", "The cursor does not belong to this list.", cause);

/** If-Match names another version than the record has now. @param what changed, in the singular or in the plural. */
export const changedMeanwhile = (what: string): AppError =>
  new AppError(
    "precondition-failed",
    `The ${what} changed meanwhile: read again what is there, then repeat your change.`,
  );

/** A record that does not exist, or that belongs to another tenant: the two look the same. */
export const notFound = (what: string): AppError => new AppError("not-found", `No such ${what}.`);
