/** HTTP functions of an app that left streaming off: the whole answer travels back as one value. */
import type { ClientResponse } from "./clientResponse.ts";
import type { Registry } from "./core.ts";
import type { FunctionRequest } from "./functionRequest.ts";
import { invoke } from "./invoke.ts";
import type { RpcCookie, RpcHttp } from "./library.ts";
import type { RouteMatch } from "./routes.ts";

export async function answerBuffered(
  registry: Registry,
  { fn, params }: RouteMatch,
  request: FunctionRequest,
  response: ClientResponse,
): Promise<void> {
  const { returnValue } = await invoke(registry, fn, { data: { http: toRpc(request, params) } });
  if (returnValue?.http === undefined) {
    response.refuse(204);
    return;
  }
  const { statusCode, headers = {}, cookies = [], body } = returnValue.http;
  response.statusCode = Number(statusCode);
  const own = headers["set-cookie"];
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (cookies.length > 0)
    response.setHeader("set-cookie", [
      ...(own === undefined ? [] : [own]),
      ...cookies.map(serializeCookie),
    ]);
  if (body?.bytes !== undefined && body.bytes.byteLength > 0)
    response.write(Buffer.from(body.bytes));
  response.end();
}

function toRpc(request: FunctionRequest, params: Record<string, string>): RpcHttp {
  const { method, target, host, headers, body } = request;
  const query = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(target.query)) {
    const known = query.get(name);
    query.set(name, known === undefined ? value : `${known},${value}`);
  }
  return {
    method,
    url: `http://${host}${target.rawPath}${target.query}`,
    nullableHeaders: nullable(Object.entries(headers)),
    nullableParams: nullable(Object.entries(params)),
    nullableQuery: nullable(query),
    body: body?.length ? { bytes: body } : undefined,
  };
}

const nullable = (entries: Iterable<[string, string]>): Record<string, { value: string }> =>
  Object.fromEntries([...entries].map(([name, value]) => [name, { value }]));

const COOKIE_NAME = /^[\w!#$%&'*+\-.^`|~]+$/;

/** In the order and spelling of the real host; it sets `path=/` and drops an expiry at the epoch. */
function serializeCookie(cookie: RpcCookie): string {
  if (!COOKIE_NAME.test(cookie.name))
    throw new TypeError(`'${cookie.name}' is not a valid cookie name.`);
  const seconds = cookie.expires?.value?.seconds ?? 0;
  const sameSite = { none: undefined, lax: "lax", strict: "strict", explicitNone: "none" }[
    cookie.sameSite
  ];
  return [
    `${cookie.name}=${encodeURIComponent(cookie.value)}`,
    seconds > 0 && `expires=${new Date(seconds * 1000).toUTCString()}`,
    cookie.maxAge && `max-age=${cookie.maxAge.value}`,
    cookie.domain && `domain=${cookie.domain.value}`,
    `path=${cookie.path?.value ?? "/"}`,
    cookie.secure?.value && "secure",
    sameSite && `samesite=${sameSite}`,
    cookie.httpOnly?.value && "httponly",
  ]
    .filter(Boolean)
    .join("; ");
}
