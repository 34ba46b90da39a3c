/**
 * Answers the ordinary results of an HTTP function (plain object, text, bytes or JSON) at once instead of through the
 * library's web `Response` and its stream, which costs more than everything else on the path. What could come out
 * differently there (cookies, streams, odd statuses and headers) is left to the library.
 */
import type { ClientResponse } from "./clientResponse.ts";

const BODILESS = new Set([204, 205, 304]);
const TOKEN = /^[\w!#$%&'*+\-.^`|~]+$/;
/** No white space at the ends: a web `Headers` would take it off. */
const VALUE = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;
/** Headers that the library holds back, or that this file does not want to compute with. */
const LEFT_TO_LIBRARY =
  /^(?:connection|keep-alive|proxy-.*|te|trailers?|transfer-encoding|upgrade|set-cookie|content-length)$/i;

/** True when the result was answered; false when nothing was done. */
export function answerDirectly(
  result: unknown,
  invocationId: string,
  response: ClientResponse,
): boolean {
  if (!isPlain(result)) return false;
  const { status = 200, headers = {}, body, jsonBody, ...others } = result;
  if (Object.keys(others).length > 0) return false;
  if (!isOrdinaryStatus(status) || !isPlain(headers)) return false;
  const content = contentOf(body, jsonBody);
  const pairs = headerPairs(headers);
  if (content === undefined || pairs === undefined) return false;
  if (!pairs.has("content-type")) pairs.set("content-type", content.type);
  for (const [name, value] of pairs) if (value !== undefined) response.setHeader(name, value);
  response.setHeader("x-ms-invocation-id", invocationId);
  response.statusCode = status;
  response.endWith(content.bytes);
  return true;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

const isOrdinaryStatus = (status: unknown): status is number =>
  typeof status === "number" &&
  Number.isInteger(status) &&
  status >= 200 &&
  status <= 599 &&
  !BODILESS.has(status);

/** Bytes and the type that a web `Response` would give them; undefined for no body, or one that is not ordinary. */
function contentOf(
  body: unknown,
  jsonBody: unknown,
): { bytes: string | Uint8Array; type: string | undefined } | undefined {
  if (jsonBody !== undefined && jsonBody !== null) {
    // A value that JSON cannot write is left to the library as well: it throws or sends the word "undefined".
    if (typeof jsonBody !== "object") return undefined;
    const text: unknown = JSON.stringify(jsonBody);
    return typeof text === "string" ? { bytes: text, type: "application/json" } : undefined;
  }
  if (typeof body === "string" && body !== "")
    return { bytes: body, type: "text/plain;charset=UTF-8" };
  if (Buffer.isBuffer(body) && body.length > 0) return { bytes: body, type: undefined };
  return undefined;
}

function headerPairs(
  headers: Record<string, unknown>,
): Map<string, string | undefined> | undefined {
  const pairs = new Map<string, string | undefined>();
  for (const [name, value] of Object.entries(headers)) {
    const isOrdinary =
      typeof value === "string" &&
      VALUE.test(value) &&
      TOKEN.test(name) &&
      !LEFT_TO_LIBRARY.test(name);
    if (!isOrdinary || pairs.has(name.toLowerCase())) return undefined;
    pairs.set(name.toLowerCase(), value);
  }
  return pairs;
}
