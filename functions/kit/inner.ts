/** Asks an endpoint from within the program, as the same principal: the same parsing, permission, handler and reply. */
import { HttpRequest } from "@azure/functions";

import type { Deps } from "../../shared/ports/deps.ts";
import type { Principal } from "../../shared/schemas/principal.ts";
import { Json } from "../../shared/schemas/json.ts";
import { type AnyEndpoint, authorize } from "./endpoint.ts";
import { pathOf } from "./route.ts";

/** Who asks, and where the request came in. */
export interface Asker {
  deps: Deps;
  principal: Principal;
  origin: string;
}

type Value = string | number | boolean;

export interface InnerRequest {
  /** Values of the route, by name. */
  params?: Readonly<Record<string, Value>>;
  /** A list repeats the parameter; what is undefined is left out. */
  query?: Readonly<Record<string, Value | readonly Value[] | undefined>>;
  body?: Json;
}

/** @returns the reply's body as a client would get it; null when there is none. @throws AppError as the endpoint does. */
export async function ask(
  declared: AnyEndpoint,
  { deps, principal, origin }: Asker,
  { params = {}, query = {}, body }: InnerRequest,
): Promise<Json> {
  authorize(declared.permission, principal);
  const path = pathOf(declared.route).replaceAll(/\{(\w+)(?::\w+)?\}/g, (_all, name: string) =>
    encodeURIComponent(String(params[name] ?? "")),
  );
  const url = new URL(`/${path}`, origin);
  for (const [name, value] of Object.entries(query)) {
    const values = Array.isArray(value) ? value : [value];
    for (const one of values) if (one !== undefined) url.searchParams.append(name, String(one));
  }
  const request = new HttpRequest({
    method: declared.method,
    url: url.href,
    headers: { "content-type": "application/json" },
    ...(body !== undefined && { body: { string: JSON.stringify(body) } }),
  });
  const reply = await declared.serve({ deps, principal, request, url, once: undefined });
  const shown: unknown = declared.reply?.parse(reply.body) ?? reply.body;
  return shown === undefined ? null : Json.parse(JSON.parse(JSON.stringify(shown)));
}
