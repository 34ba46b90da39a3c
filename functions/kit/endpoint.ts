/** Turns a declared endpoint into an Azure Functions handler: authenticate, authorize, parse, run, map errors. */
import { createHash } from "node:crypto";

import type { HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import type { z } from "zod";

import { AppError } from "../../shared/domain/errors.ts";
import { leastRoleFor } from "../../shared/domain/permissions.ts";
import type { Deps } from "../../shared/ports/deps.ts";
import type { Permission, Principal } from "../../shared/schemas/principal.ts";
import type { Authenticate } from "./authenticate.ts";
import { corsHeaders } from "./cors.ts";
import { refuseForgedHeaders } from "./forgedHeaders.ts";
import { answerOnce, idempotencyKeyOf, isCreating, type Once } from "./idempotency.ts";
import { parseBody, parseParams, parseQuery } from "./parse.ts";
import { problem } from "./problem.ts";
import { rateHeaders, type RateGuard, refuseTooMany } from "./rateLimit.ts";
import { causeOf, discardBody, readJsonBody } from "./readBody.ts";
import type { Reply } from "./reply.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

interface Declared {
  /** Azure function name: unique in the app, shown in the portal and in traces. */
  name: string;
  method: Method;
  /** Relative to `/api`; values in braces, e.g. `v1/incidents/{number:int}`. */
  route: string;
  summary: string;
  /** What a success answers; 200 when left out. */
  success?: 201 | 202 | 204;
  /** Media type of a reply that is a stream of text and not JSON, e.g. `text/csv; charset=utf-8`. */
  streams?: string;
  /** A POST that heeds an Idempotency-Key although it answers 200; those that answer 201 or 202 all do. */
  takesIdempotencyKey?: boolean;
  /** Nothing of the body is kept, so that it may hold text which could not be (`readableText.ts`). */
  takesAnyText?: boolean;
  /** The reply shows a secret once: it is never stored to be given again. */
  showsSecret?: boolean;
}

export interface Call<Params, Query, Body> {
  deps: Deps;
  principal: Principal;
  params: Params;
  query: Query;
  body: Body;
  /** Where the caller reached the API, e.g. `https://api.example`: for addresses that must be absolute. */
  origin: string;
  /** The ETag of If-Match, when it was sent; `*` counts as not sent. */
  ifMatch: string | undefined;
}

type Output<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

export interface Endpoint<
  Params extends z.ZodType | undefined = z.ZodType | undefined,
  Query extends z.ZodType | undefined = z.ZodType | undefined,
  Body extends z.ZodType | undefined = z.ZodType | undefined,
  Answer extends z.ZodType | undefined = z.ZodType | undefined,
> extends Declared {
  permission: Permission | "signed-in";
  params?: Params;
  query?: Query;
  body?: Body;
  /** Shape of the reply's body; absent for 204. */
  reply?: Answer;
  handle(
    call: Call<Output<Params>, Output<Query>, Output<Body>>,
  ): Promise<Reply<Answer extends z.ZodType ? z.input<Answer> : undefined>>;
}

/** An endpoint that anybody may call: health and the API's own description. It sees no principal. */
export interface PublicEndpoint extends Declared {
  permission: "public";
  handle(call: { deps: Deps }): Promise<Reply<unknown>>;
}

/** What `register` takes: the type of one endpoint's own shapes is behind it. */
export interface AnyEndpoint extends Declared {
  permission: Permission | "signed-in" | "public";
  params?: z.ZodType | undefined;
  query?: z.ZodType | undefined;
  body?: z.ZodType | undefined;
  reply?: z.ZodType | undefined;
  serve(call: ServeCall): Promise<Reply<unknown>>;
}

interface ServeCall {
  deps: Deps;
  principal: Principal | undefined;
  request: HttpRequest;
  url: URL;
  /** Left out where nothing is remembered, in tests of a single handler. */
  once: Once | undefined;
}

/** Binds one endpoint's parsing to its handler; the result is what `register` takes. */
export function endpoint<
  Params extends z.ZodType | undefined = undefined,
  Query extends z.ZodType | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
  Answer extends z.ZodType | undefined = undefined,
>(declared: Endpoint<Params, Query, Body, Answer>): AnyEndpoint {
  return {
    ...declared,
    async serve({ deps, principal, request, url, once }) {
      if (principal === undefined) throw new AppError("unauthenticated", "Sign in.");
      const json = request.method === "GET" ? undefined : await readJsonBody(request);
      const call = {
        principal,
        params: parseParams(declared, url),
        query: parseQuery(declared, url),
        body: parseBody(declared, json),
        origin: url.origin,
        ifMatch: etagOf(request.headers.get("if-match")),
      };
      const handle = (own: Deps) => declared.handle({ ...call, deps: own });
      const key = idempotencyKeyOf(request.headers.get("idempotency-key"));
      if (key === undefined || once === undefined || !isCreating(declared))
        return await handle(deps);
      return await answerOnce(once, { declared, deps, principal, url, key, json }, handle);
    },
  };
}

export function publicEndpoint(declared: PublicEndpoint): AnyEndpoint {
  return { ...declared, serve: ({ deps }) => declared.handle({ deps }) };
}

/** @param edge limits callers and has creating requests run once; left out, none of it happens. */
export function toHttpHandler(
  declared: AnyEndpoint,
  deps: Deps,
  authenticate: Authenticate,
  edge?: Once & RateGuard,
) {
  return async (request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> => {
    const origin = deps.settings.webOrigin;
    const url = new URL(request.url);
    let fixed = corsHeaders(origin);
    try {
      refuseForgedHeaders(url);
      const principal =
        declared.permission === "public" ? undefined : await authenticate(request.headers);
      if (principal !== undefined) {
        const rate = await edge?.limitRate(deps, principal);
        if (rate !== undefined) {
          fixed = { ...fixed, ...rateHeaders(principal, rate) };
          refuseTooMany(rate);
        }
        authorize(declared.permission, principal);
      }
      const reply = await declared.serve({ deps, principal, request, url, once: edge });
      return {
        ...render(reply, request, declared),
        headers: headersOf(reply, fixed, declared.streams),
      };
    } catch (thrown) {
      const error = await causeOf(thrown, request);
      await discardBody(request);
      const at = { instance: url.pathname, traceId: context.invocationId };
      const reply = problem(error, at, fixed);
      const fields = {
        function: declared.name,
        status: reply.status,
        trace_id: context.invocationId,
      };
      if (reply.status >= 500) deps.log.error("http.failed", { ...fields, error });
      else if (reply.status === 401 || reply.status === 403) deps.log.warn("http.refused", fields);
      return reply;
    }
  };
}

/** @throws AppError `forbidden` that names the role or permission. */
export function authorize(permission: AnyEndpoint["permission"], principal: Principal): void {
  if (permission === "public" || permission === "signed-in") return;
  if (principal.permissions.includes(permission)) return;
  throw new AppError(
    "forbidden",
    principal.kind === "user"
      ? `This needs the role ${leastRoleFor(permission)} (permission ${permission}).`
      : `This needs the permission ${permission}.`,
  );
}

function render(
  reply: Reply<unknown>,
  request: HttpRequest,
  declared: AnyEndpoint,
): HttpResponseInit {
  const isRead = declared.method === "GET" && reply.etag !== undefined;
  if (isRead && matches(request.headers.get("if-none-match"), reply.etag)) {
    return { status: 304 };
  }
  if (reply.stream !== undefined) {
    return { status: reply.status, body: ReadableStream.from(encoded(reply.stream)) };
  }
  if (reply.body === undefined) return { status: reply.status };
  if (reply.json !== undefined) return { status: reply.status, body: reply.json };
  const body = declared.reply === undefined ? reply.body : declared.reply.parse(reply.body);
  return { status: reply.status, body: JSON.stringify(body) };
}

async function* encoded(texts: AsyncIterable<string>): AsyncIterable<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const text of texts) yield encoder.encode(text);
}

const headersOf = (
  reply: Reply<unknown>,
  fixed: Record<string, string>,
  streams: string | undefined,
): Record<string, string> => ({
  ...(reply.stream !== undefined && { "content-type": streams ?? "text/plain; charset=utf-8" }),
  ...(reply.body !== undefined && { "content-type": "application/json; charset=utf-8" }),
  "cache-control": reply.etag === undefined ? "no-store" : "private, no-cache",
  ...(reply.etag !== undefined && { etag: `"${reply.etag}"` }),
  ...fixed,
  ...reply.headers,
});

const matches = (header: string | null, etag: string | undefined): boolean =>
  header !== null &&
  header.split(",").some((one) => one.trim() === "*" || etagOf(one.trim()) === etag);

function etagOf(header: string | null): string | undefined {
  if (header === null || header.trim() === "*") return undefined;
  return header.trim().replace(/^W\//, "").replaceAll('"', "");
}

/** A short ETag over values that change with the reply. */
export const etagOver = (...parts: readonly (string | number | undefined)[]): string =>
  createHash("sha256").update(JSON.stringify(parts)).digest("base64url").slice(0, 22);
