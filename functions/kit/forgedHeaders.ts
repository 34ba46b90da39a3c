/**
 * A query key or a top-level field of a JSON body named `headers`, in any case: the host lets it replace every header of
 * the request, the address that an API key is bound to included. Both are refused.
 */
import { AppError } from "../../shared/domain/errors.ts";

/** @throws AppError `malformed-request`. */
export function refuseForgedHeaders(url: URL): void {
  if ([...url.searchParams.keys()].some((key) => key.toLowerCase() === "headers")) {
    throw new AppError("malformed-request", "A query parameter may not be named headers.");
  }
}

/** @throws AppError `malformed-request`. */
export function refuseForgedHeadersIn(json: unknown): void {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return;
  if (!Object.keys(json).some((key) => key.toLowerCase() === "headers")) return;
  throw new AppError(
    "malformed-request",
    "A field of the body may not be named headers: the host takes it for the headers of the request.",
  );
}
