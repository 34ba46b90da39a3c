/** What the SDK throws, in our words. */
import { AppError } from "../../domain/errors.ts";

export interface Failure {
  /** The HTTP status; `undefined` when no answer arrived. */
  status: number | undefined;
  /** What the status means more exactly, e.g. 1002 beside 404. */
  substatus: number | undefined;
  retryAfterMs: number | undefined;
}

const DEFAULT_RETRY_AFTER_MS = 1_000;
/** Beside 404: the replica that was asked has not caught up with this client. The document may well exist. */
const READ_SESSION_NOT_AVAILABLE = 1002;
/** Timed out at the service, gone or being moved, too many requests, asked to retry, down. */
const UNAVAILABLE_STATUSES: ReadonlySet<number> = new Set([408, 410, 429, 449, 500, 502, 503, 504]);

/** Reads status and delay from an error. `items.batch` wraps the error it met, so the cause counts first. */
export function failureOf(error: unknown): Failure {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return {
    status: numberIn(inner, "code"),
    substatus: numberIn(inner, "substatus"),
    retryAfterMs: numberIn(inner, "retryAfterInMs"),
  };
}

/** Whether the request may have been carried out although no answer, or no clear one, arrived. */
export const isUncertain = ({ status }: Failure): boolean =>
  status === undefined || status === 408 || status >= 500;

/**
 * Whether a 404 means that the document does not exist.
 * @throws AppError `store-unavailable` when it only means that the replica is behind.
 */
export function isAbsent({ status, substatus }: Pick<Failure, "status" | "substatus">): boolean {
  if (status === 404 && substatus === READ_SESSION_NOT_AVAILABLE) throw behindSession(undefined);
  return status === 404;
}

/** @throws what the error means: AppError, or the error itself when it is a bug. */
export function translate(error: unknown): never {
  if (error instanceof AppError) throw error;
  const { status, substatus, retryAfterMs = DEFAULT_RETRY_AFTER_MS } = failureOf(error);
  if (status === 404 && substatus === READ_SESSION_NOT_AVAILABLE) throw behindSession(error);
  if (status === 413) {
    throw new AppError("too-large", "The batch is too large for the store.", { cause: error });
  }
  if (status === 401 || status === 403) {
    throw new AppError("store-unavailable", "The store refuses the program's identity.", {
      cause: error,
    });
  }
  if (status === undefined ? !isTransport(error) : !UNAVAILABLE_STATUSES.has(status)) throw error;
  throw new AppError("store-unavailable", "The store is busy or cannot be reached.", {
    cause: error,
    retryAfterSeconds: Math.ceil(retryAfterMs / 1000),
  });
}

/** Node's and the SDK's connection errors carry a code of letters, e.g. `ECONNRESET`; a bug in our code carries none. */
export function isTransport(error: unknown): boolean {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return inner instanceof Error && "code" in inner && typeof inner.code === "string";
}

const behindSession = (cause: unknown): AppError =>
  new AppError("store-unavailable", "The store has not caught up with its last writes.", {
    cause,
    retryAfterSeconds: DEFAULT_RETRY_AFTER_MS / 1000,
  });

function numberIn(
  error: unknown,
  name: "code" | "substatus" | "retryAfterInMs",
): number | undefined {
  if (typeof error !== "object" || error === null || !(name in error)) return undefined;
  const value = Object.entries(error).find(([key]) => key === name)?.[1];
  return typeof value === "number" ? value : undefined;
}
