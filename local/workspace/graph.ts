/** As much of Microsoft Graph security as a connection test asks: whether incidents and alerts may be read. */
import type { Entra } from "./entra.ts";
import { bearerOf, json, type WireReply, type WireRequest } from "./wireReply.ts";

const PATHS = ["/v1.0/security/incidents", "/v1.0/security/alerts_v2"];

/** Lists are empty: the tenant's incidents are read from its workspace. */
export function answerGraph(request: WireRequest, entra: Entra): WireReply {
  const { pathname, origin } = request.url;
  if (entra.holderOf(bearerOf(request), origin) === undefined)
    return graphError(401, "InvalidAuthenticationToken", "Access token is empty or invalid.");
  if (request.method !== "GET" || !PATHS.includes(pathname))
    return graphError(404, "ResourceNotFound", "Resource not found for the segment.");
  const context = `${origin}/v1.0/$metadata#${pathname.slice("/v1.0/".length)}`;
  return json(200, { "@odata.context": context, value: [] });
}

/** An error as Graph writes it. */
export const graphError = (status: number, code: string, message: string): WireReply =>
  json(status, {
    error: {
      code,
      message,
      innerError: {
        date: "1970-01-01T00:00:00",
        "request-id": "00000000-0000-0000-0000-000000000000",
        "client-request-id": "00000000-0000-0000-0000-000000000000",
      },
    },
  });
