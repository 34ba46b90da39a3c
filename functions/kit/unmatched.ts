/**
 * What is said where no endpoint's route fits: the host's own answer is an empty 404. The host has no precedence of routes
 * but takes the first function by name whose route fits, so that the catch-all is named to come last.
 */
import type { HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";

import { AppError } from "../../shared/domain/errors.ts";
import { corsHeaders } from "./cors.ts";
import type { AnyEndpoint, Method } from "./endpoint.ts";
import { problem } from "./problem.ts";
import { discardBody } from "./readBody.ts";
import { pathOf } from "./route.ts";

/** Behind every other function's name, in the host's order. */
export const UNMATCHED = "zz-unmatched";
export const UNMATCHED_METHODS: readonly Method[] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

type Routed = Pick<AnyEndpoint, "method" | "route">;

/** Answers 405 with `Allow` where another method has an endpoint, else 404, as every other refusal is answered. */
export function unmatchedHandler(endpoints: readonly Routed[], webOrigin: string) {
  const known = endpoints.map(({ method, route }) => ({
    method,
    pattern: patternOf(route, INT),
    loose: patternOf(route, ANY),
  }));
  return async (request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> => {
    const path = new URL(request.url).pathname.replace(/\/$/, "");
    const allow = [
      ...new Set(known.flatMap(({ method, pattern }) => (pattern.test(path) ? [method] : []))),
    ];
    await discardBody(request);
    const at = { instance: path, traceId: context.invocationId };
    const headers = corsHeaders(webOrigin);
    // The method fits and the host refused the address all the same: its numbers are of 32 bits.
    if (allow.some((method) => method === request.method))
      return problem(new AppError("not-found", TOO_GREAT), at, headers);
    if (allow.length > 0) {
      const detail = `This address takes ${allow.join(" and ")}, not ${request.method}.`;
      const error = new AppError("method-not-allowed", detail);
      return problem(error, at, { ...headers, allow: allow.join(", ") });
    }
    const isNumber = known.some(({ loose }) => loose.test(path));
    const detail = isNumber
      ? "The number in this address must be a whole number."
      : "There is nothing at this address; GET /api/openapi.json lists what there is.";
    return problem(new AppError("not-found", detail), at, headers);
  };
}

const TOO_GREAT = `There is no such record: numbers go to ${2 ** 31 - 1}.`;
const INT = "-?[0-9]+";
const ANY = "[^/]+";

/** Paths of the route, whatever the case of their letters. @param int what stands for a value that is a number. */
function patternOf(route: string, int: string): RegExp {
  const parts = pathOf(route)
    .split("/")
    .map((part) => {
      if (/^\{\w+:int\}$/.test(part)) return int;
      return /^\{\w+(?::\w+)?\}$/.test(part) ? ANY : part.replaceAll(/[^\w-]/g, String.raw`\$&`);
    });
  return new RegExp(`^/${parts.join("/")}$`, "i");
}
