/** Translates what the Service Bus SDK throws. */
import { AppError } from "../../domain/errors.ts";

/** After several retries the SDK throws an AggregateError without a code: its last error has one. */
const codeOf = (error: unknown): unknown => {
  const last: unknown = error instanceof AggregateError ? error.errors.at(-1) : error;
  return last instanceof Error && "code" in last ? last.code : undefined;
};

/**
 * Runs one call of the SDK.
 * @throws AppError `lock-lost`, `too-large`, or `queue-unavailable` for every other failure but a misuse of the SDK.
 */
export async function translateErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof AppError || cause instanceof TypeError || cause instanceof RangeError) {
      throw cause;
    }
    const code = codeOf(cause);
    if (code === "MessageLockLost" || code === "MessageNotFound") {
      throw new AppError("lock-lost", "The message's lock has ended.", { cause });
    }
    if (code === "MessageSizeExceeded") {
      throw new AppError("too-large", "The message is too large for the queue.", { cause });
    }
    throw new AppError("queue-unavailable", "The queue cannot be reached.", { cause });
  }
}
