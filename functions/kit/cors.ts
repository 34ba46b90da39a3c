/** Cross-origin rules, in code because the platform's cannot expose ETag and Retry-After. */
import type { HttpResponseInit } from "@azure/functions";

/** The page's origin is the only one admitted; tokens travel in a header, so no credentials. */
export const corsHeaders = (webOrigin: string): Record<string, string> => ({
  "access-control-allow-origin": webOrigin,
  "access-control-expose-headers":
    "Age, ETag, Idempotency-Replayed, Location, RateLimit, RateLimit-Policy, Retry-After",
  vary: "Origin",
  "x-content-type-options": "nosniff",
});

/** Answer to a preflight request. */
export const preflight = (webOrigin: string): HttpResponseInit => ({
  status: 204,
  headers: {
    ...corsHeaders(webOrigin),
    "access-control-allow-methods": "GET, POST, PUT, PATCH, DELETE",
    "access-control-allow-headers":
      "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-API-Key",
    "access-control-max-age": "600",
  },
});
