/** Failures of a call as the page shows them: the server's problem document, or no connection. */
import type { Problem } from "../../../shared/schemas/problem.ts";

/** A reply that is not 2xx. `problem` is the server's own document where it sent one. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly problem: Problem;
  /** When the server says that another try will do; undefined when it does not. */
  readonly retryAfterMs: number | undefined;

  constructor(problem: Problem, retryAfterMs?: number) {
    super(`${problem.title}: ${problem.detail}`);
    this.problem = problem;
    this.retryAfterMs = retryAfterMs;
  }
}

/** No reply at all: the network is gone or the server is not running. */
export class OfflineError extends Error {
  override readonly name = "OfflineError";

  constructor(cause: unknown) {
    super("The server could not be reached.", { cause });
  }
}

/** Reads a problem document; replies of proxies and gateways become one with what is known. */
export async function problemOf(reply: Response): Promise<Problem> {
  const bare = bareProblem(reply);
  if (!(reply.headers.get("content-type") ?? "").includes("json")) return bare;
  try {
    const body: Partial<Problem> = await reply.json();
    return { ...bare, ...body };
  } catch {
    return bare;
  }
}

/** What is known of a reply without a document of ours. */
const bareProblem = ({ status, statusText, url }: Response): Problem => ({
  type: "about:blank",
  title: statusText || "The request failed",
  status,
  detail: `The server answered ${status}.`,
  code: "",
  instance: url,
  trace_id: "",
});

/** A reply that nobody can read: a proxy's page in place of ours, or one that was cut. */
export const unreadable = (reply: Response): ApiError =>
  new ApiError({
    ...bareProblem(reply),
    title: "The answer could not be read",
    detail: "It was cut, or something between this page and the server gave its own. Try again.",
  });

/** True when somebody else has changed the record since the version that the call named. */
export const isOverrun = (error: unknown): boolean =>
  error instanceof ApiError && error.problem.code === "precondition-failed";

/** Milliseconds of a Retry-After in seconds; undefined when there is none. */
export function retryAfterOf(reply: Response): number | undefined {
  const seconds = Number(reply.headers.get("retry-after") ?? "");
  return seconds > 0 ? seconds * 1000 : undefined;
}

/** True when another try cannot help: the request itself is wrong or not allowed. */
export const isFinal = (error: unknown): boolean =>
  error instanceof ApiError &&
  error.problem.status >= 400 &&
  error.problem.status < 500 &&
  error.problem.status !== 429;

/** How long to wait before the next try: as the server said, or longer after each failure. */
export function retryDelayOf(failures: number, error: unknown): number {
  const told = error instanceof ApiError ? error.retryAfterMs : undefined;
  return told ?? 400 * 2 ** failures;
}
