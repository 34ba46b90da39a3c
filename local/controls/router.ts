/** A small router for the local controls: data plus a short body, zod at the door, problem+json for errors. */
import type { IncomingMessage, ServerResponse } from "node:http";

import { z } from "zod";

import { problem } from "../../functions/kit/problem.ts";
import { AppError } from "../../shared/domain/errors.ts";
import { refuseForeigners } from "./guard.ts";

const MAX_BODY_BYTES = 64 * 1024;

export interface Control<Body extends z.ZodType = z.ZodType> {
  method: "GET" | "POST" | "DELETE";
  /** Below `/local`; `{name}` takes one segment. */
  path: string;
  body?: Body;
  handle(call: {
    params: Readonly<Record<string, string>>;
    body: z.output<Body>;
    request: IncomingMessage;
  }): Promise<unknown>;
}

interface BoundControl {
  method: string;
  path: string;
  run(params: Record<string, string>, json: unknown, request: IncomingMessage): Promise<unknown>;
}

/** Keeps the body's type between the schema and the handler. */
export function control<Body extends z.ZodType>(declared: Control<Body>): BoundControl {
  return {
    method: declared.method,
    path: declared.path,
    async run(params, json, request) {
      const parsed = (declared.body ?? z.undefined()).safeParse(json);
      if (!parsed.success) throw invalid(parsed.error);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      return await declared.handle({ params, body: parsed.data as z.output<Body>, request });
    },
  };
}

/** Answers a request below `/local`; false for any other. */
export async function serveControls(
  controls: readonly BoundControl[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const { pathname } = new URL(request.url ?? "/", "http://127.0.0.1");
  if (!/^\/local(\/|$)/.test(pathname)) return false;
  try {
    refuseForeigners(request);
    const found = find(controls, request.method ?? "GET", pathname);
    const reply = await found.control.run(found.params, await readJson(request), request);
    answer(response, reply === undefined ? 204 : 200, "application/json", reply);
  } catch (error) {
    const failed = problem(error, { instance: pathname, traceId: "local" }, {});
    if (failed.status >= 500) console.error(error);
    response.writeHead(failed.status, failed.headers);
    response.end(failed.body);
  }
  return true;
}

function find(controls: readonly BoundControl[], method: string, pathname: string) {
  const segments = decoded(pathname).slice(2);
  for (const each of controls) {
    const parts = each.path.split("/").slice(1);
    if (each.method !== method || parts.length !== segments.length) continue;
    const params: Record<string, string> = {};
    const fits = parts.every((part, i) => {
      const name = /^\{(\w+)\}$/.exec(part)?.[1];
      const segment = segments[i] ?? "";
      if (name !== undefined) params[name] = segment;
      return name !== undefined || part === segment;
    });
    if (fits) return { control: each, params };
  }
  throw new AppError("not-found", "There is no such local control.");
}

/** @throws AppError `not-found` when the path is not valid percent-encoding: no control has such a name. */
function decoded(pathname: string): string[] {
  try {
    return pathname.split("/").map(decodeURIComponent);
  } catch (error) {
    throw new AppError("not-found", "There is no such local control.", { cause: error });
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size <= MAX_BODY_BYTES) chunks.push(bytes);
  }
  if (size > MAX_BODY_BYTES) throw new AppError("too-large", "The body is larger than 64 kB.");
  if (size === 0) return undefined;
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch (error) {
    throw new AppError("malformed-request", "The body is not JSON.", { cause: error });
  }
}

function answer(response: ServerResponse, status: number, type: string, body: unknown): void {
  response.writeHead(status, { "content-type": type, "cache-control": "no-store" });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

const invalid = (error: z.ZodError): AppError =>
  new AppError("invalid-fields", "The body is not valid.", {
    errors: error.issues.map(({ path, message }) => ({
      pointer: path.map((part) => `/${String(part)}`).join(""),
      detail: message,
    })),
  });
