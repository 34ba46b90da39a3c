/** API keys in tests: made by an administrator, sent through the same sign-in as every request. */
import { HttpRequest, InvocationContext } from "@azure/functions";

import { edge } from "../../functions/edge.ts";
import { apiKeysCreate, apiKeysGet } from "../../functions/http/apiKeys.ts";
import { meGet } from "../../functions/http/me.ts";
import { type AnyEndpoint, toHttpHandler } from "../../functions/kit/endpoint.ts";
import { createSignIn } from "../../functions/kit/signIn.ts";
import type { Deps } from "../ports/deps.ts";
import { ApiKeyView, IssuedApiKey } from "../schemas/apiKeys.ts";
import { Problem } from "../schemas/problem.ts";
import { aPrincipal } from "./fixtures.ts";
import { call } from "./http.ts";

const admin = aPrincipal("admin");

/** A key that reads incidents, with what the test says on top. @throws ZodError when it was refused. */
export async function createKey(deps: Deps, fields: object = {}) {
  const body = { name: "XSOAR", scopes: ["incidents:read"], ...fields };
  const reply = await call(apiKeysCreate, deps, { as: admin, body });
  return { ...IssuedApiKey.parse(reply.json), location: reply.headers.get("location") };
}

export const readKey = async (deps: Deps, id: string): Promise<ApiKeyView> =>
  ApiKeyView.parse((await call(apiKeysGet, deps, { as: admin, params: { id } })).json);

/** Sends a request with these headers, as the host would hand it over; `detail` is the problem's, or empty. */
export async function sendWith(
  deps: Deps,
  headers: Record<string, string>,
  endpoint: AnyEndpoint = meGet,
) {
  const handler = toHttpHandler(endpoint, deps, createSignIn(deps, edge), edge);
  const url = `http://127.0.0.1/api/${endpoint.route}`;
  const request = new HttpRequest({ method: endpoint.method, url, headers });
  const context = new InvocationContext({ invocationId: "test", functionName: endpoint.name });
  const reply = await handler(request, context);
  const json: unknown = JSON.parse(typeof reply.body === "string" ? reply.body : "null");
  const problem = Problem.safeParse(json);
  const told = new Headers(Object.entries(reply.headers ?? {}).map(([k, v]) => [k, String(v)]));
  return {
    status: reply.status ?? 200,
    headers: told,
    json,
    detail: problem.success ? problem.data.detail : "",
  };
}

/** @param from the client's address, as the platform's front end saw it. */
export const sendWithKey = (deps: Deps, key: string, from?: string) =>
  sendWith(deps, {
    "x-api-key": key,
    ...(from !== undefined && { "x-forwarded-for": `${from}:5` }),
  });
