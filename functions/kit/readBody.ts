/** Reads a request body: size, content type, JSON, and that none of it stands in place of the headers. */
import type { HttpRequest } from "@azure/functions";

import { AppError } from "../../shared/domain/errors.ts";
import { refuseForgedHeadersIn } from "./forgedHeaders.ts";

/** Largest body that is kept; above it the reply is 413. */
export const MAX_BODY_BYTES = 5 * 1024 * 1024;

/**
 * `undefined` when there is no body. A body that is too large is still read to its end: leaving early
 * hangs the connection's next request in the host.
 * @throws AppError `too-large`, `unsupported-media-type` or `malformed-request`.
 */
export async function readJsonBody(request: HttpRequest): Promise<unknown> {
  const bytes = await readAll(request);
  if (bytes.length === 0) return undefined;
  const type = (request.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") {
    refuseForgedHeadersIn(jsonIn(bytes));
    throw new AppError("unsupported-media-type", "Send the body as application/json.");
  }
  let json: unknown;
  try {
    json = parsed(bytes);
  } catch (error) {
    throw new AppError("malformed-request", "The body is not valid JSON in UTF-8.", {
      cause: error,
    });
  }
  refuseForgedHeadersIn(json);
  return json;
}

/** Why a caller is not signed in who was: a field of the body replaced the headers, the bearer token with them. */
export async function causeOf(error: unknown, request: HttpRequest): Promise<unknown> {
  if (!(error instanceof AppError) || error.code !== "unauthenticated") return error;
  // HTTP has every request name its host: who has none lost it. Others' bodies are not looked into before sign-in.
  if (request.headers.has("host") || request.body === null || request.bodyUsed) return error;
  try {
    refuseForgedHeadersIn(jsonIn(await readAll(request)));
    return error;
  } catch (forged) {
    return forged instanceof AppError && forged.code === "malformed-request" ? forged : error;
  }
}

const parsed = (bytes: Uint8Array): unknown =>
  JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));

/** `undefined` for what is no JSON. */
function jsonIn(bytes: Uint8Array): unknown {
  try {
    return parsed(bytes);
  } catch {
    return undefined;
  }
}

/** Reads what is left of a body that nobody wants. */
export async function discardBody(request: HttpRequest): Promise<void> {
  if (request.body === null || request.bodyUsed) return;
  try {
    await request.body.pipeTo(new WritableStream());
  } catch {
    // The client went away: there is nothing left to read.
  }
}

async function readAll(request: HttpRequest): Promise<Uint8Array> {
  if (request.body === null) return new Uint8Array();
  const kept: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    const bytes = typeof chunk === "string" ? Buffer.from(chunk) : new Uint8Array(chunk);
    size += bytes.length;
    if (size <= MAX_BODY_BYTES) kept.push(bytes);
    else kept.length = 0;
  }
  if (size > MAX_BODY_BYTES) throw new AppError("too-large", "The body is larger than 5 MB.");
  return Buffer.concat(kept);
}
