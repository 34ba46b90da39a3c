/** The API's own description, generated from the same schemas that parse and answer. */
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from "zod-openapi";
import { z } from "zod";

import { JsonObject } from "../../shared/schemas/json.ts";
import { Problem } from "../../shared/schemas/problem.ts";
import { type AnyEndpoint, publicEndpoint } from "./endpoint.ts";
import { isCreating } from "./idempotency.ts";
import { openApiPath } from "./route.ts";

type ParamsObject = z.ZodObject;

const KEY_HEADER = z.object({
  "idempotency-key": z
    .string()
    .min(1)
    .max(200)
    .optional()
    .meta({ description: "The same key with the same request has its effect once, for 24 hours." }),
});

/** GET /api/openapi.json over the endpoints of the app; built on first use. */
export function openApiEndpoint(endpoints: () => readonly AnyEndpoint[]): AnyEndpoint {
  let document: JsonObject | undefined;
  return publicEndpoint({
    name: "openapi",
    method: "GET",
    route: "openapi.json",
    permission: "public",
    summary: "This API as an OpenAPI 3.1 document.",
    async handle() {
      document ??= await describe(endpoints());
      return { status: 200, body: document };
    },
  });
}

/** OpenAPI 3.1 of the endpoints. zod-openapi loads here, off the start path. */
export async function describe(endpoints: readonly AnyEndpoint[]): Promise<JsonObject> {
  const { createDocument } = await import("zod-openapi");
  const paths: ZodOpenApiPathsObject = {};
  for (const endpoint of endpoints) {
    const path = openApiPath(endpoint.route);
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operation(endpoint) };
  }
  const document = createDocument({
    openapi: "3.1.1",
    info: {
      title: "SoCMate API",
      version: "1.0.0",
      license: { name: "MIT", identifier: "MIT" },
    },
    security: [{ bearer: [] }, { apiKey: [] }],
    components: {
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" },
        apiKey: { type: "apiKey", in: "header", name: "X-API-Key" },
      },
    },
    paths,
  });
  return JsonObject.parse(JSON.parse(JSON.stringify(document)));
}

function operation(endpoint: AnyEndpoint): ZodOpenApiOperationObject {
  const { params, query, body, reply, permission, streams } = endpoint;
  const takesKey = isCreating(endpoint);
  return {
    operationId: endpoint.name,
    summary: endpoint.summary,
    ...(permission === "public" ? { security: [] } : { description: `Needs: ${permission}.` }),
    requestParams: {
      ...(params !== undefined && { path: asObject(params) }),
      ...(query !== undefined && { query: asObject(query) }),
      ...(takesKey && { header: KEY_HEADER }),
    },
    ...(body !== undefined && {
      requestBody: { content: { "application/json": { schema: body } } },
    }),
    responses: {
      [`${endpoint.success ?? 200}`]: {
        description: "Success",
        ...(streams !== undefined && {
          content: { [streams]: { schema: { type: "string" as const } } },
        }),
        ...(reply !== undefined && { content: { "application/json": { schema: reply } } }),
      },
      default: {
        description: "Problem",
        content: { "application/problem+json": { schema: Problem } },
      },
    },
  };
}

/** Parameters are always objects; the declaration's type does not say so. */
function asObject(schema: z.ZodType): ParamsObject {
  if (!("shape" in schema)) throw new TypeError("Parameters are declared as an object schema.");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return schema as unknown as ParamsObject;
}
