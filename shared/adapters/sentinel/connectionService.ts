/** One plain GET to Graph or Resource Manager, for the connection test. */
import {
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineRequest,
  type HttpClient,
} from "@azure/core-rest-pipeline";

import { AppError } from "../../domain/errors.ts";
import { type Json, Json as JsonSchema } from "../../schemas/json.ts";
import { busy, retryAfterSeconds } from "./answers.ts";

export interface ServiceRequest {
  readonly httpClient: HttpClient | undefined;
  readonly url: string;
  readonly token: string;
  readonly abortSignal: AbortSignal;
  /** How people call the service. */
  readonly service: string;
}

export interface ServiceAnswer {
  readonly status: number;
  /** `null` when the answer was not JSON. */
  readonly body: Json;
}

let defaultClient: HttpClient | undefined;

/**
 * Answers 2xx and what an administrator can change (400 to 404, 409); the rest throws.
 * @throws AppError `siem-unavailable` when the service cannot be reached, fails, or asks to wait.
 */
export async function askService(ask: ServiceRequest): Promise<ServiceAnswer> {
  const client = ask.httpClient ?? (defaultClient ??= createDefaultHttpClient());
  const request = createPipelineRequest({
    url: ask.url,
    method: "GET",
    headers: createHttpHeaders({
      authorization: `Bearer ${ask.token}`,
      accept: "application/json",
    }),
    abortSignal: ask.abortSignal,
  });
  const { status, bodyAsText, headers } = await send(client, request, ask.service);
  if (status === 429)
    throw busy(ask.service, status, retryAfterSeconds(headers.get("retry-after")));
  if (status >= 500) throw unavailable(`${ask.service} failed (${status}). Try again later.`);
  const body = parse(bodyAsText ?? "");
  if (body === null && status < 300)
    throw unavailable(`${ask.service} sent an answer that was cut off or cannot be read.`);
  return { status, body };
}

async function send(
  client: HttpClient,
  request: ReturnType<typeof createPipelineRequest>,
  service: string,
) {
  try {
    return await client.sendRequest(request);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? ` (${String(cause.code)})` : "";
    const { host } = new URL(request.url);
    throw unavailable(`The connection to ${service} at ${host} failed${code}.`, cause);
  }
}

function parse(text: string): Json {
  try {
    return JsonSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

const unavailable = (detail: string, cause?: unknown): AppError =>
  new AppError("siem-unavailable", detail, { cause });
